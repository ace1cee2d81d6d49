import threading

started = threading.Event()


def work():
    started.set()
    threading.Event().wait()
    print("never")


threading.Thread(target=work, daemon=True).start()
started.wait()
print("main done")
