"""Ends at once; a child goes on swapping a file for a link to argv[2], and a directory likewise."""
import ctypes
import os
import sys

print(sys.argv[1], flush=True)
target = sys.argv[2]
with open("name", "w") as file:
    file.write("honest")
os.symlink(target, "link")
os.mkdir("dir")
with open("dir/" + os.path.basename(target), "w") as file:
    file.write("honest")
os.symlink(os.path.dirname(target), "elsewhere")
exchange = ctypes.CDLL(None).renameat2
ready, tell = os.pipe()
if os.fork() == 0:
    for fd in (0, 1, 2):
        os.close(fd)
    while True:
        exchange(-100, b"name", -100, b"link", 2)
        exchange(-100, b"dir", -100, b"elsewhere", 2)
        os.write(tell, b".") if tell else None
        tell = 0
os.read(ready, 1)
os._exit(0)
