const log = [];
const p = new Proxy({ a: 1 }, { get: (t, k, r) => (log.push(`get ${String(k)}`), Reflect.get(t, k, r)),
  has: (t, k) => k.startsWith('x'), set: (t, k, v) => Reflect.set(t, k, v * 2), ownKeys: () => ['z'],
  getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true, value: 1 }) });
p.b = 5;
console.log(p.a, p.b, 'xx' in p, 'a' in p, Object.keys(p), log.join());
