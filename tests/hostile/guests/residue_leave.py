"""Leaves something in every place that a process can leave something in."""
import ctypes
import os
import sys

print(sys.argv[1], flush=True)
for place in ("/tmp", "/dev/shm", "/workspace", "/var/tmp", "~", ".", "$TMPDIR"):
    path = os.path.expandvars(os.path.expanduser(place))
    try:
        with open(os.path.join(path, "residue"), "w") as file:
            file.write("left behind")
        print("left", place, flush=True)
    except OSError:
        pass
libc = ctypes.CDLL(None)
if libc.shmget(0x5EED, 4096, 0o1666) >= 0:
    print("left shared memory", flush=True)
if libc.semget(0x5EED, 1, 0o1666) >= 0:
    print("left a semaphore", flush=True)
if libc.msgget(0x5EED, 0o1666) >= 0:
    print("left a queue", flush=True)
if libc.mq_open(b"/residue", os.O_CREAT | os.O_RDWR, 0o666, None) >= 0:
    print("left a posix queue", flush=True)
