"""Guests that take memory, inodes, descriptors and output without end."""

import pytest

import weakened
from attack import Attack, Flag
from system import System

MEGABYTE = 1 << 20


def assert_ended_by_a_look(reply, limit):
    """Later than by the kernel, but never unnoticed: what was measured is what is said."""
    assert reply.status == "memory_limit", dict(reply)
    assert (reply.limit.name, reply.limit.limit) == ("memory_bytes", limit)
    assert reply.usage.peak_memory_bytes == reply.limit.measured > limit


def until_looked_at(attack):
    """Arguments for a guest: without cgroups a look ends it, and what it holds has to be there then.

    What is gone again before the next look is not seen: SECURITY.md says so.
    """
    return [] if attack.enforces("cgroup_pids") else ["hold"]


def assert_no_such_call(reply):
    """Memory that no process has mapped, where nobody counts it."""
    assert reply.status == "error" and reply.stdout == "", dict(reply)
    assert "[Errno 38]" in reply.stderr


def outcome(reply):
    return "no such call" if "[Errno 38]" in reply.stderr else reply.status


@pytest.mark.parametrize("guest", ["memory_hog", "memfd_hog"])
def test_memory(attack, record, guest):
    reply = attack.run(guest, 192, *until_looked_at(attack), memory_bytes=96 * MEGABYTE,
                       file_bytes=256 * MEGABYTE)
    if attack.enforces("cgroup_memory"):
        assert reply.status == "memory_limit", dict(reply)
        assert reply.usage.peak_memory_bytes <= 96 * MEGABYTE and reply.stdout == ""
    elif guest == "memory_hog":
        assert_ended_by_a_look(reply, 96 * MEGABYTE)
    else:
        assert_no_such_call(reply)

    control = weakened.run(guest, 192)
    assert control.stdout == "touched 192\n"
    record(guest, outcome(reply), control.stdout.strip())


def test_memory_in_pipes(attack, record):
    """Either the kernel's per-user bound on pipe pages or the memory limit stops it."""
    reply = attack.run("pipe_hog", 2000, memory_bytes=48 * MEGABYTE, open_files=1024)
    assert reply.status in ("memory_limit", "error"), dict(reply)
    assert "touched" not in reply.stdout
    assert reply.usage.peak_memory_bytes <= 48 * MEGABYTE

    control = weakened.run("pipe_hog", 2000, prefix=["prlimit", "--nofile=8192"])
    assert control.stdout == "touched 125\n", control.stdout
    record("pipe_hog", reply.status, control.stdout.strip())


@pytest.mark.parametrize("place", ["/workspace", "/tmp", "/dev/shm"])
def test_inodes(attack, record, place):
    if attack.shares_host:
        place = {"/workspace": ".", "/tmp": "$TMPDIR"}.get(place, place)
    reply = attack.run("inode_flood", place, 40_000, wall_time_ms=60_000, cpu_time_ms=60_000)
    if not attack.shares_host:
        assert reply.status == "ok", dict(reply)
        made = int(reply.stdout.split()[1])
        assert made <= 16_384 and "No space left" in reply.stdout
        stopped = f"ENOSPC after {made}"
    elif place == "/dev/shm":
        assert reply.stdout.startswith("made 0 "), dict(reply)
        stopped = reply.stdout.strip()
    else:
        assert (reply.status, reply.limit.name) == ("killed", "workspace_inodes"), dict(reply)
        assert reply.limit.measured > reply.limit.limit == 16_384
        stopped = f"{reply.status} at {reply.limit.measured}"

    control = weakened.run_in_own_namespaces(
        ["--mount"], "mount -t tmpfs -o nr_inodes=0 none /mnt && guest inode_flood /mnt 40000")
    assert "made 40000 none" in control
    record(f"inodes in {place}", stopped, "40000 made")


def test_descriptors(attack, record):
    reply = attack.run("fd_hog", 4000, open_files=100)
    assert reply.status == "ok"
    opened = int(reply.stdout.split()[-1])
    assert 90 <= opened < 100 and "Too many open files" in reply.stdout

    control = weakened.run("fd_hog", 4000, prefix=["prlimit", "--nofile=8192"])
    assert control.stdout == "opened 4000\n"
    record("descriptors", f"EMFILE after {opened}", control.stdout.strip())


