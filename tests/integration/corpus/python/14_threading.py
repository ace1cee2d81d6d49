import threading, queue
q, out, lock = queue.Queue(), [], threading.Lock()
def worker():
    while (n := q.get()) is not None:
        with lock: out.append(n * n)
        q.task_done()
ts = [threading.Thread(target=worker) for _ in range(4)]; [t.start() for t in ts]
[q.put(n) for n in range(20)]; q.join(); [q.put(None) for _ in ts]; [t.join() for t in ts]
print(sorted(out)[-3:], threading.active_count())
b = threading.Barrier(3); e = threading.Event(); local = threading.local()
def wait(): b.wait(); e.set()
[threading.Thread(target=wait).start() for _ in range(2)]; b.wait(); print(e.wait(10))
r = threading.Timer(0.01, lambda: print("timer")); r.start(); r.join()
