import { setTimeout as sleep } from 'node:timers/promises';
const order = ['start'];
order.push(await sleep(2, 'slept'));
const value = await new Promise((resolve) => setImmediate(() => resolve('immediate')));
order.push(value);
for await (const x of (async function* () { yield 1; yield 2; })()) order.push(x);
console.log(order.join(' '));
export {};
