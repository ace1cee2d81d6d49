"""Listens on an abstract Unix socket named argv[2] until it is stopped."""
import socket
import sys

server = socket.socket(socket.AF_UNIX)
server.bind("\0" + sys.argv[2])
server.listen()
print(sys.argv[1], flush=True)
while True:
    connection, _ = server.accept()
    connection.sendall(b"hello")
