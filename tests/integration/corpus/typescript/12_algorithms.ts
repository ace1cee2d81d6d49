interface Node<T> { value: T; left?: Node<T>; right?: Node<T> }
class Tree<T> { private root?: Node<T>; constructor(private readonly less: (a: T, b: T) => boolean) {} add(value: T): this { const node: Node<T> = { value }; if (!this.root) { this.root = node; return this; } let at: Node<T> = this.root; for (;;) { const side: 'left' | 'right' = this.less(value, at.value) ? 'left' : 'right'; if (!at[side]) { at[side] = node; return this; } at = at[side]!; } }
  *[Symbol.iterator](): Generator<T> { function* walk(n?: Node<T>): Generator<T> { if (!n) return; yield* walk(n.left); yield n.value; yield* walk(n.right); } yield* walk(this.root); } }
const tree = new Tree<number>((a, b) => a < b); for (const n of [5, 2, 8, 1, 9, 3]) tree.add(n); console.log([...tree].join(' '));
const memo = new Map<number, bigint>(); const fib = (n: number): bigint => n < 2 ? BigInt(n) : memo.get(n) ?? (memo.set(n, fib(n - 1) + fib(n - 2)), memo.get(n)!); console.log(fib(90).toString());
