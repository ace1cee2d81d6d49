"""Stops itself; nobody will continue it."""
import os
import signal
import sys

print(sys.argv[1], flush=True)
os.kill(os.getpid(), signal.SIGSTOP)
print("continued", flush=True)
