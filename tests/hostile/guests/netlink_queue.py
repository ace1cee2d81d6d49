"""Has argv[2] routing sockets answer and reads none of the answers; says how much waits in them."""
import socket
import struct
import sys

print(sys.argv[1], flush=True)
SO_MEMINFO = 55
DUMP_LINKS = struct.pack("=IHHII16s", 32, 18, 0x301, 1, 0, b"")
waiting, kept = 0, []
for _ in range(int(sys.argv[2])):
    asking = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
    kept.append(asking)
    asking.send(DUMP_LINKS)
    # Its first number is what waits to be read.
    waiting += struct.unpack("I", asking.getsockopt(socket.SOL_SOCKET, SO_MEMINFO, 4))[0]
print("waiting", waiting, flush=True)
