"""kill -9 of whoever builds a slot, forks, locks a worker down or runs a job, at each of the system
calls it makes on its way: one answer per job, and full pools afterwards."""

import os

import pytest

from failing_calls import CountedCalls, SignalledCalls
from test_failing_calls import answer
from eventually import eventually

# Calls that mark the stages: fork, namespaces, the root, the identity, filters, the channel, the
# files of a job, its output, its end.
STAGES = ["clone", "clone3", "unshare", "setns", "mount", "move_mount", "pivot_root", "umount2",
          "sethostname", "setresgid", "setresuid", "capset", "close_range", "prlimit64", "setsid",
          "landlock_restrict_self", "seccomp", "madvise", "pidfd_open", "socketpair", "recvmsg",
          "sendmsg", "sendto", "openat", "write", "wait4"]
# All calls by hand; without it the last of each kind, which is where most is done already.
ALL = os.environ.get("BROOD_FAULTS") == "all"
TYPED = {"ok", "sandbox_error", "killed", "timeout", "queue_timeout"}


def numbers(count):
    return range(1, count + 1) if ALL else [count]


def counted_calls(system, role):
    with CountedCalls(getattr(system.roles, role)(), STAGES) as counted:
        assert answer(system) == "ok"
        system.settle()
    return counted.counts()


def signal_at(system, role, call, number, name):
    """Returns the results of jobs while the process that made that call was killed or stopped, if
    one did."""
    with SignalledCalls(getattr(system.roles, role)(), call, number, name) as injected:
        answers = [answer(system)]
        # Workers that were parked before are not traced: the first new worker's job comes later.
        def another():
            if system.is_settled():
                answers.append(answer(system))

        eventually(lambda: injected.happened() or another(),
                   f"somebody gets SIG{name} at call {number} of {call}")
    answers.append(answer(system))
    return answers


@pytest.mark.parametrize("role", ["slot_builder", "python_zygote"])
def test_killed_at_each_stage(system, role):
    before = system.census()
    tried = 0
    for call, count in sorted(counted_calls(system, role).items()):
        for number in numbers(count):
            answers = signal_at(system, role, call, number, "KILL")
            assert set(answers) <= TYPED, (call, number, answers)
            system.settle(90)
            tried += 1
    print(f"{role}: SIGKILL at {tried} calls")
    assert tried >= 10
    system.assert_census(before)
    assert answer(system) == "ok"


def test_workers_stopped_on_their_way_are_ended_and_replaced(system):
    """With a fork server that waits for nobody, only time can tell."""
    before = system.census()
    answers = signal_at(system, "python_zygote", "landlock_restrict_self", 1, "STOP")
    assert set(answers) <= TYPED, answers
    system.settle(90)
    system.assert_census(before)
    assert answer(system) == "ok"
