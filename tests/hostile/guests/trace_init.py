"""Reaches for PID 1: ptrace, its memory, its descriptors; says what worked."""
import ctypes
import os
import sys

print(sys.argv[1], flush=True)
libc = ctypes.CDLL(None, use_errno=True)
if libc.ptrace(16, 1, None, None) == 0:
    os.waitpid(1, 0x40000000)
    libc.ptrace(17, 1, None, None)
    print("traced", flush=True)
try:
    with open("/proc/1/mem", "r+b", 0) as memory:
        print("opened memory", flush=True)
except OSError:
    pass
try:
    print("listed descriptors", len(os.listdir("/proc/1/fd")), flush=True)
except OSError:
    pass
handle = libc.syscall(434, 1, 0)
if handle >= 0 and libc.syscall(438, handle, 0, 0) >= 0:
    print("took a descriptor", flush=True)
