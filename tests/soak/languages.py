#!/usr/bin/python3 -B
"""Many jobs in Node and Ruby, each in a process that was parked for it, one in ten of them failing
or hostile: every answer right and its own, nobody lost, and the system as it was. Exit code 1 if not.

    languages.py JOBS [--clients N]      JOBS of each language
"""

import argparse
import collections
import os
import sys
import threading
import time
import uuid

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

import procs  # noqa: E402
from language_jobs import NODE, NODE_BAD, RUBY, RUBY_BAD  # noqa: E402
from soak import growth, is_flat  # noqa: E402
from system import System  # noqa: E402

MIXES = {"javascript": (NODE, NODE_BAD, "console.error(process.argv[2]);\n"),
         "ruby": (RUBY, RUBY_BAD, "warn ARGV[0]\n")}
BAD_EVERY = 10
PARTS = 10
PROFILE = {"min_idle": 1, "target_idle": 4, "max_workers": 16}


class Tally:
    """The answers that the clients of one language have seen."""

    def __init__(self):
        self.lock = threading.Lock()
        self.kinds, self.starts, self.wrong = collections.Counter(), collections.Counter(), []

    def note(self, kind, start):
        with self.lock:
            self.kinds[kind] += 1
            self.starts[start] += 1

    def add(self, other):
        self.kinds += other.kinds
        self.starts += other.starts
        self.wrong += other.wrong


def job_of(language, number):
    """Its kind, its program and limits, and how it must end: status, exit code, output."""
    mix, bad_ones, say_nonce = MIXES[language]
    if number % BAD_EVERY == BAD_EVERY - 1:
        kind, bad = list(bad_ones.items())[number // BAD_EVERY % len(bad_ones)]
        return kind, say_nonce + bad.code, bad.limits, (bad.status, bad.exit_code, "")
    kind, (program, answer) = list(mix.items())[number % len(mix)]
    return kind, say_nonce + program.format(n=number), {}, ("ok", 0, f"{answer(number)}\n")


def run_one(client, language, number, tally):
    """The job says its nonce on stderr, its number on stdout."""
    kind, code, limits, wanted = job_of(language, number)
    nonce = uuid.uuid4().hex
    reply = client.execute(code, language=language, args=[nonce], limits=limits)
    tally.note(kind, f"{reply.timing.start}, {reply.timing.warm_by}")
    seen = (reply.status, wanted[1] if wanted[1] is None else reply.exit_code, reply.stdout)
    own = reply.stderr == f"{nonce}\n" if kind != "uncaught" else reply.stderr.startswith(nonce)
    if seen != wanted or not own or reply.timing.warm_by != "parked":
        tally.wrong.append((kind, number, nonce, dict(reply)))


def run_clients(client, language, numbers, clients):
    tally = Tally()

    def work(first):
        for number in numbers[first::clients]:
            try:
                run_one(client, language, number, tally)
            except Exception as error:  # A lost answer is counted, not fatal to the others.
                tally.wrong.append(("lost", number, repr(error)))
        client.close()

    threads = [threading.Thread(target=work, args=(first,)) for first in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return tally


def show(language, tally, seconds):
    done = sum(tally.kinds.values())
    print(f"{language}: {done:,} jobs in {seconds:.1f} s, {len(tally.wrong)} wrong or lost; "
          f"kinds {dict(tally.kinds)}; starts {dict(tally.starts)}", flush=True)
    for example in tally.wrong[:5]:
        print(f"    {str(example)[:600]}", flush=True)


def resident(system):
    return {"supervisor": procs.resident_bytes(system.roles.supervisor()),
            "gateway": procs.resident_bytes(system.roles.gateway())}


def soak(jobs, clients):
    """Whether all was right; memory is looked at after each part of the jobs."""
    is_good, samples = True, []
    with System({"profiles": {name: PROFILE | {"language": name} for name in MIXES}}) as system:
        for language in MIXES:  # Objects that are built once for these kinds of jobs are no leak.
            run_clients(system.client, language, range(BAD_EVERY * len(NODE_BAD)), clients)
        before = system.census()
        for language in MIXES:
            begun, tally = time.monotonic(), Tally()
            for first in range(0, jobs, -(-jobs // PARTS)):
                part = range(first, min(first + -(-jobs // PARTS), jobs))
                tally.add(run_clients(system.client, language, part, clients))
                samples.append(resident(system))
            show(language, tally, time.monotonic() - begun)
            is_good = is_good and not tally.wrong and sum(tally.kinds.values()) == jobs
        system.assert_census(before)
        print("census: flat")
    for name in ("supervisor", "gateway"):
        first, last = growth(samples, name)
        is_good = is_good and is_flat(first, last)
        print(f"{name} RSS: {first / 2**20:.1f} MiB, then {last / 2**20:.1f} MiB: "
              f"{'flat' if is_flat(first, last) else 'GROWS'}")
    return is_good


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("jobs", type=int, nargs="?", default=2000, help="of each language")
    parser.add_argument("--clients", type=int, default=6)
    options = parser.parse_args()
    if min(options.jobs, options.clients) < 1:
        parser.error("all numbers must be at least 1")
    return 0 if soak(options.jobs, options.clients) else 1


if __name__ == "__main__":
    sys.exit(main())
