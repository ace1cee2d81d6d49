"""Servers that jobs may or may not reach, and certificates for those that speak TLS."""

import http.server
import socket
import socketserver
import ssl
import subprocess
import threading


class Echo:
    """Answers each connection with its greeting and then with whatever it is sent."""

    def __init__(self, listener, greeting=b""):
        self.connections = 0
        self.received = []
        self._greeting = greeting
        self._listener = listener
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self):
        # A thread that waits in accept() would keep a socket that is merely closed.
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self):
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        with connection:
            try:
                connection.sendall(self._greeting)
                while data := connection.recv(65536):
                    self.received.append(data)
                    connection.sendall(data)
                connection.shutdown(socket.SHUT_WR)
            except OSError:
                pass


class Web:
    """An HTTP server whose requests are kept as they came, with a function that answers them."""

    def __init__(self, listener, answer=None, context=None):
        self.requests = []
        web = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _answer(self):
                body = self._body()
                web.requests.append((self.command, self.path, dict(self.headers.items()), body))
                (answer or web.hello)(self, body)

            do_GET = do_HEAD = do_POST = do_PUT = _answer

            def _body(self):
                if self.headers.get("Transfer-Encoding") == "chunked":
                    body = b""
                    while size := int(self.rfile.readline(), 16):
                        body += self.rfile.read(size)
                        self.rfile.readline()
                    self.rfile.readline()
                    return body
                return self.rfile.read(int(self.headers.get("Content-Length", 0)))

            def log_message(self, *_):
                pass

        class Server(socketserver.ThreadingTCPServer):
            daemon_threads = True
            allow_reuse_address = True

            def handle_error(self, *_):
                pass

        self._server = Server(listener.getsockname(), Handler, bind_and_activate=False)
        self._server.socket.close()
        self._server.socket = (context.wrap_socket(listener, server_side=True) if context
                               else listener)
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    @staticmethod
    def hello(handler, body):
        answer(handler, 200, b"hello " + body)

    def close(self):
        self._server.shutdown()
        self._server.server_close()


def answer(handler, status, body, headers=()):
    handler.send_response(status)
    handler.send_header("Content-Length", str(len(body)))
    for name, value in headers:
        handler.send_header(name, value)
    handler.end_headers()
    if handler.command != "HEAD":
        handler.wfile.write(body)


def make_authority(folder):
    """A certificate authority in `folder`: ca.pem and ca.key."""
    _openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
             "-keyout", folder / "ca.key", "-out", folder / "ca.pem", "-days", "2",
             "-subj", "/CN=tests")


def server_context(folder, *names):
    """TLS for these names, with a certificate of the authority's."""
    stem = folder / names[0].replace("*", "any")
    extension = stem.with_suffix(".ext")
    extension.write_text("subjectAltName=" + ",".join(f"DNS:{name}" for name in names))
    _openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
             "-keyout", f"{stem}.key", "-out", f"{stem}.csr", "-subj", "/CN=server")
    _openssl("x509", "-req", "-in", f"{stem}.csr", "-CA", folder / "ca.pem", "-CAkey",
             folder / "ca.key", "-CAcreateserial", "-days", "2", "-extfile", extension, "-out",
             f"{stem}.pem")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(f"{stem}.pem", f"{stem}.key")
    return context


def _openssl(*words):
    subprocess.run(["openssl", *map(str, words)], check=True, capture_output=True)
