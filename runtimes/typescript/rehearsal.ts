import { join } from 'node:path';

interface Named { readonly name: string; size?: number }
type Pair<T> = [T, T];
enum Colour { red, green = 5 }
abstract class Shape<T extends Named> {
  constructor(protected readonly thing: T, private others: Array<Pair<number>> = []) {}
  abstract area(): number;
  describe(): string { return `${this.thing.name!} ${this.others.length as number}`; }
}
class Square extends Shape<Named> { area(): number { return (this.thing.size ?? 0) ** 2; } }
const list = <T,>(...items: T[]): T[] => [...items];
async function later(value: unknown): Promise<string> { return String(await value); }

export const rehearsed = [join('a', 'b'), Colour.green,
  new Square({ name: 'x', size: 2 }).describe(), list<number>(1, 2).map((n) => n * 2), later(1)];
