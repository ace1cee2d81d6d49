const { a, b: { c = 5, ...rest } = {}, ...others } = { a: 1, b: { d: 2, e: 3 }, f: 4 };
console.log(a, c, rest, others);
const [x, , y = 9, ...z] = [1, 2, undefined, 4, 5];
console.log(x, y, z, a?.b?.c, null ?? 'default');
