#!/usr/bin/python3 -B
"""A storm of kill -9 over all parts of a working system: every job gets exactly one final answer,
of a kind that says the truth, and the system recovers from each. Exit code 1 if not.

    storm.py KILLS [--clients N] [--seed N]
"""

import argparse
import collections
import http.client
import json
import os
import random
import signal
import sys
import threading
import uuid

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

import procs  # noqa: E402
from eventually import eventually  # noqa: E402
from system import System  # noqa: E402

# Short and long, silent and talking: so that kills meet jobs at every stage.
JOBS = [
    "print(sys.argv[1])",
    "print(sys.argv[1], flush=True)\ntime.sleep(0.02)",
    "print(sys.argv[1], flush=True)\nfor _ in range(20): print('x' * 1000)",
    "print(sys.argv[1], flush=True)\nsubprocess.run(['true'])",
]
PREFIX = "import subprocess, sys, time\n"
# The statuses that are right for a job whose sandbox, language or gateway was killed under it.
TYPED = {"ok", "killed", "sandbox_error"}


class Answers:
    def __init__(self):
        self.lock = threading.Lock()
        self.kinds = collections.Counter()
        self.wrong = []

    def note(self, kind):
        with self.lock:
            self.kinds[kind] += 1

    def blame(self, problem):
        with self.lock:
            self.wrong.append(problem)


def check(answers, nonce, response):
    """One HTTP answer: a verdict of the job's own, or a refusal with a code."""
    if response.status != 200:
        code = response.json.error.code
        answers.note(f"{response.status} {code}")
        if response.status not in (429, 502, 503):
            answers.blame((nonce, response))
        return
    reply = response.json
    answers.note(reply.status)
    if reply.status not in TYPED:
        answers.blame((nonce, dict(reply)))
    elif reply.status == "ok" and not reply.stdout.startswith(nonce):
        answers.blame((nonce, dict(reply)))
    elif reply.stdout and not reply.stdout.startswith(nonce[:len(reply.stdout)]):
        answers.blame((nonce, dict(reply)))


def can_connect(client):
    try:
        client.open_raw().close()
        return True
    except OSError:
        return False


def run_jobs(client, answers, is_over, seed):
    choose = random.Random(seed)
    while not is_over():
        nonce = uuid.uuid4().hex
        body = {"language": "python", "code": PREFIX + choose.choice(JOBS), "args": [nonce]}
        try:
            response = client.post("/v1/execute", body)
        except ConnectionRefusedError:
            # Nobody took the job. The next gateway will.
            eventually(lambda: is_over() or can_connect(client), "a gateway listens", 60)
            continue
        except (OSError, http.client.HTTPException):
            # The end of the connection is the answer of a gateway that was killed.
            answers.note("connection ended")
            continue
        check(answers, nonce, response)
    client.close()


def victims(system):
    roles = system.roles
    return {"gateway": roles.gateways, "python zygote": roles.python_zygotes,
            "slot builder": roles.slot_builders, "worker": roles.workers,
            "slot init": roles.slot_inits}


def kill_one(system, choose):
    """Kills one process of a part chosen at random; answers the part's name, or None."""
    part = choose.choice(sorted(victims(system)))
    pids = victims(system)[part]()
    if not pids:
        return None
    try:
        with procs.PidHandle(choose.choice(pids)) as handle:
            handle.send(signal.SIGKILL)
            assert handle.has_ended(30.0), f"{part} survived SIGKILL"
    except ProcessLookupError:
        return None
    return part


def storm_over_one_system(system, kills, clients, choose, answers, tell):
    """`kills` kills while `clients` run jobs; then all is as it was."""
    killed = collections.Counter()
    over = threading.Event()
    threads = [threading.Thread(target=run_jobs, args=(system.client, answers, over.is_set, seed))
               for seed in range(clients)]
    for thread in threads:
        thread.start()
    try:
        while sum(killed.values()) < kills:
            part = kill_one(system, choose)
            if part is None:
                continue
            killed[part] += 1
            tell(f"{sum(killed.values())} of {kills} kills, {sum(answers.kinds.values())} answers")
            # The next one meets the system at work again, whatever it is still repairing.
            before = answers.kinds["ok"]
            eventually(lambda: answers.kinds["ok"] >= before + 3, "jobs succeed again", 60)
    finally:
        over.set()
        for thread in threads:
            thread.join()
    return killed


def kill_the_supervisor(system):
    """Ends everything; the next start must find a clean machine."""
    identities = system.identities()
    procs.kill_and_wait(system.roles.supervisor())
    system.serve.wait()
    system.assert_gone(identities)


def storm(kills, clients, seed, tell):
    choose = random.Random(seed)
    answers = Answers()
    killed = collections.Counter()
    changes = []
    while sum(killed.values()) < kills:
        system = System({"profiles": {"default": {"target_idle": 4}}})
        try:
            system.start()
            before = system.census()
            share = min(50, kills - sum(killed.values()))
            killed += storm_over_one_system(system, share, clients, choose, answers,
                                            lambda text, done=sum(killed.values()):
                                            tell(f"{done} + {text}"))
            try:
                system.wait_ready()
                system.assert_census(before, 60)
            except AssertionError as error:
                changes.append(str(error)[:1000])
            reply = system.client.execute("print('after the storm')")
            if (reply.status, reply.stdout) != ("ok", "after the storm\n"):
                changes.append(str(dict(reply)))
            kill_the_supervisor(system)
            killed["supervisor"] += 1
        finally:
            system.destroy()
    return {"kills": dict(killed), "answers": dict(answers.kinds), "wrong": answers.wrong,
            "not_as_before": changes}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("kills", type=int, nargs="?", default=500)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--seed", type=int, default=1, help="chooses the victims")
    options = parser.parse_args()
    if min(options.kills, options.clients) < 1:
        parser.error("all numbers must be at least 1")
    figures = storm(options.kills, options.clients, options.seed,
                    lambda text: print(text, file=sys.stderr, flush=True))
    print(f"{sum(figures['kills'].values())} kills: "
          + ", ".join(f"{count} {part}" for part, count in sorted(figures["kills"].items())))
    print(f"{sum(figures['answers'].values()):,} answers")
    for kind, count in sorted(figures["answers"].items()):
        print(f"    {kind:36}{count:8,}")
    print(f"wrong answers {len(figures['wrong'])}")
    for example in figures["wrong"][:5]:
        print(f"    {json.dumps(example, default=str)[:500]}")
    print("census        " + ("flat" if not figures["not_as_before"] else "CHANGED"))
    for change in figures["not_as_before"]:
        print(f"    {change}")
    return 1 if figures["wrong"] or figures["not_as_before"] else 0


if __name__ == "__main__":
    sys.exit(main())
