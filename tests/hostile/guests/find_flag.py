"""Searches all it can see for a file named argv[2] and prints what is in it."""
import os
import sys

print(sys.argv[1], flush=True)
roots = sys.argv[3:] or ["/", "/proc/1/root", "/proc/self/root"]
for root in roots:
    for directory, names, files in os.walk(root):
        names[:] = [n for n in names if os.path.join(directory, n) != "/proc"]
        if sys.argv[2] in files:
            with open(os.path.join(directory, sys.argv[2])) as file:
                print("found", file.read(), flush=True)
