"""Installs argv[2] filters of system calls of its own; says how many."""
import ctypes
import struct
import sys

print(sys.argv[1], flush=True)
libc = ctypes.CDLL(None, use_errno=True)
PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS, FILTER, SECCOMP = 22, 38, 2, 317
# Nothing but "allow", as often as it may be long.
program = ctypes.create_string_buffer(struct.pack("=HBBI", 0x06, 0, 0, 0x7FFF0000) * 4000)
fprog = struct.pack("=H6xQ", 4000, ctypes.addressof(program))
libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
installed = 0
for _ in range(int(sys.argv[2])):
    if libc.syscall(SECCOMP, 1, 0, fprog) == 0 or libc.prctl(PR_SET_SECCOMP, FILTER, fprog) == 0:
        installed += 1
print("installed", installed, flush=True)
