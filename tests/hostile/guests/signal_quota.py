"""Makes argv[2] timers, of which each takes a place among the pending signals; says how many."""
import ctypes
import sys

print(sys.argv[1], flush=True)
libc = ctypes.CDLL(None, use_errno=True)
made = 0
for _ in range(int(sys.argv[2])):
    if libc.timer_create(1, None, ctypes.byref(ctypes.c_void_p())) < 0:
        break
    made += 1
print("made", made, flush=True)
