class Shape { #name; static count = 0; constructor(name) { this.#name = name; Shape.count++; }
  get name() { return this.#name; } area() { return 0; }
  toString() { return `${this.name}:${this.area().toFixed(2)}`; } }
class Circle extends Shape { constructor(r) { super('circle'); this.r = r; } area() { return Math.PI * this.r ** 2; } }
class Square extends Shape { constructor(a) { super('square'); this.a = a; } area() { return this.a ** 2; } }
console.log([new Circle(1), new Square(2)].map(String).join(' '), Shape.count);
try { new Shape('x').missing(); } catch (e) { console.log(e.constructor.name, e.message); }
