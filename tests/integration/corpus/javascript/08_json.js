const value = { date: new Date(0), list: [1, undefined, () => 1], nested: { u: undefined, n: NaN }, text: '\u2028"\\' };
console.log(JSON.stringify(value), JSON.stringify({ a: 1, b: [2] }, null, 2));
console.log(JSON.parse('{"a":[1,{"b":null}]}', (k, v) => (typeof v === 'number' ? v + 1 : v)));
try { JSON.parse('{bad'); } catch (e) { console.log(e.name); }
