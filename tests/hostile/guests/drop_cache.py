"""Reads a file of the host and asks the kernel to forget what it read."""
import os
import sys

print(sys.argv[1], flush=True)
with open(sys.argv[2], "rb") as file:
    file.read()
    os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
