"""Ends while a child keeps stdout and stderr open."""
import os
import signal
import sys

print(sys.argv[1], flush=True)
if os.fork() == 0:
    signal.pause()
print("parent ends", flush=True)
os._exit(0)
