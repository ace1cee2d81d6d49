"""Says which descriptors it was born with, and what they are."""
import os
import sys

print(sys.argv[1], flush=True)
for descriptor in range(1024):
    try:
        target = os.readlink(f"/proc/self/fd/{descriptor}")
    except OSError:
        continue
    print(descriptor, target.split(":")[0], flush=True)
