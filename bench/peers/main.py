"""Brood beside others in one run: the same interpreter, code and limits, in turns.

One client process times each job from the request until it has been answered and reaped. Whoever
is not installed, or does not work here, is named with the reason.
"""

import argparse
import json
import os
import random
import sys
import threading
import time

import table
from sandboxes import Absent, Bubblewrap, Native, Runc, Runsc
from services import Brood, GoJudge

# One that takes a quarter of a second has fewer runs, so that the whole is done in minutes.
SLOW = {"runsc": 20, "runc": 4}
CLIENTS = 2
# Brood's pool is full again before it is asked next, as others have ended what they started.
PAUSE_SECONDS = 0.02


def timed(peer, number):
    """Microseconds; raises when the answer is not the job's."""
    prepared = peer.prepare(f"print({number})")
    start = time.perf_counter_ns()
    output = peer.run(prepared)
    micros = (time.perf_counter_ns() - start) / 1000
    if output != f"{number}\n":
        raise RuntimeError(f"{peer.name}: {output!r} instead of {number}")
    return micros


def take_turns(peers, runs, progress):
    """All in each round, in an order that differs from round to round."""
    order = random.Random(1)
    for step in range(runs):
        turn = [peer for peer in peers if step % SLOW.get(peer.name, 1) == 0]
        order.shuffle(turn)
        for peer in turn:
            peer.samples_us.append(timed(peer, order.randrange(10**9)))
            time.sleep(PAUSE_SECONDS)
        progress(step + 1)


def measure_rate(peer, seconds):
    """Two clients without a pause: jobs per second and CPU."""
    end = time.monotonic() + seconds
    counts = [0] * CLIENTS
    problems = []

    def client(which):
        try:
            while time.monotonic() < end:
                timed(peer, which * 10**6 + counts[which])
                counts[which] += 1
        except (RuntimeError, OSError) as error:
            problems.append(error)

    threads = [threading.Thread(target=client, args=(which,)) for which in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if problems:
        raise problems[0]
    cpus = len(os.sched_getaffinity(0))
    peer.jobs_per_second_per_cpu = sum(counts) / seconds / cpus


def started(brood_binary, wanted):
    """The peers that can take part, and those that cannot with the reason."""
    makers = {"python3 -c": Native, "bubblewrap": Bubblewrap, "runc": Runc, "runsc": Runsc,
              "go-judge": GoJudge, "brood": lambda: Brood(brood_binary)}
    peers, absent = [], []
    for name, make in makers.items():
        if wanted and name not in wanted:
            continue
        try:
            peers.append(make())
        except Absent as why:
            absent.append((name, str(why)))
    return peers, absent


def main():
    parser = argparse.ArgumentParser(prog="./dev peers", description=__doc__)
    parser.add_argument("--runs", type=int, default=1000, help="of the fast ones; default 1000")
    parser.add_argument("--seconds", type=float, default=5, help="of load on each; 0: none")
    parser.add_argument("--only", help="names, with commas between")
    parser.add_argument("--json", help="write the figures and all samples to this file")
    parser.add_argument("--brood", required=True, help="the program brood")
    arguments = parser.parse_args()
    wanted = arguments.only.split(",") if arguments.only else None

    def progress(step):
        if step % 50 == 0:
            print(f"round {step} of {arguments.runs}", file=sys.stderr)

    peers, absent = started(arguments.brood, wanted)
    try:
        for peer in peers:
            timed(peer, 0)
        take_turns(peers, arguments.runs, progress)
        for peer in peers:
            if arguments.seconds > 0:
                measure_rate(peer, arguments.seconds)
    finally:
        for peer in peers:
            peer.close()
    rows = table.compared([table.figures(peer) for peer in peers])
    print(table.text(rows, absent), end="")
    if arguments.json:
        for row, peer in zip(rows, peers):
            row["samples_us"] = peer.samples_us
        with open(arguments.json, "w", encoding="utf-8") as file:
            json.dump({"peers": rows, "absent": dict(absent)}, file, indent=1)


if __name__ == "__main__":
    main()
