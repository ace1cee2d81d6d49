"""Connects argv[2] times to a socket that never accepts, and leaves behind what fits; says how much.

No descriptor stays open but the listening one.
"""
import socket
import sys

print(sys.argv[1], flush=True)
left, connections = 0, 0
with socket.create_server(("127.0.0.1", 0), backlog=4096) as server:
    for _ in range(int(sys.argv[2])):
        with socket.socket() as client:
            # A queue that is full does not answer.
            client.settimeout(0.2)
            try:
                client.connect(server.getsockname())
            except OSError:
                break
            client.setblocking(False)
            connections += 1
            try:
                while True:
                    left += client.send(b"x" * 65536)
            except BlockingIOError:
                pass
    print("left", left >> 20, "MiB in", connections, flush=True)
