"""Network namespaces with nothing but what a test puts there, and sockets made in them."""

import ctypes
import os
import socket
import subprocess
import threading

CLONE_NEWNET = 0x40000000
_libc = ctypes.CDLL(None, use_errno=True)


class Namespace:
    """A network namespace, held by a process that does nothing else."""

    def __init__(self):
        # It says so when it is there; it ends with its standard input.
        self._holder = subprocess.Popen(
            ["unshare", "--net", "sh", "-c", "ip link set lo up && echo there && read -r nothing"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert self._holder.stdout.readline() == b"there\n"
        self.path = f"/proc/{self._holder.pid}/ns/net"

    @property
    def pid(self):
        return self._holder.pid

    def close(self):
        self._holder.stdin.close()
        self._holder.stdout.close()
        self._holder.wait()

    def command(self, *words):
        return ["nsenter", f"--net={self.path}", *words]

    def ip(self, *words):
        subprocess.run(self.command("ip", *words), check=True)

    def call(self, function):
        """Calls the function in this namespace. Sockets it makes stay there."""
        result = {}

        def work():
            fd = os.open(self.path, os.O_RDONLY)
            try:
                if _libc.setns(fd, CLONE_NEWNET) != 0:
                    raise OSError(ctypes.get_errno(), "setns")
                result["value"] = function()
            except BaseException as problem:  # Raised again for the caller.
                result["problem"] = problem
            finally:
                os.close(fd)

        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
        if "problem" in result:
            raise result["problem"]
        return result["value"]

    def listen(self, address, port):
        return self.call(lambda: socket.create_server((address, port), backlog=512))

    def datagrams(self, address, port):
        def make():
            made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            made.bind((address, port))
            return made
        return self.call(make)

    def connect(self, port, address="127.0.0.1", patience=20):
        return self.call(lambda: socket.create_connection((address, port), timeout=patience))


class World:
    """Where the broker is, where the servers are, and a wire between them.

    The servers have addresses of the public internet; a few have such as nobody should reach: a
    private one and that of a cloud's metadata. Nothing of it can be reached from outside.
    """

    BROKER = "198.41.0.1"
    WEB = "198.41.0.10"
    OTHER = "198.41.0.11"
    NAMES = "198.41.0.53"
    PRIVATE = "10.9.9.9"
    METADATA = "169.254.169.254"

    def __init__(self):
        self.here = Namespace()
        self.there = Namespace()
        self.here.ip("link", "add", "wire", "type", "veth", "peer", "name", "wire", "netns",
                     str(self.there.pid))
        self.here.ip("address", "add", f"{self.BROKER}/24", "dev", "wire")
        self.here.ip("link", "set", "wire", "up")
        for address in (self.WEB, self.OTHER, self.NAMES):
            self.there.ip("address", "add", f"{address}/24", "dev", "wire")
        for address in (self.PRIVATE, self.METADATA):
            self.there.ip("address", "add", f"{address}/32", "dev", "lo")
        self.there.ip("link", "set", "wire", "up")
        for address in (self.PRIVATE, self.METADATA):
            self.here.ip("route", "add", address, "via", self.WEB)

    def close(self):
        self.here.close()
        self.there.close()
