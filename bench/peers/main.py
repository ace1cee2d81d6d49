"""Brood beside others in one run: the same interpreter, code and limits, in turns.

One client, brood-peers-client, times each job from the request until it has been answered and
reaped. Whoever is not installed, or does not work here, is named with the reason.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile

import table
from sandboxes import Absent, Bubblewrap, Crun, Firejail, Native, Nsjail, Runc, Runsc
from services import GoJudge, start_brood

CLIENTS = 2
# Brood's pool is full again before it is asked next, as others have ended what they started.
PAUSE_MS = 20


def one(make):
    return lambda: [make()]


def started(brood_binary, wanted):
    """The peers that can take part, and those that cannot with the reason."""
    makers = {"python3 -c": one(Native), "bubblewrap": one(Bubblewrap), "firejail": one(Firejail),
              "nsjail": one(Nsjail), "crun": one(Crun), "runc": one(Runc), "runsc": one(Runsc),
              "go-judge": one(GoJudge), "brood": lambda: start_brood(brood_binary)}
    peers, absent = [], []
    for name, make in makers.items():
        if wanted and name not in wanted:
            continue
        try:
            peers += make()
        except Absent as why:
            absent.append((name, str(why)))
    return peers, absent


def measure(client, peers, runs, seconds):
    """Fills in the peers' samples and rates."""
    plan = {"runs": runs, "seconds": seconds, "clients": CLIENTS, "pause_ms": PAUSE_MS,
            "peers": [{"name": peer.name, "every": peer.every, **peer.plan()} for peer in peers]}
    with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as file:
        json.dump(plan, file)
        file.flush()
        done = subprocess.run([client, file.name], stdout=subprocess.PIPE, check=False)
    if done.returncode != 0:
        sys.exit(done.returncode)
    measured = json.loads(done.stdout)
    for peer in peers:
        peer.samples_us = measured[peer.name]["samples_us"]
        rate = measured[peer.name]["jobs_per_second"]
        peer.jobs_per_second_per_cpu = rate / len(os.sched_getaffinity(0)) if seconds else None


def default_client(brood_binary):
    build = os.path.dirname(os.path.dirname(os.path.abspath(brood_binary)))
    return os.path.join(build, "bench", "brood-peers-client")


def main():
    parser = argparse.ArgumentParser(prog="./dev peers", description=__doc__)
    parser.add_argument("--runs", type=int, default=1000, help="of the fast ones; default 1000")
    parser.add_argument("--seconds", type=float, default=5, help="of load on each; 0: none")
    parser.add_argument("--only", help="names, with commas between")
    parser.add_argument("--json", help="write the figures and all samples to this file")
    parser.add_argument("--brood", required=True, help="the program brood")
    parser.add_argument("--client", help="brood-peers-client; that of the same build unless given")
    arguments = parser.parse_args()
    wanted = arguments.only.split(",") if arguments.only else None
    peers, absent = started(arguments.brood, wanted)
    try:
        measure(arguments.client or default_client(arguments.brood), peers, arguments.runs,
                arguments.seconds)
    finally:
        for peer in peers:
            peer.close()
    rows = table.compared([table.figures(peer) for peer in peers])
    print(table.text(rows, absent), end="")
    if arguments.json:
        for row, peer in zip(rows, peers):
            row["samples_us"] = peer.samples_us
        with open(arguments.json, "w", encoding="utf-8") as file:
            json.dump({"peers": rows, "absent": dict(absent), "goals": table.goals(rows)}, file,
                      indent=1)


if __name__ == "__main__":
    main()
