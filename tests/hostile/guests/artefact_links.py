"""Leaves in out/ what is no file of its own: links to argv[2], and things that block or have no end."""
import contextlib
import os
import socket
import stat
import sys

print(sys.argv[1], flush=True)
target = sys.argv[2]
os.mkdir("out")
os.symlink(target, "out/link")
os.symlink(os.path.dirname(target), "out/directory")
os.symlink("/proc/self/root" + target, "out/magic")
with open("out/honest", "w") as file:
    file.write("honest")
with open("out/one", "w") as file:
    file.write("two names")
os.link("out/one", "out/other")
os.mkfifo("out/fifo")
with contextlib.suppress(PermissionError):
    socket.socket(socket.AF_UNIX).bind("out/socket")
with contextlib.suppress(PermissionError):
    os.mknod("out/zero", 0o666 | stat.S_IFCHR, os.makedev(1, 5))
with contextlib.suppress(OSError):
    os.link(target, "out/hard")
print("made", *sorted(os.listdir("out")), flush=True)
