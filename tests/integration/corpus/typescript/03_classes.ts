abstract class Animal { static count = 0; protected constructor(public readonly name: string, private legs = 4) { Animal.count++; } abstract sound(): string; describe(): string { return `${this.name} ${this.legs} ${this.sound()}`; } }
class Dog extends Animal { constructor() { super('dog'); } override sound(): string { return 'woof'; } }
interface Flies { fly(): void } class Bird extends Animal implements Flies { #altitude = 0; constructor() { super('bird', 2); } sound() { return 'tweet'; } fly(): void { this.#altitude++; console.log(this.#altitude); } get high(): boolean { return this.#altitude > 0; } declare extra?: string; }
const b = new Bird(); b.fly(); console.log(new Dog().describe(), b.describe(), b.high, Animal.count, 'extra' in b);
