"""Connects to each of the addresses argv[2:], given as host/port."""
import socket
import sys

print(sys.argv[1], flush=True)
for target in sys.argv[2:]:
    host, _, port = target.rpartition("/")
    try:
        with socket.create_connection((host, int(port)), timeout=5):
            print("reached", target, flush=True)
    except OSError as error:
        print("refused", target, error, flush=True)