@pytest.mark.parametrize("streamed", [False, True], ids=["whole", "streamed"])
def test_output_flood(attack, record, streamed):
    """Ten gigabytes are asked for; the trusted processes stay as small as they were."""
    attack.forget_peak()
    before = attack.resident_peak()
    limits = {"output_bytes": MEGABYTE, "wall_time_ms": 60_000, "cpu_time_ms": 60_000}
    if streamed:
        with attack.start("flood", 10 << 30, **limits) as stream:
            reply = stream.rest()
            text = stream.output()
    else:
        reply = attack.run("flood", 10 << 30, **limits)
        text = reply.stdout
    assert reply.status == "output_limit", dict(reply)
    assert reply.stdout_truncated is True
    assert MEGABYTE - 128 <= len(text) <= MEGABYTE and text.endswith("x" * 65536)
    grown = attack.resident_peak() - before
    assert grown < 48 * MEGABYTE, f"{grown} bytes"

    control = weakened.run("flood", 32 * MEGABYTE)
    assert control.stdout == "x" * (32 * MEGABYTE)
    record(f"output flood, {'streamed' if streamed else 'whole'}",
           f"{reply.status}, memory + {grown >> 20} MiB", "32 MiB read")


def test_a_client_that_never_reads_does_not_grow_us(attack, record):
    """The job fills the pipe and waits; nothing is buffered on the way beyond its bound."""
    attack.forget_peak()
    before = attack.resident_peak()
    with attack.start("flood", 10 << 30, output_bytes=16 * MEGABYTE, wall_time_ms=2000,
                      cpu_time_ms=60_000) as stream:
        attack.system.client.execute("import time\nwhile time.process_time() < 0.5: pass")
        grown = attack.resident_peak() - before
        assert grown < 48 * MEGABYTE, f"{grown} bytes"
        assert stream.rest().status in ("output_limit", "timeout")
    record("slow reader of a flood", f"memory + {grown >> 20} MiB", "see above")


def test_memory_hog_with_every_protection_but_the_limit(record):
    """A control of the whole path: the same sandbox with a wider limit lets it through."""
    with System({"limits": {"memory_bytes": {"max": 2 << 30}}}) as wide:
        with Attack(wide, Flag(wide.directory)) as attack:
            reply = attack.run("memory_hog", 320, memory_bytes=1 << 30)
            assert (reply.status, reply.stdout) == ("ok", "touched 320\n")
    record("memory_hog, 1 GiB allowed", reply.status, "is the control")


def test_memory_in_shared_segments(attack, record):
    reply = attack.run("shm_hog", 192, memory_bytes=96 * MEGABYTE)
    if attack.enforces("cgroup_memory"):
        assert reply.status == "memory_limit" and reply.stdout == "", dict(reply)
    else:
        assert_no_such_call(reply)

    control = weakened.run("shm_hog", 192)
    assert control.stdout == "touched 192\n"
    record("shm_hog", outcome(reply), control.stdout.strip())


def test_memory_in_many_processes(attack, record):
    reply = attack.run("hog_crowd", 24, *until_looked_at(attack), memory_bytes=96 * MEGABYTE)
    if attack.enforces("cgroup_memory"):
        assert reply.status == "memory_limit" and reply.stdout == "", dict(reply)
    else:
        assert_ended_by_a_look(reply, 96 * MEGABYTE)

    with weakened.started("hog_crowd", 24) as process:
        assert process.stdout.readline() == b"touched 8\n"
    record("memory in 8 processes", reply.status, "touched 8")


def test_threads(attack, record):
    reply = attack.run("thread_bomb", 10_000, *until_looked_at(attack), processes=64)
    if attack.enforces("cgroup_pids"):
        assert reply.status == "ok", dict(reply)
        started = int(reply.stdout.split()[1])
        assert 32 <= started < 64
        stopped = f"{started} of them"
    else:
        assert (reply.status, reply.limit.name) == ("process_limit", "processes"), dict(reply)
        assert reply.usage.processes_peak == reply.limit.measured > 64
        stopped = f"{reply.status} at {reply.limit.measured}"

    with weakened.bounded_processes(12_000) as (enter, _):
        control = weakened.run("thread_bomb", 10_000, prefix=enter)
    assert control.stdout == "threads 10000\n", control.stdout
    record("ten thousand threads", stopped, control.stdout.strip())


def test_descriptors_in_flight(attack, record):
    """Beyond its own limit of open files the kernel lets no ordinary user have more under way."""
    reply = attack.run("descriptors_in_flight", 4000, open_files=256)
    assert reply.status == "ok", dict(reply)
    sent = int(reply.stdout.split()[-1])
    assert sent <= 400 and "stopped" in reply.stdout

    control = weakened.run("descriptors_in_flight", 4000, prefix=["prlimit", "--nofile=8192"])
    assert control.stdout == "sent 4000\n", control.stdout
    record("descriptors in flight", f"stopped after {sent}", control.stdout.strip())
