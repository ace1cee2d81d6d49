"""Has children that are its parent's, and children that share its descriptors; says which it got."""
import ctypes
import os
import signal
import sys

print(sys.argv[1], flush=True)
libc = ctypes.CDLL(None, use_errno=True)
CLONE = 56
FLAGS = {"sibling": 0x8000, "sharer": 0x400}
if os.fork() == 0:
    for name, flag in FLAGS.items():
        child = libc.syscall(CLONE, ctypes.c_long(flag | signal.SIGCHLD), 0, 0, 0, 0)
        if child == 0:
            os._exit(0)
        if child > 0:
            print("got a", name, flush=True)
    os._exit(0)
try:
    while True:
        os.wait()
except ChildProcessError:
    pass
