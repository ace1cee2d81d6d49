const m = new Map([['b', 1], ['a', 2]]);
m.set('c', 3).delete('b');
console.log([...m], new Set([3, 1, 3, 2]), new WeakMap().has({}));
const grouped = ['apple', 'avocado', 'bean'].reduce((g, w) => ((g[w[0]] ??= []).push(w), g), {});
console.log(grouped, [5, 1, 10].sort(), [5, 1, 10].sort((p, q) => p - q), [1, [2, [3, [4]]]].flat(Infinity));
