def averager():
    total, count, average = 0, 0, None
    while True:
        try: value = yield average
        except GeneratorExit: print("closed"); return
        total += value; count += 1; average = total / count
a = averager(); next(a); print(a.send(10), a.send(20)); a.close()
def outer():
    got = yield from inner(); print("inner returned", got); yield 3
def inner():
    yield 1; yield 2; return "done"
print(list(outer()))
def primes():
    sieve = {}; n = 2
    while True:
        if n not in sieve: yield n; sieve[n * n] = [n]
        else:
            for p in sieve.pop(n): sieve.setdefault(n + p, []).append(p)
        n += 1
g = primes(); print([next(g) for _ in range(10)])
