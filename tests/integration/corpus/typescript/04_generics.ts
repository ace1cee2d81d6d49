class Stack<T> { private items: T[] = []; push(...x: T[]): this { this.items.push(...x); return this; } pop(): T | undefined { return this.items.pop(); } }
const first = <K extends string, V>(m: Record<K, V>): V => Object.values<V>(m)[0]; function pick<T, K extends keyof T>(o: T, ...keys: K[]): Pick<T, K> { const r = {} as Pick<T, K>; for (const k of keys) r[k] = o[k]; return r; }
type Partialish<T> = { [K in keyof T]?: T[K] extends (infer U)[] ? U : T[K] }; const p: Partialish<{ a: number[]; b: string }> = { a: 1 };
console.log(new Stack<number>().push(1, 2).pop(), first({ a: 'one' }), pick({ a: 1, b: 2, c: 3 }, 'a', 'c'), p);
