"""Eight processes that take argv[2] MiB each; says when all have it, and with "hold" stays."""
import os
import signal
import sys

print(sys.argv[1], flush=True)
ready, done = os.pipe()
for _ in range(8):
    if os.fork() == 0:
        hoard = b"x" * (int(sys.argv[2]) << 20)
        os.write(done, b"x")
        os.read(ready, 0)
        signal.pause()
count = 0
while count < 8:
    count += len(os.read(ready, 8))
print("touched", count, flush=True)
if sys.argv[3:] == ["hold"]:
    signal.pause()
os.killpg(0, 9) if len(sys.argv) > 3 else os._exit(0)
