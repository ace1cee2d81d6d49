const util = require('util'), assert = require('assert');
console.log(util.format('%s %d %j %o', 'a', 1.5, { a: 1 }, [1]), util.inspect({ a: { b: { c: { d: 1 } } } }, { depth: 0 }), util.types.isPromise(Promise.resolve()), util.isDeepStrictEqual([1], [1]));
try { assert.deepStrictEqual({ a: 1 }, { a: 2 }); } catch (e) { console.log(e.code, e.actual); }
console.log(structuredClone({ d: new Date(5), m: new Map([[1, 2]]) }), util.promisify((cb) => cb(null, 3))() instanceof Promise, util.inspect(new Proxy({}, {}), { showProxy: true }));
console.group('g'); console.info('indented'); console.groupEnd(); console.assert(true); console.dir([1]);
