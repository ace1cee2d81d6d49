const { Worker, isMainThread, parentPort, workerData, threadId, MessageChannel } = require('worker_threads');
if (!isMainThread) { parentPort.on('message', (n) => parentPort.postMessage({ id: threadId > 0, sum: workerData.base + n, argv: process.argv.length })); parentPort.on('close', () => {}); } else {
  const shared = new SharedArrayBuffer(4); const done = [1, 2, 3].map((n) => new Promise((resolve) => {
    const w = new Worker(__filename, { workerData: { base: 10 } }); w.postMessage(n); w.on('message', (m) => w.terminate().then(() => resolve(m))); }));
  Promise.all(done).then((r) => { console.log(r);
  const w = new Worker('const { workerData } = require("worker_threads"); Atomics.add(new Int32Array(workerData), 0, 5); process.exit(4)', { eval: true, workerData: shared });
  w.on('exit', (c) => console.log('exit', c, new Int32Array(shared)[0])); }); }
