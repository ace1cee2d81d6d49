"""Forks argv[2] sleeping children; says how many it got."""
import os
import signal
import sys

print(sys.argv[1], flush=True)
started = 0
try:
    for _ in range(int(sys.argv[2])):
        if os.fork() == 0:
            signal.pause()
        started += 1
finally:
    print("started", started, flush=True)
