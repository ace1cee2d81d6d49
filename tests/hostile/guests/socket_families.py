"""Creates a socket of every family but the three that programs need; says which it got."""
import socket
import sys

print(sys.argv[1], flush=True)
NEEDED = {socket.AF_UNIX, socket.AF_INET, socket.AF_INET6}
for family in sorted(set(range(64)) - NEEDED):
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_RAW, socket.SOCK_SEQPACKET):
        try:
            socket.socket(family, kind, 0).close()
            print("family", family, flush=True)
            break
        except OSError:
            pass
