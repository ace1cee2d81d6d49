"""Gives every other page of a shared file a place of its own; says how many policies are kept."""
import ctypes
import mmap
import sys
import tempfile

print(sys.argv[1], flush=True)
libc = ctypes.CDLL(None, use_errno=True)
MBIND, PREFERRED, PAGE = 237, 1, 4096
count = int(sys.argv[2])
# On tmpfs, where a policy is the file's.
try:
    file = tempfile.TemporaryFile(dir="/dev/shm")
except OSError:
    file = tempfile.TemporaryFile()
with file:
    file.truncate(2 * count * PAGE)
    memory = mmap.mmap(file.fileno(), 2 * count * PAGE)
    start = ctypes.addressof(ctypes.c_char.from_buffer(memory))
    kept, node = 0, ctypes.c_ulong(1)
    for page in range(count):
        if libc.syscall(MBIND, ctypes.c_void_p(start + 2 * page * PAGE), ctypes.c_long(PAGE),
                        PREFERRED, ctypes.byref(node), ctypes.c_long(64), 0) == 0:
            kept += 1
print("kept", kept, flush=True)
