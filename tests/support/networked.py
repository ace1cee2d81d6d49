"""A Brood whose jobs have network, with servers and a name server of the tests' own on loopback."""

import contextlib
import socket

from nameserver import NameServer
from servers import Echo, Web
from system import System, merged, to_toml


class Networked:
    """Names lead to servers on 127.0.0.1, which the list allows by address, port by port."""

    def __init__(self, settings=None, environment=None):
        self._sockets = []
        self._servers = []
        names = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        names.bind(("127.0.0.1", 0))
        self.names = NameServer(names)
        self.resolver = f"127.0.0.1:{names.getsockname()[1]}"
        self._settings, self._environment = settings, environment
        self.entries = []
        self.system = None

    def listen(self):
        listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        return listener, listener.getsockname()[1]

    def allow(self, name, port):
        """Allows the name at this port, and that it leads here."""
        self.names.answers[name] = ["127.0.0.1"]
        self.entries += [f"{name}:{port}", f"127.0.0.1:{port}"]

    def web(self, name, answer=None, context=None, listed=True):
        """An HTTP server of that name; answers the server and its port."""
        listener, port = self.listen()
        server = Web(listener, answer, context)
        self._servers.append(server)
        self.names.answers[name] = ["127.0.0.1"]
        if listed:
            self.allow(name, port)
        return server, port

    def echo(self, name, listed=True):
        listener, port = self.listen()
        server = Echo(listener)
        self._servers.append(server)
        self.names.answers[name] = ["127.0.0.1"]
        if listed:
            self.allow(name, port)
        return server, port

    def settings(self):
        return merged({"egress": {"enabled": "on", "allow": self.entries,
                                  "resolvers": [self.resolver]}}, self._settings or {})

    def start(self):
        self.system = System(self.settings(), self._environment)
        self.system.start()
        return self

    @property
    def client(self):
        return self.system.client

    def rewrite(self, **egress):
        """Writes another [egress] into the system's file."""
        with open(self.system.config_path, "w", encoding="utf-8") as file:
            file.write(to_toml(merged(self.system.settings, {"egress": egress})))

    def close(self):
        try:
            if self.system is not None and self.system.serve is not None:
                self.system.stop()
        finally:
            if self.system is not None:
                self.system.destroy()
            for server in self._servers:
                with contextlib.suppress(OSError):
                    server.close()
            self.names.close()
