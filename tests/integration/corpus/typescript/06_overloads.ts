function twice(x: number): number; function twice(x: string): string; function twice(x: any) { return x + x; }
function assertIsString(v: unknown): asserts v is string { if (typeof v !== 'string') throw new TypeError('no string'); } const isNumber = (v: unknown): v is number => typeof v === 'number';
function withThis(this: { n: number }, m: number) { return this.n * m; } console.log(twice(2), twice('ab'), [1, 'a', 2].filter(isNumber), withThis.call({ n: 3 }, 4));
try { assertIsString(1); } catch (e: unknown) { console.log((e as Error).message); }
