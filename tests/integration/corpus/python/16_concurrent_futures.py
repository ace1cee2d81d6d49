from concurrent.futures import *
def f(n):
    if n == 3: raise ValueError(n)
    return n + 1
if __name__ == "__main__":
    with ThreadPoolExecutor(3) as t:
        fs = [t.submit(f, n) for n in range(5)]; wait(fs)
        print([x.result() if not x.exception() else repr(x.exception()) for x in fs])
    with ProcessPoolExecutor(2) as p: print(list(p.map(f, [1, 2])))
