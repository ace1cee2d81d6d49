"""Forks argv[2] processes that sleep, with argv[3] MiB of memory that they share; then it waits."""
import os
import select
import sys

print(sys.argv[1], flush=True)
memory = bytearray(b"x") * (int(sys.argv[3]) << 20)
for _ in range(int(sys.argv[2])):
    if os.fork() == 0:
        select.select([], [], [])
print("asleep", flush=True)
select.select([], [], [])
