"""Fills an anonymous file with argv[2] MiB: memory that no process maps."""
import os
import sys

print(sys.argv[1], flush=True)
descriptor = os.memfd_create("hoard")
written = sum(os.write(descriptor, b"x" * (1 << 20)) for _ in range(int(sys.argv[2])))
print("touched", written >> 20, flush=True)
