const counters = Array.from({ length: 3 }, (_, i) => { let n = i; return () => ++n; });
console.log(counters.map((c) => (c(), c())).join(' '));
function* fibonacci() { let [a, b] = [0n, 1n]; for (;;) { yield a; [a, b] = [b, a + b]; } }
const it = fibonacci();
console.log(Array.from({ length: 12 }, () => it.next().value).join(','));
