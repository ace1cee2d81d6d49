"""Writes what looks like a worker's status frames, or argv[2] says what, to every descriptor."""
import os
import struct
import sys

print(sys.argv[1], flush=True)
MAGIC, PARKED, DONE, FAILED = 0x64726257, 1, 2, 3


def frame(kind, exit_code=0, magic=MAGIC):
    return struct.pack("<IHHiiQ40s", magic, kind, 0, exit_code, 13, 0, b"mount:/forged")


payload = {
    "done 0": frame(DONE), "done 42": frame(DONE, 42), "parked": frame(PARKED),
    "failed": frame(FAILED), "unknown kind": frame(9), "wrong magic": frame(DONE, 0, 0xFFFFFFFF),
    "half a frame": frame(DONE)[:10], "one byte": b"W", "wild exit code": frame(DONE, -(1 << 31)),
    "random": os.urandom(1000), "many": frame(DONE, 42) * 1000,
    "capnp": struct.pack("<II", 0xFFFFFFFF, 0xFFFFFFFF) * 8,
}[sys.argv[2]]
written = []
for descriptor in range(1024):
    try:
        if descriptor not in (1, 2):
            os.set_blocking(descriptor, False)
            os.write(descriptor, payload)
            written.append(descriptor)
    except OSError:
        pass
print("wrote to", written, flush=True)
os.write(1, payload)
os.write(2, payload)
os._exit(7)
