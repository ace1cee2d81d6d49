"""Looks for what residue_leave left."""
import ctypes
import os
import sys

print(sys.argv[1], flush=True)
for place in ("/tmp", "/dev/shm", "/workspace", "/var/tmp", "~", ".", "$TMPDIR"):
    path = os.path.expandvars(os.path.expanduser(place))
    if os.path.exists(os.path.join(path, "residue")):
        print("found", place, flush=True)
libc = ctypes.CDLL(None)
if libc.shmget(0x5EED, 0, 0) >= 0:
    print("found shared memory", flush=True)
if libc.semget(0x5EED, 0, 0) >= 0:
    print("found a semaphore", flush=True)
if libc.msgget(0x5EED, 0) >= 0:
    print("found a queue", flush=True)
if libc.mq_open(b"/residue", os.O_RDONLY) >= 0:
    print("found a posix queue", flush=True)
