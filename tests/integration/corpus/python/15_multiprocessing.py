import multiprocessing as m, os
def square(n): return n * n
def child(conn, value):
    with value.get_lock(): value.value += 1
    conn.send(conn.recv()[::-1])
if __name__ == "__main__":
    with m.Pool(2) as pool: print(pool.map(square, range(5)), pool.apply(square, (9,)))
    a, b = m.Pipe(); v = m.Value("i", 1); p = m.Process(target=child, args=(b, v)); p.start(); a.send("abc")
    print(a.recv()); p.join(); print(p.exitcode, v.value)
