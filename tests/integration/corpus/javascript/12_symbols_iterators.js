class Range { constructor(a, b) { this.a = a; this.b = b; }
  *[Symbol.iterator]() { for (let i = this.a; i < this.b; i++) yield i; }
  get [Symbol.toStringTag]() { return 'Range'; } [Symbol.toPrimitive](hint) { return hint === 'number' ? this.b - this.a : `${this.a}..${this.b}`; } }
const r = new Range(1, 5);
console.log([...r], `${r}`, +r, Object.prototype.toString.call(r), Math.max(...r), Symbol.for('s') === Symbol.for('s'));
