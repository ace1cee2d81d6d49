"""Uses prctl for what no program needs; says which options the kernel took."""
import ctypes
import sys

print(sys.argv[1], flush=True)
libc = ctypes.CDLL(None, use_errno=True)
OPTIONS = {"machine checks": (34, 0, 0), "futex hash": (78, 1, 16), "memory merge": (67, 1, 0),
           "futex hash, with high bits": (1 << 32 | 78, 1, 16)}
for name, (option, *arguments) in OPTIONS.items():
    if libc.syscall(157, ctypes.c_long(option), *map(ctypes.c_long, arguments), 0, 0) >= 0:
        print("took", name, flush=True)
