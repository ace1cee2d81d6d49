"""EMFILE, ENFILE, ENOMEM, EAGAIN, ENOSPC and EINTR from the kernel while slots are built and
workers forked: each job gets one typed answer, and once calls work again the pools are full."""

import itertools
import os

import pytest

import preconditions
from eventually import eventually
from failing_calls import CountedCalls, FailingCalls

# What can want for memory, descriptors, processes or space, with what the kernel then says.
ERRORS = {
    "clone": ["EAGAIN", "ENOMEM"], "clone3": ["EAGAIN"], "mmap": ["ENOMEM"],
    "openat": ["EMFILE", "ENFILE"], "pidfd_open": ["EMFILE"], "socketpair": ["EMFILE"],
    "pipe2": ["ENFILE"], "mount": ["ENOMEM", "ENOSPC"], "mkdir": ["ENOSPC"], "fsopen": ["ENOMEM"],
    "fsmount": ["EMFILE"], "move_mount": ["ENOMEM"], "open_tree": ["EMFILE"],
    "mount_setattr": ["ENOMEM"], "umount2": ["ENOMEM"], "pivot_root": ["ENOMEM"],
    "unshare": ["ENOSPC", "ENOMEM"], "setns": ["ENOMEM"], "write": ["EINTR", "ENOSPC"],
    "read": ["EINTR"], "sendmsg": ["EINTR", "ENOMEM"], "recvmsg": ["EINTR", "EMFILE"],
    "prctl": ["ENOMEM"], "seccomp": ["ENOMEM"], "setresuid": ["EAGAIN"], "setresgid": ["EAGAIN"],
    "landlock_restrict_self": ["ENOMEM"], "landlock_create_ruleset": ["EMFILE"],
    "prlimit64": ["ENOMEM"], "dup3": ["EMFILE"], "dup2": ["EMFILE"], "sethostname": ["ENOMEM"],
    "socket": ["EMFILE"], "capset": ["ENOMEM"], "madvise": ["EAGAIN"],
}
if preconditions.is_sanitized():
    # Its allocator ends the process then, by design.
    del ERRORS["mmap"]
# All calls by hand; without it the first and the last of each kind.
ALL = os.environ.get("BROOD_FAULTS") == "all"


def answer(system):
    """The status of a job, or the code of its refusal."""
    response = system.client.post("/v1/execute", {"language": "python", "code": "print(1)",
                                                  "limits": {"wall_time_ms": 5000}})
    body = response.json
    if response.status == 200:
        assert body.status != "ok" or body.stdout == "1\n"
        return body.status
    assert response.status in (429, 503), response
    return body.error.code


def injections(counts):
    for name, count in sorted(counts.items()):
        numbers = range(1, count + 1) if ALL else sorted({1, count})
        errors = ERRORS[name] if ALL else ERRORS[name][:1]
        yield from ((name, number, error) for number, error in itertools.product(numbers, errors))


@pytest.mark.parametrize("role", ["slot_builder", "python_zygote", "supervisor"])
def test_failing_calls(system, role):
    before = system.census()
    with CountedCalls(getattr(system.roles, role)(), ERRORS) as counted:
        assert answer(system) == "ok"
        system.settle()
    tried = 0
    for name, number, error in injections(counted.counts()):
        with FailingCalls(getattr(system.roles, role)(), name, number, error) as failing:
            answers = [answer(system)]
            # The supervisor's count depends on how its wake-ups fall; more jobs make more calls.
            more = (lambda: answers.append(answer(system))) if role == "supervisor" else bool
            eventually(lambda: failing.happened() or more(),
                       f"call {number} of {name} fails with {error}")
            answers.append(answer(system))
        assert set(answers) <= {"ok", "sandbox_error", "killed", "timeout"}, (name, answers)
        system.settle(60)
        tried += 1
    print(f"{role}: {tried} calls failed")
    assert tried > 10
    system.assert_census(before)
    assert answer(system) == "ok"
