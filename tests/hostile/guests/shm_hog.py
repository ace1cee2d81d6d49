"""Fills a System V segment of argv[2] MiB: memory that outlives its process."""
import ctypes
import sys

print(sys.argv[1], flush=True)
IPC_RMID, IPC_CREAT = 0, 0o1000
libc = ctypes.CDLL(None, use_errno=True)
libc.shmat.restype = ctypes.c_void_p
size = int(sys.argv[2]) << 20
segment = libc.shmget(0, ctypes.c_size_t(size), IPC_CREAT | 0o600)
if segment < 0:
    raise OSError(ctypes.get_errno(), "shmget")
memory = libc.shmat(segment, None, 0)
libc.shmctl(segment, IPC_RMID, None)
ctypes.memset(memory, 1, size)
print("touched", sys.argv[2], flush=True)
