"""Fills argv[2] pairs of sockets with what nobody reads, from several processes, and waits."""
import os
import select
import socket
import sys

print(sys.argv[1], flush=True)
PAIRS_OF_PROCESS = 80
CONTENT = b"x" * 65536
pairs, kept = int(sys.argv[2]), []
done_read, done_write = os.pipe()
for first in range(0, pairs, PAIRS_OF_PROCESS):
    if os.fork() != 0:
        continue
    for _ in range(min(PAIRS_OF_PROCESS, pairs - first)):
        pair = socket.socketpair()
        kept.append(pair)
        for end in pair:
            end.setblocking(False)
            try:
                while end.send(CONTENT) > 0:
                    pass
            except BlockingIOError:
                pass
    os.write(done_write, b"x" * len(kept))
    select.select([], [], [])
filled = 0
while filled < pairs:
    filled += len(os.read(done_read, 4096))
print("filled", filled, flush=True)
