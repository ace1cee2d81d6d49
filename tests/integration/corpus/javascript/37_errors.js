class MyError extends Error { constructor(m, o) { super(m, o); this.name = 'MyError'; } }
const e = new MyError('outer', { cause: new Error('inner') });
console.log(e.cause.message, e instanceof Error, e.stack.split('\n')[1].includes('main.js:3:'));
function f() { try { return 'try'; } finally { console.log('finally'); } } console.log(f());
process.on('uncaughtException', (x, origin) => console.log('caught', x.message, origin)); setTimeout(() => { console.log('after'); }, 5); Promise.reject(new Error('rejected')); throw new Error('thrown');
