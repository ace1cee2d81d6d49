setTimeout(() => console.log("timeout"), 100);
setImmediate(() => console.log('immediate'));
process.nextTick(() => console.log('tick'));
Promise.resolve().then(() => console.log('promise')).then(() => console.log('promise 2'));
queueMicrotask(() => console.log('microtask'));
console.log('sync');
