"""EMFILE, ENFILE, ENOMEM, EAGAIN, ENOSPC and EINTR from the kernel while slots are built, workers
forked and requests answered: each job gets one typed answer, and once calls work again the pools are
full."""

import contextlib
import http.client
import itertools
import json
import os
import re

import pytest

import preconditions
from eventually import eventually
from failing_calls import CountedCalls, FailingCalls

# Calls that can lack memory, descriptors, processes or space, with the kernel's errors for that.
ERRORS = {
    "clone": ["EAGAIN", "ENOMEM"], "clone3": ["EAGAIN"], "mmap": ["ENOMEM"],
    "openat": ["EMFILE", "ENFILE"], "pidfd_open": ["EMFILE"], "socketpair": ["EMFILE"],
    "pipe2": ["ENFILE"], "mount": ["ENOMEM", "ENOSPC"], "mkdir": ["ENOSPC"], "fsopen": ["ENOMEM"],
    "fsmount": ["EMFILE"], "move_mount": ["ENOMEM"], "open_tree": ["EMFILE"],
    "mount_setattr": ["ENOMEM"], "umount2": ["ENOMEM"], "pivot_root": ["ENOMEM"],
    "unshare": ["ENOSPC", "ENOMEM"], "setns": ["ENOMEM"], "write": ["EINTR", "ENOSPC"],
    "read": ["EINTR", "ECONNRESET"], "sendmsg": ["EINTR", "ENOMEM", "EPIPE"], "recvmsg": ["EINTR", "EMFILE"],
    "prctl": ["ENOMEM"], "seccomp": ["ENOMEM"], "setresuid": ["EAGAIN"], "setresgid": ["EAGAIN"],
    "landlock_restrict_self": ["ENOMEM"], "landlock_create_ruleset": ["EMFILE"],
    "prlimit64": ["ENOMEM"], "dup3": ["EMFILE"], "dup2": ["EMFILE"], "sethostname": ["ENOMEM"],
    "socket": ["EMFILE"], "capset": ["ENOMEM"], "madvise": ["EAGAIN"],
    "accept4": ["EMFILE", "ENOBUFS", "ECONNABORTED"], "setsockopt": ["ENOBUFS"],
    "connect": ["ECONNREFUSED"], "shutdown": ["ENOTCONN"], "epoll_wait": ["EINTR"],
    "eventfd2": ["EMFILE"], "mkdirat": ["ENOSPC", "ENOMEM"], "unlinkat": ["EBUSY"],
    "pread64": ["EINTR", "ENOMEM"],
}
if preconditions.is_sanitized():
    # Its allocator ends the process then, by design.
    del ERRORS["mmap"]
# All calls by hand; without it the first and the last of each kind.
ALL = os.environ.get("BROOD_FAULTS") == "all"


# The supervisor may lose the gateway by what fails, the gateway its client as well.
OF_SANDBOXES = {"ok", "sandbox_error", "killed", "timeout"}
TYPED = {"slot_builder": OF_SANDBOXES, "python_zygote": OF_SANDBOXES,
         "supervisor": OF_SANDBOXES | {"supervisor_unavailable"},
         "gateway": {"ok", "no answer", "supervisor_unavailable", "internal_error"}}


def ask(system, headers=None):
    return system.client.post("/v1/execute", {"language": "python", "code": "print(1)",
                                              "limits": {"wall_time_ms": 5000}}, headers)


def answer(system):
    """The status of a job, or the code of its refusal."""
    response = ask(system)
    if response.status == 200:
        assert response.json.status != "ok" or response.json.stdout == "1\n"
        return response.json.status
    assert response.status in (429, 500, 503), response
    return response.json.error.code


