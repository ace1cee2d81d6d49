"""Leaves a file with argv[2] bytes of which none is stored, and one that a child makes grow."""
import os
import sys

print(sys.argv[1], flush=True)
with open("sparse", "wb") as file:
    file.truncate(int(sys.argv[2]))
with open("growing", "wb") as file:
    file.write(b"x")
ready, tell = os.pipe()
if os.fork() == 0:
    for fd in (0, 1, 2):
        os.close(fd)
    block = b"x" * 65536
    with open("growing", "ab", buffering=0) as file:
        while True:
            if file.write(block) and file.tell() > 40 << 20:
                file.truncate(1)
            os.write(tell, b".") if tell else None
            tell = 0
os.read(ready, 1)
os._exit(0)
