"""Watches a folder of the host for what others do there; says what it saw of its own reading."""
import ctypes
import os
import sys

print(sys.argv[1], flush=True)
libc = ctypes.CDLL(None, use_errno=True)
IN_OPEN, IN_NONBLOCK = 0x20, 0o4000
# By number: a library answers the functions of these names.
ADD_WATCH, INIT1 = 254, 294
watching = libc.syscall(INIT1, IN_NONBLOCK)
if watching < 0:
    raise OSError(ctypes.get_errno(), "inotify_init1")
libc.syscall(ADD_WATCH, watching, b"/usr/bin", IN_OPEN)
os.close(os.open("/usr/bin/env", os.O_RDONLY))
print("saw", b"env" in os.read(watching, 4096), flush=True)
