"""Takes argv[2] locks on a file of its own, one byte each, says so, and keeps them until its end."""
import fcntl
import select
import sys

print(sys.argv[1], flush=True)
taken = 0
with open("locked", "w+b") as file:
    for number in range(int(sys.argv[2])):
        # Every other byte, or the kernel makes one lock of them.
        fcntl.lockf(file, fcntl.LOCK_EX, 1, number * 2)
        taken += 1
    print("locks", taken, flush=True)
    # To its end of input where there is one to come, else for good.
    while sys.stdin.read(1) if len(sys.argv) > 3 else True:
        select.select([], [], [], 0.05)
