"""An HTTP server that gives the answers it was told, one for each connection's request."""

import json
import socket
import threading


class ScriptedServer:
    """Answers are bytes, sent as they are; each request takes the next, the last one stays."""

    def __init__(self):
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self.answers = []
        self.requests = []
        self.connections = 0
        self._open = []
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def say(self, status, body, headers=()):
        """Adds an answer that is JSON."""
        text = json.dumps(body).encode()
        self.answers.append(head(status, [("Content-Type", "application/json"),
                                          ("Content-Length", str(len(text))), *headers]) + text)

    def refuse(self, status, code, headers=()):
        self.say(status, {"error": {"code": code, "message": "because", "field": None}}, headers)

    def stream(self, *pieces):
        """Adds an answer of these pieces, after which the connection is closed."""
        self.answers.append(head(200, [("Content-Type", "text/event-stream"),
                                       ("Connection", "close")]) + b"".join(pieces))

    def _serve(self):
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            self._open.append(connection)
            threading.Thread(target=self._converse, args=(connection,), daemon=True).start()

    def _converse(self, connection):
        with connection, connection.makefile("rb") as reader:
            while (request := read_request(reader)) is not None:
                self.requests.append(request)
                answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
                if answer is None:
                    # Silence, until the client goes.
                    reader.read(1)
                    return
                connection.sendall(answer)
                if b"Content-Length" not in answer:
                    return

    def __enter__(self):
        return self

    def __exit__(self, *_):
        # A blocked accept() does not notice a close().
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()
        for connection in self._open:
            connection.close()


class Request:
    def __init__(self, line, headers, body):
        self.line, self.headers, self.body = line, headers, body


def head(status, headers):
    lines = [f"HTTP/1.1 {status} Said", *(f"{name}: {value}" for name, value in headers)]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def read_request(reader):
    line = reader.readline().decode().strip()
    if not line:
        return None
    headers = {}
    while text := reader.readline().decode().strip():
        name, _, value = text.partition(":")
        headers[name.lower()] = value.strip()
    return Request(line, headers, reader.read(int(headers.get("content-length", 0))))
