"""Reads a file of which the kernel has nothing in memory, so that its pages are charged here; with
more memory and another thread, so that nobody takes this group for one that has done nothing."""
import sys
import threading

print(sys.argv[1], flush=True)
with open(sys.argv[2], "rb", buffering=0) as file:
    file.read(100)
touched = bytearray(3 << 20)
thread = threading.Thread(target=len, args=(touched,))
thread.start()
thread.join()
print("read", flush=True)
