#!/usr/bin/python3 -B
"""kill -9 now and then over a system under mixed load: jobs, streams, files, rich results, compiled
programs, hostile jobs, clients that hang up. Every answer right, its own, or of a kind that one of
the kills explains; every start of a worker or a sandbox that fails explained by a kill as well; and
the system as it was. Exit code 1 if not.

    kills.py MINUTES [--kills N] [--clients N] [--seed N]

With --kills it ends after so many, which follow each other as fast as jobs succeed in between.
"""

import argparse
import base64
import collections
import datetime
import http.client
import json
import os
import random
import re
import select
import signal
import sys
import threading
import time
import uuid

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

import procs  # noqa: E402
from eventually import eventually  # noqa: E402
from mischief import MISCHIEF, TOKEN, Mischief, ends  # noqa: E402
from storm import can_connect, victims  # noqa: E402
from system import System  # noqa: E402

HOSTILE_SHARE, HANG_UP_SHARE = 0.2, 0.15
# How long a kill explains what goes wrong after it: until the part is back and what had it is gone.
EXPLAINS_SECONDS = 2.0
FAILED_START = re.compile(r"^\[([0-9-]+ [0-9:.]+)\].*(could not be (?:started|built): .*)")
OWN_DOING = re.compile(r"\[(?:error|critical)\]")
KILLED = ("killed", "sandbox_error")
# A reason in the log, and whose deaths it may come from; of several the first.
CAUSES = [
    (r"zygote (?:died|not ready|does not start).*slots", ("slot builder",)),
    (r"zygote (?:died|not ready|does not start)", ("python zygote", "slot builder")),
    (r"zygote could not", ("slot init", "slot builder")),
    # It was about to enter the namespaces of an init that was killed.
    (r"could not lock down.*No such process", ("slot init", "slot builder")),
    (r"worker ended before", ("worker", "slot init", "python zygote", "slot builder")),
]

MORE_MISCHIEF = [
    Mischief("forbidden call", TOKEN + "import ctypes\nctypes.CDLL(None).syscall(246, 0, 0, 0, 0)", {},
             ends("killed", signal="SIGSYS")),
    Mischief("many sockets",
             TOKEN + "import socket\nheld = []\ntry:\n    while True:\n"
             "        held.append(socket.socketpair())\nexcept OSError: os._exit(6)", {},
             ends("error", exit_code=6)),
]
C_PROGRAM = '#include <stdio.h>\nint main(int c, char **v) {{ printf("{n} %s\\n", v[1]); return 0; }}'


def echo(client, nonce, _):
    reply = client.execute("import sys; print(sys.argv[1], sys.stdin.read())", args=[nonce],
                           stdin="in " + nonce)
    return reply, reply.stdout == f"{nonce} in {nonce}\n"


def stream(client, nonce, _):
    code = "import sys\nfor _ in range(20): print(sys.argv[1], flush=True)"
    with client.stream(code, args=[nonce]) as events:
        reply = events.rest()
        text = events.output()
    return reply, text == f"{nonce}\n" * 20


