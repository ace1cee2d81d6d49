"""Opens argv[2] connections to the proxy, of which it keeps as many as it may, and says nothing on any."""
import socket
import sys

print(sys.argv[1], flush=True)
kept, closed = [], 0
for _ in range(int(sys.argv[2])):
    connection = socket.socket()
    try:
        connection.connect(("127.0.0.1", 3128))
    except OSError:
        closed += 1
        continue
    kept.append(connection)
    if len(kept) > 200:
        kept.pop(0).close()
print("opened", int(sys.argv[2]) - closed, flush=True)
