import sys
import threading


def work():
    raise RuntimeError("in thread")


thread = threading.Thread(target=work, name="unlucky")
thread.start()
thread.join()
quiet = threading.Thread(target=sys.exit, args=(4,))
quiet.start()
quiet.join()
print(threading.main_thread().name, threading.current_thread().name, threading.active_count())
