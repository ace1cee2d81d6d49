"""Guests that use what nobody seems to count, or have so much of it that to count it is the harm."""

import concurrent.futures
import contextlib
import re
import socket

import pytest

import procs
import weakened
from attack import Attack, Flag, source
from client import Client
from eventually import eventually
from system import System

MEGABYTE = 1 << 20


def assert_memory_limit(attack, reply, limit):
    assert reply.status == "memory_limit", dict(reply)
    assert (reply.limit.name, reply.limit.limit) == ("memory_bytes", limit)
    if not attack.enforces("cgroup_memory"):
        assert reply.usage.peak_memory_bytes == reply.limit.measured > limit


@pytest.mark.parametrize("guest", ["page_tables", "shared_unmapped"])
def test_memory_that_is_not_mapped_in(attack, record, guest):
    """No page of it is among those that a process is said to have."""
    limit = 96 * MEGABYTE
    reply = attack.run(guest, 320, "stay", memory_bytes=limit)
    assert_memory_limit(attack, reply, limit)
    # A look may come a moment after the last of it.
    assert reply.stdout == "" or not attack.enforces("cgroup_memory")

    control = weakened.run(guest, 192)
    assert control.stdout == "touched 192\n"
    record(guest, reply.status, control.stdout.strip())


# For a child of 2 ms a look comes too late, nearly always.
@pytest.mark.parametrize("life_ms", [2, 50])
@pytest.mark.parametrize("kind", ["ignored", "generations"])
def test_cpu_time_of_children_that_nobody_waits_for(attack, record, kind, life_ms):
    reply = attack.run("hidden_cpu", kind, 6000, life_ms, cpu_time_ms=1000, wall_time_ms=60_000)
    assert (reply.status, reply.limit.name) == ("cpu_limit", "cpu_time_ms"), dict(reply)
    assert reply.limit.measured >= 1000 and reply.stdout == ""

    control = weakened.run("hidden_cpu", kind, 300, life_ms)
    assert control.stdout == "burnt 300\n"
    record(f"CPU of children, {kind}, {life_ms} ms", f"{reply.status} at {reply.limit.measured} ms",
           control.stdout.strip())


class Loop:
    """The thread of the supervisor that all jobs share: how much of a CPU it needs."""

    def __init__(self, attack):
        self._client = Client(attack.system.client.host, attack.system.client.port)
        self._pid = attack.system.roles.supervisor()

    def _cpu_ns(self):
        with open(f"/proc/{self._pid}/task/{self._pid}/schedstat", encoding="ascii") as file:
            return int(file.read().split()[0])

    def cpu_for(self, answers):
        """Returns the CPU time that it uses while so many honest jobs are answered, in
        milliseconds."""
        before = self._cpu_ns()
        for number in range(answers):
            reply = self._client.execute(f"print({number})")
            assert (reply.status, reply.stdout) == ("ok", f"{number}\n"), dict(reply)
        return (self._cpu_ns() - before) / 1e6

    def close(self):
        self._client.close()


@pytest.mark.parametrize("guest, arguments, last", [
    ("sleepers", (55, 1), "asleep"), ("sleepers", (55, 100), "asleep"), ("many_files", (30_000,), "made")],
    ids=["sleepers", "sleepers that share", "files"])
def test_much_to_look_at_keeps_nobody_waiting(attack, record, tmp_path, guest, arguments, last):
    """The guest uses no CPU; whoever looks at it must not use the loop's."""
    answers = 40
    with contextlib.closing(Loop(attack)) as loop:
        loop.cpu_for(10)
        alone = loop.cpu_for(answers)
        with contextlib.ExitStack() as stack:
            for _ in range(3):
                stream = stack.enter_context(attack.start(
                    guest, *arguments, wall_time_ms=120_000, cpu_time_ms=120_000,
                    memory_bytes=1 << 30, processes=64, workspace_inodes=65_536))
                stream.until_output(last)
            beside = loop.cpu_for(answers)
    # Loops with looks of 5 to 100 ms in them needed 20 to 100 times as much.
    assert beside < 4 * alone + 20, f"{beside:.1f} ms of CPU beside it, {alone:.1f} alone"

    with weakened.started(guest, *arguments, cwd=tmp_path) as process:
        assert process.stdout.readline().startswith(last.encode())
    record(f"{guest} {arguments}, CPU of the loop for {answers} answers",
           f"{beside:.0f} ms", f"{alone:.0f} ms without")


def test_locks_on_files(attack, record):
    """The kernel's memory for them is nobody's; whoever has thousands is ended."""
    reply = attack.run("lock_hog", 60_000, wall_time_ms=60_000, cpu_time_ms=60_000)
    assert reply.status == "killed" and "locks on files" in reply.message, dict(reply)

    control = weakened.run("lock_hog", 20_000, "until the end of input")
    assert control.stdout == "locks 20000\n"
    record("locks on files", reply.status, control.stdout.strip())


