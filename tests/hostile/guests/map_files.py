"""Tries to get a descriptor of a file that is only mapped into it, or that it was started from, and which
has the host's inode; says what it got."""
import os
import sys

print(sys.argv[1], flush=True)
tried = 0
for name in os.listdir("/proc/self/map_files"):
    tried += 1
    try:
        os.close(os.open(f"/proc/self/map_files/{name}", os.O_RDONLY))
        print("opened a mapping", flush=True)
        break
    except OSError:
        pass
try:
    os.close(os.open("/proc/self/exe", os.O_RDONLY))
    print("opened exe", flush=True)
except OSError:
    pass
assert tried
