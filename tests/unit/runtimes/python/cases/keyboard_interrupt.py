import atexit
import os
import signal

atexit.register(print, "at exit")
os.kill(os.getpid(), signal.SIGINT)
for _ in range(10**9):
    pass
