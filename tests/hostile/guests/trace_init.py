"""Reaches for the processes argv[2:], else for PID 1: ptrace, its memory, its descriptors; says what
worked."""
import ctypes
import os
import sys

print(sys.argv[1], flush=True)
libc = ctypes.CDLL(None, use_errno=True)
for pid in {*map(int, sys.argv[2:] or ["1"])} - {os.getpid()}:
    if libc.ptrace(16, pid, None, None) == 0:
        os.waitpid(pid, 0x40000000)
        libc.ptrace(17, pid, None, None)
        print("traced", flush=True)
    try:
        with open(f"/proc/{pid}/mem", "r+b", 0) as memory:
            print("opened memory", flush=True)
    except OSError:
        pass
    try:
        print("listed descriptors", len(os.listdir(f"/proc/{pid}/fd")), flush=True)
    except OSError:
        pass
    handle = libc.syscall(434, pid, 0)
    if handle >= 0 and libc.syscall(438, handle, 0, 0) >= 0:
        print("took a descriptor", flush=True)
