"""Looks for the sockets that listen in its network, among the descriptors of every process it can see.
With argv[2] it makes one itself."""
import glob
import os
import socket
import sys

print(sys.argv[1], flush=True)
own = socket.create_server(("127.0.0.1", 0)) if len(sys.argv) > 2 else None
LISTENS = "0A"
with open("/proc/net/tcp", encoding="ascii") as file:
    rows = [line.split() for line in file.readlines()[1:]]
inodes = {row[9] for row in rows if row[3] == LISTENS}
found = 0
for path in glob.glob("/proc/[0-9]*/fd/*"):
    try:
        target = os.readlink(path)
    except OSError:
        continue
    found += target.startswith("socket:[") and target[8:-1] in inodes
print("listening", len(inodes) > 0, "found", found, flush=True)
