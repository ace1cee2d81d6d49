"""Makes a queue for messages, which would outlive it; says whether it has one."""
import ctypes
import os
import sys

print(sys.argv[1], flush=True)
libc = ctypes.CDLL(None, use_errno=True)
name = b"/" + sys.argv[1].encode()
queue = libc.mq_open(name, os.O_CREAT | os.O_RDWR, 0o600, None)
if queue >= 0:
    libc.mq_unlink(name)
    print("made", flush=True)
else:
    print("refused", os.strerror(ctypes.get_errno()), flush=True)
