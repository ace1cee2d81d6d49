"""Guests that fork, hide, stop, refuse to die, or reach for the processes of others."""

import contextlib
import os
import select
import signal

import procs
import weakened
from eventually import eventually


def test_fork_bomb(attack, record):
    reply = attack.run("fork_bomb", 200, processes=32)
    assert reply.status == "process_limit", dict(reply)
    assert (reply.limit.name, reply.limit.limit) == ("processes", 32)
    if attack.enforces("cgroup_pids"):
        started = int(reply.stdout.split()[-1])
        assert 16 <= started < 32 and "BlockingIOError" in reply.stderr
        assert reply.usage.processes_peak <= 32
    else:
        started = reply.usage.processes_peak
        assert started == reply.limit.measured > 32

    with weakened.bounded_processes(400) as (enter, _):
        with weakened.started("fork_bomb", 200, prefix=enter) as process:
            control = process.stdout.readline()
    assert control == b"started 200\n"
    record("fork bomb", f"{reply.status} at {started}", control.decode().strip())


def test_fork_storm(attack, record):
    # Where only a look ends it, the wall time must not come first on a busy machine.
    wall_time_ms = 4000 if attack.enforces("cgroup_pids") else 60_000
    reply = attack.run("fork_storm", processes=48, wall_time_ms=wall_time_ms, cpu_time_ms=60_000,
                       memory_bytes=1 << 30)
    if attack.enforces("cgroup_pids"):
        assert reply.status == "timeout", dict(reply)
        assert 40 <= reply.usage.processes_peak <= 48
    else:
        assert (reply.status, reply.limit.name) == ("process_limit", "processes"), dict(reply)
        assert reply.usage.processes_peak == reply.limit.measured > 48

    with weakened.bounded_processes(150) as (enter, count):
        with weakened.started("fork_storm", prefix=enter):
            eventually(lambda: count() == 150, "the storm fills what it is given")
    record("fork storm", f"{reply.status}, peak {reply.usage.processes_peak}", "150 of 150")


def test_fork_storm_against_the_cpu_limit(attack, record):
    # Where nothing refuses a process, one more than it may have would be its end.
    doublings = [] if attack.enforces("cgroup_pids") else [5]
    reply = attack.run("fork_storm", *doublings, processes=48, wall_time_ms=60_000,
                       cpu_time_ms=700, memory_bytes=1 << 30)
    assert reply.status == "cpu_limit", dict(reply)
    record("fork storm, CPU", reply.status, "see above")


def test_daemon_that_outlives_the_job(attack, record):
    name = f"held-{weakened.new_token()}"
    reply = attack.run("daemon", name)
    assert (reply.status, reply.stdout) == ("ok", "daemon is up\n"), dict(reply)
    eventually(lambda: not procs.holding(name), "the daemon ends with its job")

    control = weakened.run("daemon", name)
    assert control.stdout == "daemon is up\n"
    (daemon,) = procs.holding(f"{name} (deleted)") or procs.holding(name)
    with procs.PidHandle(daemon) as handle:
        handle.send(signal.SIGTERM)
        assert not handle.has_ended()
        handle.send(signal.SIGKILL)
        assert handle.has_ended(30)
    record("daemon, deaf to SIGTERM", "gone with the job", "lives on")


def test_wall_time_of_a_guest_that_blocks_all_signals(attack, record):
    reply = attack.run("deaf_spinner", wall_time_ms=500)
    assert (reply.status, reply.signal) == ("timeout", "SIGKILL")

    with weakened.started("deaf_spinner") as process:
        process.send_signal(signal.SIGTERM)
        pending = int(procs.status(process.pid)["ShdPnd"], 16)
        assert pending & 1 << signal.SIGTERM - 1 and process.poll() is None
    record("all signals blocked", reply.status, "SIGTERM stays pending")


def test_guest_that_stops_itself(attack, record):
    reply = attack.run("stopped", wall_time_ms=500)
    assert (reply.status, reply.stdout) == ("timeout", "")

    with weakened.started("stopped") as process:
        _, wait_status = os.waitpid(process.pid, os.WUNTRACED)
        assert os.WIFSTOPPED(wait_status)
    record("SIGSTOP self", reply.status, "stopped for ever")


def test_parent_ends_while_a_child_holds_stdout(attack, record):
    reply = attack.run("held_stdout", wall_time_ms=60_000)
    assert (reply.status, reply.stdout) == ("ok", "parent ends\n")
    assert reply.usage.wall_us < 60_000_000

    with weakened.started("held_stdout") as process:
        assert process.stdout.readline() == b"parent ends\n"
        assert process.wait() == 0
        assert select.select([process.stdout], [], [], 0)[0] == [], "end of file despite the child"
    record("child holds stdout", reply.status, "no end of file")


def test_kill_everything(attack, record):
    """To kill(-1) the kernel says what it may about those it has left out: nothing."""
    with contextlib.ExitStack() as stack:
        others = []
        if attack.shares_host:
            bystander = stack.enter_context(weakened.bystander(attack.system.uids[0]))
            others = [bystander.pid, *attack.named()]
        reply = attack.run("kill_all", *others)
        assert reply.status == "ok", dict(reply)
        if others:
            assert reply.stdout == "killed them\n" and bystander.poll() is None
        else:
            assert reply.stdout in ("refused ProcessLookupError\n", "refused PermissionError\n")

    control = weakened.run_in_own_namespaces(
        ["--pid", "--fork", "--mount-proc"],
        "sleep 1000 & bystander=$!; guest kill_all; wait $bystander; echo bystander $?")
    assert "killed them" in control and "bystander 137" in control
    record("kill(-1, 9)", "nobody killed" if others else reply.stdout.strip(), "bystander killed")


def test_reaching_for_pid_1(attack, record):
    """Where there is no PID namespace, for whoever is worth it."""
    reply = attack.run("trace_init", *(attack.named() if attack.shares_host else []))
    assert (reply.status, reply.stdout) == ("ok", ""), dict(reply)

    control = weakened.run_in_own_namespaces(
        ["--pid", "--fork", "--mount-proc"], "guest trace_init; exit 0")
    for success in ("traced", "opened memory", "listed descriptors", "took a descriptor"):
        assert success in control, control
    record("ptrace, memory, fds of others" if attack.shares_host else "ptrace, memory, fds of PID 1",
           "all refused", "all possible")


def test_meddling_with_pid_1(attack, record):
    reply = attack.run("meddle", *(attack.named() if attack.shares_host else []))
    assert (reply.status, reply.stdout) == ("ok", ""), dict(reply)

    control = weakened.run_in_own_namespaces(
        ["--pid", "--fork", "--mount-proc"], "guest meddle; exit 0")
    assert control.count("changed") == 3, control
    record("limits, priority, affinity of others" if attack.shares_host
           else "limits, priority, affinity of PID 1", "all refused", "all possible")
