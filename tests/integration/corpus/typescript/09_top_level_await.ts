import { setTimeout as sleep } from 'timers/promises';
const value: string = await sleep(2, 'slept'); console.log(value, import.meta.url.endsWith('main.ts'));
for await (const n of (async function* (): AsyncGenerator<number> { yield 1; yield 2; })()) console.log(n);
export {};
