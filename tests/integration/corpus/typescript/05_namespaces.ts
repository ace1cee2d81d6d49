namespace Geometry { export const unit = 2; export namespace Deep { export function area(n: number) { return n * unit; } } const hidden = 1; export type T = typeof hidden; }
import Deep = Geometry.Deep;
console.log(Deep.area(21), Object.keys(Geometry)); declare global { interface Window { x: 1 } } declare module 'foo' { export const bar: number; }
