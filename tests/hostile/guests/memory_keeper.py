"""Touches argv[2] MiB of memory, says so, and keeps them for as long as its CPU takes for argv[3] ms."""
import sys
import time

print(sys.argv[1], flush=True)
hoard = [bytearray(b"x") * (1 << 20) for _ in range(int(sys.argv[2]))]
print("touched", len(hoard), flush=True)
end = time.process_time() + int(sys.argv[3]) / 1000
while time.process_time() < end:
    pass
print("kept", len(hoard), flush=True)
