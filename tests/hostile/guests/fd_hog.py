"""Opens descriptors until there are no more, at most argv[2]; says how many it got."""
import os
import sys

print(sys.argv[1], flush=True)
opened = 0
try:
    for _ in range(int(sys.argv[2])):
        os.open("/dev/null", os.O_RDONLY)
        opened += 1
except OSError as error:
    print(os.strerror(error.errno), flush=True)
print("opened", opened, flush=True)
