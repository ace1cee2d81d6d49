let f = 1n; for (let i = 1n; i <= 30n; i++) f *= i;
console.log(f, BigInt.asUintN(8, 257n), -7n / 2n, typeof f, Number.MAX_SAFE_INTEGER, 0.1 + 0.2);
console.log(Math.hypot(3, 4), Math.clz32(1), Math.sign(-0), Math.fround(5.5), Math.trunc(-4.7), 7 % -3, 2 ** 0.5);