def test_a_few_locks_are_no_harm(attack, record):
    reply = attack.run("lock_hog", 2_000, "until the end of input")
    assert (reply.status, reply.stdout) == ("ok", "locks 2000\n"), dict(reply)
    record("a few locks", reply.status, "is the control")


def test_memory_in_sockets(attack, record):
    """Bytes that wait in sockets count, or the bytes that can wait in them do."""
    limit = 64 * MEGABYTE
    reply = attack.run("socket_hog", 640, memory_bytes=limit, wall_time_ms=30_000)
    # The guest never ends by itself, so the verdict says that it was found out.
    assert_memory_limit(attack, reply, limit)
    # Where nothing counts as it happens, the guest may be done by the first look.
    assert "filled" not in reply.stdout or not attack.enforces("cgroup_memory")

    with weakened.started("socket_hog", 160) as process:
        assert process.stdout.readline() == b"filled 160\n"
    record("memory in sockets", reply.status, "filled 160")


def test_the_kernel_ends_jobs_first(attack, record):
    reply = attack.run("oom_score")
    assert reply.status == "ok" and reply.stdout.endswith("score 1000\n"), dict(reply)
    for pid in attack.system.roles.workers() + attack.system.roles.slot_inits():
        # One that is being forked has not got so far. In the tier "process" what stands for an init is
        # a caretaker, and looks after a directory.
        eventually(lambda pid=pid: procs.read(pid, "oom_score_adj") in ("", "1000\n")
                   or attack.shares_host, f"the score of {pid}")
    for pid in attack.trusted():
        assert procs.read(pid, "oom_score_adj") != "1000\n", procs.name(pid)

    control = weakened.run("oom_score")
    assert "score 1000" not in control.stdout
    record("oom_score_adj", reply.stdout.replace("\n", " "), control.stdout.strip())


def connected_pair():
    with socket.create_server(("127.0.0.1", 0)) as server:
        near = socket.create_connection(server.getsockname())
        far, _ = server.accept()
    return near, far


def total_memory():
    with open("/proc/meminfo", encoding="ascii") as file:
        return int(re.search(r"MemTotal:\s+(\d+) kB", file.read()).group(1)) * 1024


def run_at_once(system, jobs, arguments):
    """Runs the same guest so many times, each in a connection of its own."""
    def one(_):
        with contextlib.closing(Client(system.client.host, system.client.port)) as client:
            return client.execute(source("memory_keeper"), args=["token", *map(str, arguments)],
                                  limits={"memory_bytes": 256 * MEGABYTE, "wall_time_ms": 60_000,
                                          "cpu_time_ms": 60_000})
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        return list(pool.map(one, range(jobs)))


@pytest.mark.parametrize("jobs", [64])
def test_host_short_of_memory(record, jobs):
    """With all of its memory reserved the host is short of it whatever is left, so that nothing is at
    stake here: jobs that hold much are ended, those that hold next to nothing are not."""
    settings = {"supervisor": {"memory_reserve_bytes": total_memory(), "max_concurrent_jobs": 80},
                "sandbox": {"max_slots": 112}, "profiles": {"default": {"max_workers": 100}}}
    with System(settings) as system, Attack(system, Flag(system.directory)) as attack:
        near, far = connected_pair()
        with near, far, attack.start(
                "memory_keeper", 1, 500, wall_time_ms=120_000, cpu_time_ms=60_000) as bystander:
            replies = run_at_once(system, jobs, (48, 2000))
            near.sendall(b"still there")
            assert far.recv(100) == b"still there"
            result = bystander.rest()
            assert result.status == "ok" and "kept 1" in bystander.output(), dict(result)
        for reply in replies:
            assert reply.status in ("ok", "host_memory"), dict(reply)
        ended = [reply for reply in replies if reply.status == "host_memory"]
        assert len(ended) >= jobs // 4, [reply.status for reply in replies]
        assert all("ran short of memory" in reply.message for reply in ended)
        metrics = system.client.get("/metrics").body.decode()
        assert f"brood_host_memory_ended_total {len(ended)}" in metrics
        assert "brood_host_memory_guard 1" in metrics

    with System({"supervisor": {"memory_reserve_bytes": 0}}) as unguarded:
        replies = run_at_once(unguarded, 4, (48, 100))
        assert [reply.status for reply in replies] == ["ok"] * 4
        assert "brood_host_memory_guard 0" in unguarded.client.get("/metrics").body.decode()
    record("64 jobs, the host short of memory", f"{len(ended)} host_memory, bystander ok",
           "unguarded: all ok")
