"""The jobs that go over each limit, and the limits that stop them.

Each act ends with the word "over"; a limit is at work if that word does not come, or the verdict is
another than "ok". All is within a job's default maxima, so that an act is done where its limit is
at the maximum and the others are as tight as here.
"""

import json

from system import System

# Tight, and yet of no concern to any act but the limit's own.
TIGHT = {"wall_time_ms": 5_000, "cpu_time_ms": 300, "memory_bytes": 64 << 20, "processes": 16,
         "output_bytes": 64 << 10, "file_bytes": 1 << 20, "open_files": 64,
         "workspace_bytes": 4 << 20, "workspace_inodes": 200}

WRITE_FILES = """
for number in range({count}):
    with open(f'/workspace/{{number}}', 'wb') as file:
        file.write(bytes({size}))
"""

ACTS = {
    "wall_time_ms": "import select\nselect.select([], [], [], 7)",
    "cpu_time_ms": "import time\nwhile time.process_time() < 0.6: pass",
    "memory_bytes": "kept = bytearray(128 << 20)\nkept[::4096] = bytes([1]) * len(kept[::4096])",
    "processes": "import os, select\nfor _ in range(40):\n"
                 "    if os.fork() == 0: select.select([], [], [])",
    "output_bytes": "print('x' * (256 << 10))",
    "file_bytes": WRITE_FILES.format(count=1, size=2 << 20),
    "open_files": "kept = [open('/dev/null') for _ in range(200)]",
    "workspace_bytes": WRITE_FILES.format(count=12, size=900 << 10),
    "workspace_inodes": WRITE_FILES.format(count=400, size=0),
}


def maxima(system):
    """The maximum of every limit, as configured."""
    settings = {setting["key"]: setting["value"]
                for setting in json.loads(system.brood("config", "--json").stdout)}
    return {key.split(".")[1]: value for key, value in settings.items()
            if key.startswith("limits.") and key.endswith(".max")}


def acts_done(system, limits):
    def is_done(act):
        reply = system.client.execute(ACTS[act] + "\nprint('over')", limits=limits)
        return reply.status == "ok" and reply.stdout.endswith("over\n")
    return {act for act in ACTS if is_done(act)}


def done_without(limits):
    """For each of these limits, the acts that all limits together stop and that are done where it is
    at its maximum."""
    with System() as system:
        largest = maxima(system)
        assert largest.keys() == ACTS.keys() == TIGHT.keys(), "a limit without an act"
        whole = acts_done(system, TIGHT)
        for limit in limits:
            yield limit, sorted(acts_done(system, TIGHT | {limit: largest[limit]}) - whole)
