"""Touches argv[2] MiB of memory. With "hold" it keeps them."""
import sys
import threading

print(sys.argv[1], flush=True)
hoard = [bytearray(b"x") * (1 << 20) for _ in range(int(sys.argv[2]))]
print("touched", len(hoard), flush=True)
if "hold" in sys.argv:
    threading.Event().wait()
