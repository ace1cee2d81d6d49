async function* numbers() { for (let i = 0; i < 3; i++) { await null; yield i; } }
(async () => {
  for await (const n of numbers()) console.log(n);
  const { setTimeout: sleep, setInterval: every } = require('timers/promises');
  console.log(await sleep(1, 'slept'));
  let n = 0; for await (const _ of every(1)) if (++n === 3) break;
  console.log('ticks', n);
})();
