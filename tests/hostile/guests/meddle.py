"""Changes the limits, the priority and the affinity of the processes argv[2:], else of PID 1; says
what worked."""
import os
import resource
import sys

print(sys.argv[1], flush=True)
attempts = {"limits": lambda pid: resource.prlimit(pid, resource.RLIMIT_NOFILE, (9, 9)),
            "priority": lambda pid: os.setpriority(os.PRIO_PROCESS, pid, 19),
            "affinity": lambda pid: os.sched_setaffinity(pid, {0})}
for pid in {*map(int, sys.argv[2:] or ["1"])} - {os.getpid()}:
    for name, attempt in attempts.items():
        try:
            attempt(pid)
            print("changed", name, flush=True)
        except (OSError, ValueError):
            pass
