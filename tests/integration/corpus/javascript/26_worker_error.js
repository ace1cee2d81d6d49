const { Worker } = require('worker_threads');
const w = new Worker('throw new RangeError("inside")', { eval: true });
w.on('error', (e) => console.log(e.name, e.message)); w.on('exit', (c) => console.log(c));
