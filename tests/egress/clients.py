"""Clients that send bytes, without a library that would correct them."""

import socket
import ssl

from broker import HTTP, SOCKS


def read_to_end(connection):
    data = b""
    try:
        while more := connection.recv(65536):
            data += more
    except ConnectionResetError:
        pass
    return data


def read_until(connection, end):
    data = b""
    while end not in data:
        more = connection.recv(1)
        if not more:
            break
        data += more
    return data


def ask(namespace, request, port=HTTP):
    """The whole of the answer to some bytes."""
    with namespace.connect(port) as connection:
        connection.sendall(request)
        connection.shutdown(socket.SHUT_WR)
        return read_to_end(connection)


def get(namespace, url, host=None, more=b""):
    if host is None:
        host = url.split("/")[2]
    return ask(namespace, f"GET {url} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n".encode()
               + more + b"\r\n")


def connect(namespace, target):
    """The connection of a CONNECT, and its answer's head."""
    connection = namespace.connect(HTTP)
    connection.sendall(f"CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n\r\n".encode())
    return connection, read_until(connection, b"\r\n\r\n")


def socks(namespace, host, port):
    """The connection, and the second byte of the answer."""
    connection = namespace.connect(SOCKS)
    connection.sendall(b"\5\1\0")
    assert connection.recv(2) == b"\5\0"
    name = host if isinstance(host, bytes) else host.encode()
    connection.sendall(b"\5\1\0\3" + bytes([len(name)]) + name + port.to_bytes(2, "big"))
    answer = connection.recv(10)
    return connection, answer[1] if len(answer) > 1 else None


def speak_tls(connection, server_name, ca_file):
    context = ssl.create_default_context(cafile=ca_file)
    return context.wrap_socket(connection, server_hostname=server_name)


def client_hello(server_name):
    """The bytes of a ClientHello."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    tls = context.wrap_bio(incoming, outgoing, server_hostname=server_name)
    try:
        tls.do_handshake()
    except ssl.SSLWantReadError:
        pass
    return outgoing.read()
