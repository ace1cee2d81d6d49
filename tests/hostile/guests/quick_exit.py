"""Leaves without letting the interpreter finish."""
import atexit
import os
import sys

atexit.register(print, "at exit", flush=True)
print(sys.argv[1], flush=True)
os._exit(0)
