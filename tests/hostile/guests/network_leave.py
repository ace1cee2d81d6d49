"""Leaves traces of itself in its network: packets, a flow label, connections in TIME_WAIT."""
import fcntl
import os
import socket
import struct
import sys

os.write(1, sys.argv[1].encode() + b"\n")
what = sys.argv[2]
if what == "datagram":
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.sendto(b"x", ("127.0.0.1", 9))
elif what == "nothing":
    # For a control: as the network of a sandbox is when it is new.
    up, set_flags = 1, 0x8914
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, set_flags, struct.pack("16sH14x", b"lo", up))
elif what == "connection":
    with socket.create_server(("127.0.0.1", 0)) as server:
        client = socket.create_connection(server.getsockname())
        peer, _ = server.accept()
        peer.close()
        client.close()
elif what == "label":
    # struct in6_flowlabel_req: create one that lingers for all after its socket has gone.
    manage, get, anybody, create = 32, 0, 255, 1
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as owner:
        owner.setsockopt(socket.IPPROTO_IPV6, manage, struct.pack(
            "=16sIBBHHHI", socket.inet_pton(socket.AF_INET6, "::1"), socket.htonl(0x12345),
            get, anybody, create, 6, 60, 0))
os.write(1, b"left " + what.encode() + b"\n")
