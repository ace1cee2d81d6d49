let kept = []; let sum = 0;
for (let i = 0; i < 300; i++) { const junk = Array.from({ length: 1000 }, (_, k) => ({ k, s: `s${k}` })); sum += junk.length; if (i % 100 === 0) kept.push(junk[5].s); }
console.log(sum, kept); const ref = new WeakRef({}); const reg = new FinalizationRegistry(() => {}); reg.register({}, 1); console.log(typeof ref.deref());
let s = ''; for (let i = 0; i < 1e5; i++) s += i % 10; console.log(s.length, require('v8').getHeapStatistics().number_of_native_contexts >= 1);
