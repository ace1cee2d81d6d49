import threading
import atexit

atexit.register(print, "at exit, after the thread")
started = threading.Event()
release = threading.Event()


def work():
    started.set()
    release.wait()
    for i in range(3):
        print("thread", i)


threading.Thread(target=work, name="worker").start()
started.wait()
threading.Timer(0.05, release.set).start()
print("main done")
