from concurrent.futures import ThreadPoolExecutor

pool = ThreadPoolExecutor(2)
futures = [pool.submit(pow, 2, n) for n in range(5)]
print([future.result() for future in futures])
pool.submit(print, "left to the interpreter's exit")
