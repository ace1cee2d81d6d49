"""Sends argv[2] descriptors that nobody receives; says how many went out."""
import socket
import sys

print(sys.argv[1], flush=True)
sent, pairs = 0, []
kind = socket.SOCK_DGRAM
try:
    socket.socketpair(socket.AF_UNIX, kind)
except PermissionError:
    kind = socket.SOCK_SEQPACKET
try:
    while sent < int(sys.argv[2]):
        left, right = socket.socketpair(socket.AF_UNIX, kind)
        pairs.append((left, right))
        left.setblocking(False)
        for _ in range(5):
            socket.send_fds(left, [b"x"], [0] * 100)
            sent += 100
except OSError as error:
    print("stopped", error.strerror, flush=True)
print("sent", sent, flush=True)
