"""Pushes a character into its terminal's input, with bits set that a careless rule does not look at;
says what stood in the way. The terminal layer itself would answer ENOTTY."""
import ctypes
import errno
import sys

print(sys.argv[1], flush=True)
TIOCSTI, TIOCLINUX = 0x5412, 0x541C
libc = ctypes.CDLL(None, use_errno=True)
for request in (TIOCSTI, TIOCLINUX):
    for high in (0, 1 << 32, 0xFFFFFFFF << 32):
        libc.ioctl(0, ctypes.c_ulong(request | high), b"x")
        print(errno.errorcode[ctypes.get_errno()], flush=True)
