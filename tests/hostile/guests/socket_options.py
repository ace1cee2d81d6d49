"""Sets options that keep memory or a quota of the whole host; says which were taken."""
import socket
import struct
import sys

print(sys.argv[1], flush=True)
V4, V6, TCP = socket.AF_INET, socket.AF_INET6, socket.IPPROTO_TCP
GROUP4 = socket.inet_aton("239.1.2.3") + socket.inet_aton("127.0.0.1")
LABEL = struct.pack("=16sIBBHHHI", socket.inet_pton(V6, "::1"), socket.htonl(0x54321), 0, 255, 1, 6,
                    60, 0)
# Ancillary data that stays with a socket: many hop limits, of which the last one counts.
STICKY = struct.pack("=QiiI4x", 20, socket.IPPROTO_IPV6, 8, 1) * 1000
OPTIONS = {
    "save_syn": (V4, socket.SOCK_STREAM, TCP, 27, struct.pack("i", 1)),
    "fast_open_queue": (V4, socket.SOCK_STREAM, TCP, 23, struct.pack("i", 1 << 20)),
    "window_clamp": (V4, socket.SOCK_STREAM, TCP, 10, struct.pack("i", 1 << 20)),
    "zerocopy": (V4, socket.SOCK_STREAM, socket.SOL_SOCKET, 60, struct.pack("i", 1)),
    "group": (V4, socket.SOCK_DGRAM, socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, GROUP4),
    "flow_label": (V6, socket.SOCK_DGRAM, socket.IPPROTO_IPV6, 32, LABEL),
    "sticky": (V6, socket.SOCK_DGRAM, socket.IPPROTO_IPV6, 6, STICKY),
}
for name, (family, kind, level, option, value) in OPTIONS.items():
    try:
        with socket.socket(family, kind) as one:
            one.setsockopt(level, option, value)
        print("took", name, flush=True)
    except OSError:
        pass
