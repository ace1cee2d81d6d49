import { execFileSync } from 'child_process'; import { Worker } from 'worker_threads';
const out: string = execFileSync('sh', ['-c', 'echo child']).toString().trim(); console.log(out);
const w: Worker = new Worker('require("worker_threads").parentPort.postMessage(6 * 7)', { eval: true }); w.once('message', (m: number) => console.log(m)); w.once('exit', (c: number) => console.log('exit', c));
