"""Fills sockets over loopback that nobody reads, argv[2] ("tcp" or "udp"), until argv[3] MiB wait in
them or no more go in; then holds them."""
import contextlib
import os
import signal
import socket
import struct
import sys

print(sys.argv[1], flush=True)
WANTED = int(sys.argv[3]) << 20
BLOCK = b"x" * 32_000
held, put = [], 0


def fill(sender):
    global put
    sender.setblocking(False)
    with contextlib.suppress(BlockingIOError):
        while put < WANTED:
            put += sender.send(BLOCK)


def fill_with_datagrams(sender):
    """A datagram that finds no room is dropped silently, so SO_MEMINFO is asked what has come."""
    global put
    for _ in range(200):
        sender.send(BLOCK)
    put += struct.unpack_from("I", sender.getsockopt(socket.SOL_SOCKET, 55, 36))[0]


def tcp_pair(listener):
    near = socket.socket()
    near.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 22)
    near.settimeout(5)
    near.connect(listener.getsockname())
    far = listener.accept()[0]
    return near, far


def udp_to_itself(_):
    one = socket.socket(type=socket.SOCK_DGRAM)
    one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
    one.bind(("127.0.0.1", 0))
    one.connect(one.getsockname())
    return (one,)


listener = socket.create_server(("127.0.0.1", 0))
listener.settimeout(5)
make, fill_one = {"tcp": (tcp_pair, fill),
                  "udp": (udp_to_itself, fill_with_datagrams)}[sys.argv[2]]
before, idle = 0, 0
# Without end there are sockets into which nothing goes any more.
while put < WANTED and idle < 20:
    try:
        pair = make(listener)
        for one in pair:
            fill_one(one)
    except OSError as error:
        print("stopped by", type(error).__name__, flush=True)
        break
    held.append(pair)
    idle = idle + 1 if put == before else 0
    before = put
print(f"{len(held)} sockets hold {put >> 20} MiB", flush=True)
signal.pause()
