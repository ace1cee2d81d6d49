#!/usr/bin/python3 -B
"""Many jobs, some of them hostile, by several clients: every verdict right, every answer its own,
and the system as it was. Prints the figures; exit code 1 if one of them is not as it must be.

    soak.py JOBS [--clients N] [--hostile-every N] [--json FILE]
"""

import argparse
import collections
import itertools
import json
import os
import sys
import threading
import time
import uuid

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

import procs  # noqa: E402
from mischief import MISCHIEF  # noqa: E402
from system import System  # noqa: E402

ECHO = "import sys; print('{nonce}', sys.stdin.read(), sys.argv[1])"
# Resident memory of a process that serves jobs of many sizes settles; a leak goes on.
RSS_GROWTH_ALLOWED = 0.10
RSS_GROWTH_ALLOWED_BYTES = 4 << 20


class Tally:
    """The answers that the clients have seen."""

    def __init__(self, total):
        self.total = total
        self.lock = threading.Lock()
        self.numbers = itertools.count()
        self.done = 0
        self.verdicts = collections.Counter()
        self.starts = collections.Counter()
        self.wrong_verdicts, self.swapped, self.failed = [], [], []

    def next_number(self):
        with self.lock:
            number = next(self.numbers)
        return number if number < self.total else None

    def note(self, kind, reply):
        with self.lock:
            self.done += 1
            self.verdicts[f"{kind}: {reply.status}"] += 1
            self.starts[reply.timing.start] += 1

    def problems(self):
        return len(self.wrong_verdicts) + len(self.swapped) + len(self.failed)


def run_echo(client, tally):
    nonces = [uuid.uuid4().hex for _ in range(3)]
    reply = client.execute(ECHO.format(nonce=nonces[0]), stdin=nonces[1], args=[nonces[2]])
    tally.note("echo", reply)
    if reply.status != "ok" or reply.exit_code != 0:
        tally.wrong_verdicts.append(("echo", dict(reply)))
    elif reply.stdout != " ".join(nonces) + "\n" or reply.stderr:
        tally.swapped.append((nonces, dict(reply)))


def run_mischief(client, tally, mischief):
    nonce = uuid.uuid4().hex
    reply = client.execute(mischief.code, args=[nonce], limits=mischief.limits)
    tally.note(mischief.name, reply)
    if not mischief.is_right(reply):
        tally.wrong_verdicts.append((mischief.name, dict(reply, stdout=reply.stdout[:200])))
    elif not reply.stdout.startswith(nonce):
        tally.swapped.append((mischief.name, nonce, dict(reply, stdout=reply.stdout[:200])))


def work(client, tally, hostile_every):
    while (number := tally.next_number()) is not None:
        try:
            if number % hostile_every == hostile_every - 1:
                run_mischief(client, tally, MISCHIEF[number // hostile_every % len(MISCHIEF)])
            else:
                run_echo(client, tally)
        except Exception as error:  # A lost answer is counted, not fatal to the others.
            tally.failed.append(repr(error))
    client.close()


def resident(system):
    return {"supervisor": procs.resident_bytes(system.roles.supervisor()),
            "gateway": procs.resident_bytes(system.roles.gateway())}


def watch(system, tally, clients, progress):
    """Starts the clients; memory is sampled at every twentieth of the way, progress told."""
    threads = [threading.Thread(target=work, args=(system.client, tally, clients[1]))
               for _ in range(clients[0])]
    begun = time.monotonic()
    for thread in threads:
        thread.start()
    samples, next_sample = [], tally.total / 20
    while any(thread.is_alive() for thread in threads):
        for thread in threads:
            thread.join(0.2)
            if thread.is_alive():
                break
        if tally.done >= next_sample:
            samples.append(resident(system))
            next_sample += tally.total / 20
            spent = time.monotonic() - begun
            left = spent / tally.done * (tally.total - tally.done)
            progress(f"{tally.done:,} of {tally.total:,} jobs, {tally.problems()} problems, "
                     f"{left:.0f} s left")
    return samples, time.monotonic() - begun


def growth(samples, name):
    """First and last of the settled part: what is allocated once is there after a tenth."""
    settled = samples[2:] or samples or [{name: 0}]
    return settled[0][name], settled[-1][name]


def is_flat(first, last):
    return last - first <= max(first * RSS_GROWTH_ALLOWED, RSS_GROWTH_ALLOWED_BYTES)


def soak(jobs, clients, hostile_every, progress):
    settings = {"profiles": {"default": {"target_idle": 8}}}
    # Freed memory that a sanitizer keeps back is no leak either.
    environment = {"ASAN_OPTIONS": "quarantine_size_mb=1:thread_local_quarantine_size_kb=64"}
    with System(settings, environment) as system:
        # Objects that are built once for this many clients and these kinds of jobs are no leak.
        warm = Tally(max(2 * clients, hostile_every * len(MISCHIEF)))
        watch(system, warm, (clients, hostile_every), lambda text: None)
        before = system.census()
        tally = Tally(jobs)
        samples, seconds = watch(system, tally, (clients, hostile_every), progress)
        try:
            system.assert_census(before)
            census_change = ""
        except AssertionError as error:
            census_change = str(error)
    memory = {name: growth(samples, name) for name in ("supervisor", "gateway")}
    return {
        "jobs": tally.done, "clients": clients, "seconds": round(seconds, 1),
        "jobs_per_second": round(tally.done / seconds, 1),
        "wrong_verdicts": tally.wrong_verdicts, "swapped_answers": tally.swapped,
        "lost_answers": tally.failed, "census_change": census_change,
        "verdicts": dict(sorted(tally.verdicts.items())), "starts": dict(tally.starts),
        "resident_bytes": {name: {"first": first, "last": last, "flat": is_flat(first, last)}
                           for name, (first, last) in memory.items()},
    }


def is_good(figures):
    return not (figures["wrong_verdicts"] or figures["swapped_answers"]
                or figures["lost_answers"] or figures["census_change"]) \
        and all(memory["flat"] for memory in figures["resident_bytes"].values())


def show(figures):
    print(f"{figures['jobs']:,} jobs by {figures['clients']} clients in {figures['seconds']} s: "
          f"{figures['jobs_per_second']} jobs/s")
    for what in ("wrong_verdicts", "swapped_answers", "lost_answers"):
        print(f"{what.replace('_', ' '):18}{len(figures[what]):8}")
        for example in figures[what][:3]:
            print(f"    {example}")
    print(f"{'census':18}{'flat' if not figures['census_change'] else figures['census_change']:>8}")
    for name, memory in figures["resident_bytes"].items():
        print(f"{name + ' RSS':18}{memory['first'] / 2**20:8.1f} MiB, then "
              f"{memory['last'] / 2**20:.1f} MiB: {'flat' if memory['flat'] else 'GROWS'}")
    print("verdicts")
    for verdict, count in figures["verdicts"].items():
        print(f"    {verdict:36}{count:8,}")
    print("starts              " + ", ".join(f"{n:,} {kind}" for kind, n
                                             in figures["starts"].items()))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("jobs", type=int, nargs="?", default=50_000)
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--hostile-every", type=int, default=10)
    parser.add_argument("--json", help="write all figures to this file")
    options = parser.parse_args()
    if min(options.jobs, options.clients, options.hostile_every) < 1:
        parser.error("all numbers must be at least 1")
    figures = soak(options.jobs, options.clients, options.hostile_every,
                   lambda text: print(text, file=sys.stderr, flush=True))
    show(figures)
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump(figures, file, indent=1)
    return 0 if is_good(figures) else 1


if __name__ == "__main__":
    sys.exit(main())
