import random, statistics as s, math
r = random.Random(42); print(r.randrange(100), r.sample(range(100), 3), round(r.gauss(0, 1), 6))
print(s.mean([1, 2, 4]), s.median([1, 3, 2]), round(s.stdev([1, 2, 3, 4]), 6), s.mode("aab"), s.quantiles(range(1, 11)))
print(math.comb(50, 25), math.gcd(84, 36), math.isclose(math.fsum([.1] * 10), 1), math.hypot(3, 4), math.factorial(20))
print(random.choice([1]), 0 <= random.random() < 1)