def streamed_answer(system):
    """As answer(), for a job whose events are delivered as they come."""
    response = ask(system, {"Accept": "text/event-stream"})
    if response.status != 200:
        return response.json.error.code
    events = re.findall(r"^event: (\w+)\ndata: (.*)$", response.body.decode(), re.MULTILINE)
    last = json.loads(events[-1][1])
    if events[-1][0] == "error":
        return last["error"]["code"]
    output = "".join(json.loads(data)["data"] for name, data in events if name == "stdout")
    assert events[-1][0] == "exit" and (last["status"] != "ok" or output == "1\n"), events
    return last["status"]


class Asking:
    """Jobs whose clients a failing part may lose, each on a connection of its own."""

    def __init__(self, system):
        self._system = system
        self._finished_before = self._finished()
        self._asked = self._answered = 0
        self._ways = itertools.cycle([answer, streamed_answer])

    def __call__(self, system):
        self._asked += 1
        result = "no answer"
        with contextlib.suppress(ConnectionError, http.client.HTTPException):
            system.client.close()
            result = next(self._ways)(system)
        self._answered += result == "ok"
        return result

    def _finished(self):
        metrics = self._system.client.get("/metrics").body.decode()
        counts = re.findall(r"^brood_jobs_total{.*} (\S+)$", metrics, re.MULTILINE)
        return sum(float(count) for count in counts)

    def assert_each_ran_once(self):
        finished = self._finished() - self._finished_before
        assert self._answered <= finished <= self._asked, (self._answered, finished, self._asked)


def injections(counts, role):
    is_thorough = ALL or role == "gateway"
    for name, count in sorted(counts.items()):
        numbers = range(1, count + 1) if ALL else sorted({1, count})
        errors = ERRORS[name] if is_thorough else ERRORS[name][:1]
        yield from ((name, number, error) for number, error in itertools.product(numbers, errors))


def fail_once(system, role, question, injection):
    """Returns the results of the job during which that call failed, and of the one after it."""
    name, number, error = injection
    # These roles' children do not make sandboxes: a new zygote would fail at each start.
    alone = role in ("supervisor", "gateway")
    with FailingCalls(getattr(system.roles, role)(), name, number, error, alone) as failing:
        answers = [question(system)]

        def stir():
            answers.append(question(system))
            system.brood("status")  # A connection of its own to the supervisor, answered or not.
            # Some work is done only when nothing has been asked for a while, such as removing
            # groups.
            with contextlib.suppress(AssertionError):
                system.settle(5)

        # How many calls a loop makes depends on how its wake-ups fall.
        eventually(lambda: failing.happened() or stir(),
                   f"call {number} of {name} fails with {error}")
        answers.append(question(system))
    return answers


@pytest.mark.parametrize("role", ["slot_builder", "python_zygote", "supervisor"])
def test_failing_calls(system, role):
    before = system.census()
    # Only those that can be made to fail: the supervisor's own, not those of its threads.
    with CountedCalls(getattr(system.roles, role)(), ERRORS, alone=role == "supervisor") as counted:
        assert answer(system) == "ok"
        system.settle()
    tried = 0
    for injection in injections(counted.counts(), role):
        answers = fail_once(system, role, answer, injection)
        assert set(answers) <= TYPED[role], (injection, answers)
        eventually(lambda: answer(system) == "ok", f"jobs are answered again after {injection}")
        system.settle(60)
        tried += 1
    print(f"{role}: {tried} calls failed")
    assert tried > 10
    system.assert_census(before)


def test_failing_calls_of_the_gateway(system):
    before = system.census()
    gateway = system.roles.gateway()
    question = Asking(system)
    with CountedCalls(gateway, ERRORS, alone=True) as counted:
        assert {question(system), question(system)} == {"ok"}
    tried = 0
    for injection in injections(counted.counts(), "gateway"):
        answers = fail_once(system, "gateway", question, injection)
        assert set(answers) <= TYPED["gateway"], (injection, answers)
        eventually(lambda: question(system) == "ok", f"the gateway answers again after {injection}")
        assert system.roles.gateway() == gateway, injection
        system.settle(60)
        tried += 1
    print(f"gateway: {tried} calls failed")
    assert tried > 10
    question.assert_each_ran_once()
    system.assert_census(before)
