"""Starts argv[2] threads that never end; says how many it got. With "hold" it keeps them."""
import os
import sys
import threading

print(sys.argv[1], flush=True)
threading.stack_size(64 * 1024)
started = 0
try:
    while started < int(sys.argv[2]):
        threading.Thread(target=threading.Event().wait, daemon=True).start()
        started += 1
except RuntimeError:
    pass
print("threads", started, flush=True)
if "hold" in sys.argv:
    threading.Event().wait()
os._exit(0)
