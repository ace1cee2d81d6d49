"""Opens terminals until there are no more, and asks one for another line discipline; says what it got."""
import ctypes
import errno
import os
import pty
import sys

print(sys.argv[1], flush=True)
TIOCSETD, N_NULL = 0x5423, 27
libc = ctypes.CDLL(None, use_errno=True)
pairs = []
try:
    while len(pairs) < int(sys.argv[2]):
        pairs.append(pty.openpty())
except OSError:
    pass
print("terminals", len(pairs), flush=True)
answers = set()
for discipline in (N_NULL,) if pairs else ():
    if libc.ioctl(pairs[0][1], TIOCSETD, ctypes.byref(ctypes.c_int(discipline))) == 0:
        answers.add("set")
        libc.ioctl(pairs[0][1], TIOCSETD, ctypes.byref(ctypes.c_int(0)))
    else:
        answers.add(errno.errorcode[ctypes.get_errno()])
print("disciplines", *sorted(answers), flush=True)
try:
    print("listed", len(os.listdir("/dev/pts")), flush=True)
except OSError:
    pass
