"""Leaves a tree of argv[2] directories one in the other, and names that are no text."""
import os
import sys

print(sys.argv[1], flush=True)
for name in (b"\xff\xfe", b"line\nbreak", b"-rf", b" ", b"\x1b[31m", b"n" * 255, b"\\", b"*"):
    os.mkdir(name)
    open(os.path.join(name, b"\x80"), "wb").close()
depth = 0
while depth < int(sys.argv[2]):
    os.mkdir("d" * 100)
    os.chdir("d" * 100)
    depth += 1
print("made", depth, flush=True)
