"""Talks to whoever listens on the abstract Unix socket named argv[2]."""
import socket
import sys

print(sys.argv[1], flush=True)
try:
    with socket.socket(socket.AF_UNIX) as client:
        client.connect("\0" + sys.argv[2])
        print("heard", client.recv(10).decode(), flush=True)
except OSError as error:
    print("refused", error.__class__.__name__, flush=True)
