"""Sends each of the requests argv[3:], in base64, to the proxy at port argv[2] of its loopback, and tells the
first line of the answer and whether the secret word came."""
import base64
import socket
import sys

print(sys.argv[1], flush=True)
for encoded in sys.argv[3:]:
    try:
        with socket.create_connection(("127.0.0.1", int(sys.argv[2])), timeout=20) as connection:
            connection.sendall(base64.b64decode(encoded))
            answer = b""
            while b"the-word" not in answer and len(answer) < 65536:
                more = connection.recv(4096)
                if not more:
                    break
                answer += more
        first = answer.split(b"\r\n")[0].decode("latin-1")
        print("reached" if b"the-word" in answer else "refused", repr(first), flush=True)
    except OSError as error:
        print("refused", type(error).__name__, flush=True)