def files(client, nonce, choose):
    size = choose.choice([10, 300_000])
    content = (nonce * (size // len(nonce) + 1))[:size]
    reply = client.execute(
        "import os\nos.makedirs('out')\nfor i in range(3):\n"
        "    open(f'out/{i}.txt', 'w').write(open('in.txt').read() + str(i))",
        files=[{"path": "in.txt", "content": content}], collect=["out/*.txt"])
    return reply, [file["content"] for file in reply["files"]] == [f"{content}{i}" for i in range(3)]


def rich(client, nonce, _):
    reply = client.execute(f"display('{nonce}')\n{nonce!r}", rich=True)
    shown = [one["data"] if one["encoding"] == "utf8" else base64.b64decode(one["data"]).decode()
             for one in reply["results"]]
    return reply, len(shown) >= 2 and all(nonce in text for text in shown)


def compiled(client, nonce, choose):
    # Some are in the cache, some are not.
    reply = client.execute(C_PROGRAM.format(n=choose.randrange(8)), language="c", args=[nonce])
    return reply, reply.stdout.endswith(f" {nonce}\n")


def hostile(client, nonce, choose):
    one = choose.choice(MISCHIEF + MORE_MISCHIEF)
    reply = client.execute(one.code, args=[nonce], limits=one.limits)
    reply["kind"] = one.name
    # A cold job has no channel on which to forge anything, and may be out of time before its word.
    is_cold = reply.timing.start == "cold"
    is_right = ends("error") if is_cold and one.name == "forged success" else one.is_right
    said = reply.stdout.startswith(nonce) or (is_cold and reply.status == "timeout")
    return reply, is_right(reply) and said


KINDS = {"echo": echo, "stream": stream, "files": files, "rich": rich, "compiled": compiled}


def hang_up(client, nonce, choose):
    """Sends a job, or a part of it, and leaves at any moment of its life."""
    body = json.dumps({"language": "python", "args": [nonce],
                       "code": "import sys, time\nprint(sys.argv[1])\ntime.sleep(0.02)"}).encode()
    head = (f"POST /v1/execute HTTP/1.1\r\nHost: {client.host}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n").encode()
    request = (head + body)[:choose.choice([len(head) // 2, len(head) + 10, len(head) + len(body)])]
    with client.open_raw() as sock:
        sock.sendall(request)
        select.select([sock], [], [], choose.random() * 0.05)


class Kills:
    """Records which parts were killed when, and whether that explains an outcome at some time."""

    def __init__(self):
        self.lock = threading.Lock()
        self.all = []  # (time, part)

    def note(self, part):
        with self.lock:
            self.all.append((time.time(), part))

    def explain(self, begun, ended, parts=None):
        with self.lock:
            return any(begun - EXPLAINS_SECONDS <= when <= ended and (parts is None or part in parts)
                       for when, part in self.all)

    def counted(self):
        with self.lock:
            return collections.Counter(part for _, part in self.all)


class Answers:
    def __init__(self, kills):
        self.kills = kills
        self.lock = threading.Lock()
        self.kinds = collections.Counter()
        self.wrong, self.slowest = [], 0.0
        self.last_ok, self.longest_without = time.time(), (0.0, 0.0)

    def note(self, kind, begun):
        with self.lock:
            now = time.time()
            self.kinds[kind] += 1
            self.slowest = max(self.slowest, now - begun)
            if kind.endswith(" right"):
                self.longest_without = max(self.longest_without, (now - self.last_ok, now))
                self.last_ok = now

    def right(self):
        with self.lock:
            return sum(count for kind, count in self.kinds.items() if kind.endswith(" right"))

    def blame(self, *problem):
        with self.lock:
            self.wrong.append((datetime.datetime.now().time().isoformat(), *problem))


def refusal_of(error):
    """An AssertionError of the client's, for what is not 200: its status and code."""
    match = re.search(r'Response\((\d+), b.*?"code":\s*"(\w+)"', str(error))
    return (int(match.group(1)), match.group(2)) if match else None


def run_one(client, answers, choose):
    """Whether it was answered on the connection that is kept."""
    nonce, begun = uuid.uuid4().hex, time.time()
    if choose.random() < HANG_UP_SHARE:
        hang_up(client, nonce, choose)
        answers.note("hung up", begun)
        return False
    is_hostile = choose.random() < HOSTILE_SHARE
    kind = "hostile" if is_hostile else choose.choice(sorted(KINDS))
    job = hostile if is_hostile else KINDS[kind]
    try:
        reply, is_right = job(client, nonce, choose)
    except AssertionError as error:
        refusal = refusal_of(error)
        ended = "stream ended" in str(error) or "no exit event" in str(error)
        answers.note(f"{refusal}" if refusal else "stream broken off", begun)
        is_typed = ended or (refusal is not None and refusal[0] in (429, 502, 503))
        if not is_typed or not answers.kills.explain(begun, time.time()):
            answers.blame(kind, nonce, str(error)[:600])
        return not ended
    if is_right and (is_hostile or reply.status == "ok"):
        answers.note(f"{kind} right", begun)
        return kind != "stream"
    step = reply.get("compile") or {}
    was_killed = nonce in (reply.get("stdout") or nonce) and (
        reply.status in KILLED or step.get("status") in KILLED)
    answers.note(f"{kind} {reply.status}", begun)
    if not was_killed or not answers.kills.explain(begun, time.time()):
        answers.blame(kind, nonce, str(dict(reply))[:600])
    return kind != "stream"


def run_jobs(client, answers, is_over, seed):
    choose = random.Random(seed)
    kept_since = time.time()  # A connection that is kept may end between two requests.
    while not is_over():
        begun = time.time()
        try:
            if run_one(client, answers, choose):
                kept_since = begun
        except ConnectionRefusedError:
            eventually(lambda: is_over() or can_connect(client), "a gateway listens", 60)
        except (OSError, http.client.HTTPException) as error:
            # The end of the connection is the answer of a gateway that was killed.
            answers.note("connection ended", begun)
            if not answers.kills.explain(kept_since, time.time(), ("gateway",)):
                answers.blame("connection", repr(error))
        except Exception as error:  # A thread's exceptions are the figures' to report.
            answers.blame("lost", repr(error))
    client.close()


def kill_one(system, choose, kills):
    part = choose.choice(sorted(victims(system)))
    pids = victims(system)[part]()
    if not pids:
        return None
    try:
        with procs.PidHandle(choose.choice(pids)) as handle:
            kills.note(part)
            handle.send(signal.SIGKILL)
            assert handle.has_ended(30.0), f"{part} survived SIGKILL"
    except ProcessLookupError:
        return None
    return part


def failed_starts(log):
    """(time, reason) of each."""
    for line in log.splitlines():
        match = FAILED_START.search(line)
        if match:
            yield datetime.datetime.fromisoformat(match.group(1)).timestamp(), match.group(2)


def is_explained(kills, when, reason):
    for pattern, parts in CAUSES:
        if re.search(pattern, reason):
            return kills.explain(when, when, parts)
    return False


def kill_until_the_end(system, options, choose, kills, answers, tell):
    end = time.monotonic() + options.minutes * 60
    pause = threading.Event()
    while True:
        if options.kills:
            if len(kills.all) >= options.kills:
                return
            before = answers.right()
            eventually(lambda: answers.right() >= before + 3, "jobs succeed again", 60)
        else:
            if time.monotonic() >= end:
                return
            pause.wait(choose.uniform(1, 5))
        kill_one(system, choose, kills)
        tell(f"{len(kills.all)} kills, {answers.right()} right answers, {len(answers.wrong)} wrong")


def is_right_again(system, answers):
    reply = system.client.execute("print('after')")
    if (reply.status, reply.stdout) != ("ok", "after\n"):
        answers.blame("after", dict(reply))


def run(options, tell):
    choose = random.Random(options.seed)
    kills = Kills()
    answers = Answers(kills)
    over = threading.Event()
    with System({"profiles": {"default": {"target_idle": 4}}}) as system:
        # Objects that are built once for these kinds of jobs are no leak.
        for name, job in KINDS.items():
            reply, is_right = job(system.client, uuid.uuid4().hex, choose)
            assert is_right, (name, dict(reply))
        before = system.census()
        answers.last_ok = time.time()
        threads = [threading.Thread(target=run_jobs, args=(system.client, answers, over.is_set, seed))
                   for seed in range(options.clients)]
        for thread in threads:
            thread.start()
        try:
            kill_until_the_end(system, options, choose, kills, answers, tell)
        finally:
            over.set()
            for thread in threads:
                thread.join()
        census_change = ""
        try:
            system.wait_ready()
            system.assert_census(before, 60)
        except AssertionError as error:
            census_change = str(error)[:3000]
        is_right_again(system, answers)
        log = system.log()
    starts = [(when, reason, is_explained(kills, when, reason)) for when, reason in failed_starts(log)]
    errors = [line for line in log.splitlines() if OWN_DOING.search(line)]
    if options.log:
        with open(options.log, "w", encoding="utf-8") as file:
            file.write(log)
    return kills, answers, starts, errors, census_change


def show(kills, answers, starts, errors, census_change):
    print(f"{len(kills.all)} kills: " + ", ".join(
        f"{count} {part}" for part, count in sorted(kills.counted().items())))
    print(f"{sum(answers.kinds.values()):,} requests, the slowest {answers.slowest:.1f} s, "
          f"the longest time without a right answer {answers.longest_without[0]:.1f} s")
    for kind, count in sorted(answers.kinds.items()):
        print(f"    {kind:40}{count:8,}")
    print(f"wrong, foreign or missing answers {len(answers.wrong)}")
    for example in answers.wrong[:10]:
        print(f"    {str(example)[:900]}")
    own = [start for start in starts if not start[2]]
    print(f"failed starts {len(starts)}, of our own doing {len(own)}")
    for reason, count in collections.Counter(
            re.sub(r"[0-9]+", "N", reason)[:160] for _, reason, _ in starts).most_common(12):
        print(f"    {count:4} {reason}")
    for when, reason, _ in own[:20]:
        print(f"    own: {datetime.datetime.fromtimestamp(when).time()} {reason[:300]}")
    print(f"errors in the log {len(errors)}")
    for line in errors[:10]:
        print(f"    {line[:300]}")
    print("census " + (census_change or "flat"))
    return not (answers.wrong or own or errors or census_change)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("minutes", type=float, nargs="?", default=20)
    parser.add_argument("--kills", type=int, default=0, help="end after so many instead")
    parser.add_argument("--clients", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1, help="chooses the victims")
    parser.add_argument("--log", help="write the system's log to this file")
    options = parser.parse_args()
    if options.minutes <= 0 or options.clients < 1 or options.kills < 0:
        parser.error("all numbers must be positive")
    is_good = show(*run(options, lambda text: print(text, file=sys.stderr, flush=True)))
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main())
