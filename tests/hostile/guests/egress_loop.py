"""Fetches argv[2] through the proxy again and again until that is refused, then argv[3] times more."""
import socket
import sys

print(sys.argv[1], flush=True)
REQUEST = f"GET {sys.argv[2]} HTTP/1.1\r\nHost: {sys.argv[2].split('/')[2]}\r\nConnection: close\r\n\r\n"


def reaches():
    try:
        with socket.create_connection(("127.0.0.1", 3128), timeout=20) as connection:
            connection.sendall(REQUEST.encode())
            answer = b""
            while more := connection.recv(4096):
                answer += more
        return b"the-word" in answer
    except OSError:
        return False


assert reaches()
print("reached", flush=True)
while reaches():
    pass
print("refused, and then reached", sum(reaches() for _ in range(int(sys.argv[3]))), flush=True)
