enum Direction { Up = 1, Down, Left = 10, Right }
enum Text { A = 'a', B = `b` }
const enum Inlined { X = 7 }
console.log(Direction.Down, Direction[11], Text.B, Inlined.X, Object.keys(Direction).length);
declare const ambient: number;
