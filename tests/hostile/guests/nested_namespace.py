"""Makes a user namespace in which it is root, and mounts something there."""
import ctypes
import sys

print(sys.argv[1], flush=True)
CLONE_NEWNS, CLONE_NEWUSER = 0x20000, 0x10000000
libc = ctypes.CDLL(None, use_errno=True)
for flags in (CLONE_NEWUSER | CLONE_NEWNS, CLONE_NEWNS):
    if libc.unshare(flags) == 0:
        print("unshared", flush=True)
        break
if libc.mount(b"hostile", b"/tmp", b"tmpfs", 0, None) == 0:
    print("mounted", flush=True)
