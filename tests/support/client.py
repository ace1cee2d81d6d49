"""An HTTP client of the system, as plain as the standard library allows."""

import contextlib
import http.client
import json
import socket
import threading

import patience

TIMEOUT_SECONDS = patience.seconds(90.0)


class Reply(dict):
    """A JSON object whose members also read as attributes."""

    def __getattr__(self, name):
        try:
            value = self[name]
        except KeyError:
            raise AttributeError(f"no member {name!r} in {dict(self)}") from None
        return Reply(value) if isinstance(value, dict) else value


class Response:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def json(self):
        return Reply(json.loads(self.body))

    def __repr__(self):
        return f"Response({self.status}, {self.body[:400]!r})"


class Event:
    """One server-sent event."""

    def __init__(self, name, data):
        self.name, self.data = name, data

    @property
    def json(self):
        return Reply(json.loads(self.data))

    @property
    def text(self):
        """The output carried by a stdout or stderr event."""
        value = json.loads(self.data)
        return value["data"] if isinstance(value, dict) else value

    def __repr__(self):
        return f"Event({self.name}, {self.data[:200]!r})"


class Stream:
    """A running job's events, read as they come. Closing it is what a client that left does."""

    def __init__(self, connection, response):
        self._connection, self._response = connection, response
        self.seen = []

    def __iter__(self):
        return self

    def __next__(self):
        name, data = "message", []
        while True:
            line = self._response.readline()
            if not line:
                raise StopIteration
            line = line.decode("utf-8").rstrip("\r\n")
            if not line and (data or name != "message"):
                self.seen.append(Event(name, "\n".join(data)))
                return self.seen[-1]
            field, _, value = line.partition(":")
            value = value.removeprefix(" ")
            if field == "event":
                name = value
            elif field == "data":
                data.append(value)

    def until_output(self, token, stream="stdout"):
        """Blocks until `token` has appeared in the job's output; returns the output so far."""
        text = "".join(event.text for event in self.seen if event.name == stream)
        while token not in text:
            event = next(self, None)
            assert event is not None, f"stream ended before {token!r}: {self.seen}"
            assert event.name != "exit", f"job ended before {token!r}: {self.seen}"
            if event.name == stream:
                text += event.text
        return text

    def rest(self):
        """Reads to the end; returns the final exit event's object."""
        for _ in self:
            pass
        assert self.seen and self.seen[-1].name == "exit", f"no exit event: {self.seen}"
        return self.seen[-1].json

    def output(self, stream="stdout"):
        return "".join(event.text for event in self.seen if event.name == stream)

    def close(self):
        self._response.close()
        self._connection.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class Client:
    """One keep-alive connection per calling thread."""

    def __init__(self, host, port):
        self.host, self.port = host, port
        self.headers = {}  # Go with every request: a key, say.
        self._local = threading.local()

    def _connection(self):
        if getattr(self._local, "connection", None) is None:
            self._local.connection = http.client.HTTPConnection(
                self.host, self.port, timeout=TIMEOUT_SECONDS)
        return self._local.connection

    def close(self):
        """Closes the calling thread's connection."""
        if getattr(self._local, "connection", None) is not None:
            self._local.connection.close()
            self._local.connection = None

    def request(self, method, path, body=None, headers=None):
        connection = self._connection()
        try:
            connection.request(method, path, body, self.headers | (headers or {}))
            response = connection.getresponse()
            content = response.read()
        except Exception:
            self.close()
            raise
        if response.will_close:
            self.close()
        return Response(response.status, response.headers, content)

    def get(self, path):
        return self.request("GET", path)

    def post(self, path, body, headers=None):
        if not isinstance(body, (bytes, str)):
            body = json.dumps(body)
        content_type = {"Content-Type": "application/json"}
        return self.request("POST", path, body, content_type | (headers or {}))

    def execute(self, code, **fields):
        """Runs Python code; answers the result object of a job that was admitted."""
        response = self.post("/v1/execute", {"language": "python", "code": code} | fields)
        assert response.status == 200, response
        return response.json

    def stream(self, code, **fields):
        """Runs the job as execute() does, as server-sent events."""
        return self.events("POST", "/v1/execute", {"language": "python", "code": code} | fields)

    def events(self, method, path, body=None):
        """Any request that is answered by server-sent events, on a connection of its own."""
        connection = http.client.HTTPConnection(self.host, self.port, timeout=TIMEOUT_SECONDS)
        connection.request(method, path, None if body is None else json.dumps(body), {
            "Content-Type": "application/json", "Accept": "text/event-stream"} | self.headers)
        response = connection.getresponse()
        assert response.status == 200, Response(response.status, response.headers, response.read())
        return Stream(connection, response)

    def raw(self, request, shut_write=False):
        """Sends bytes as they are; returns everything up to the server's end of file."""
        with self.open_raw() as sock:
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                sock.sendall(request)
                if shut_write:
                    sock.shutdown(socket.SHUT_WR)
            return read_to_end(sock)

    def open_raw(self):
        return socket.create_connection((self.host, self.port), timeout=TIMEOUT_SECONDS)


def read_to_end(sock):
    received = b""
    with contextlib.suppress(ConnectionResetError):
        while chunk := sock.recv(65536):
            received += chunk
    return received
