"""Kills everything that it can reach; argv[2:] are worth a try of their own."""
import os
import signal
import sys

print(sys.argv[1], flush=True)
try:
    os.kill(-1, signal.SIGKILL)
    print("killed them", flush=True)
except OSError as error:
    print("refused", error.__class__.__name__, flush=True)
for pid in [*range(1, 2000), *map(int, sys.argv[2:])]:
    try:
        if pid != os.getpid():
            os.kill(pid, signal.SIGKILL)
            print("killed", pid, flush=True)
    except OSError:
        pass
