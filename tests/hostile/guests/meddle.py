"""Changes the limits, the priority and the affinity of PID 1; says what worked."""
import os
import resource
import sys

print(sys.argv[1], flush=True)
attempts = {"limits": lambda: resource.prlimit(1, resource.RLIMIT_NOFILE, (9, 9)),
            "priority": lambda: os.setpriority(os.PRIO_PROCESS, 1, 19),
            "affinity": lambda: os.sched_setaffinity(1, {0})}
for name, attempt in attempts.items():
    try:
        attempt()
        print("changed", name, flush=True)
    except (OSError, ValueError):
        pass
