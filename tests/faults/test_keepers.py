"""Tier process: keepers and caretakers that are killed or stand still, and what becomes of theirs."""

import os
import signal
import textwrap

import pytest

import procs
from eventually import eventually

FAMILY = textwrap.dedent("""
    import os, signal
    for _ in range(3):
        if os.fork() == 0:
            os.setsid()
            signal.pause()
    file = open("{name}", "w")
    print("up", flush=True)
    signal.pause()
    """)
# Each has ended by the time that it could be killed.
CHAIN = textwrap.dedent("""
    import os
    file = open("{name}", "w")
    if os.fork() == 0:
        while os.fork() == 0:
            os.setsid()
        os._exit(0)
    print("up", flush=True)
    os.wait()
    while True: pass
    """)


def is_stopped(pid):
    return procs.status(pid).get("State", "").startswith("T")


def places(system):
    return os.listdir(os.path.join(system.runtime_dir, "slots"))


def users_processes(system):
    """Lists the processes of the user that this system alone has, whoever their parents are."""
    return [pid for pid in procs.all_pids() if procs.uid(pid) == system.uids[0]
            and not procs.is_zombie(pid)]


def assert_recovered(system, before):
    system.assert_census(before)
    reply = system.client.execute("print('again')")
    assert (reply.status, reply.stdout, reply.timing.start) == ("ok", "again\n", "hot")


@pytest.mark.parametrize("program", [FAMILY, CHAIN], ids=["family", "chain"])
def test_a_killed_keepers_job_ends_with_all_it_has_started(system, program):
    assert system.tier == "process"
    before = system.census()
    with system.client.stream(program.format(name="mine"), limits={"wall_time_ms": 60_000}) as stream:
        stream.until_output("up\n")
        worker = system.roles.worker_holding("mine")
        procs.kill_and_wait(system.roles.keeper_of(worker), signal.SIGKILL)
        verdict = stream.rest()
    assert (verdict.status, verdict.signal) == ("killed", "SIGKILL")
    assert_recovered(system, before)


@pytest.mark.parametrize("role", ["keeper", "worker", "caretaker"])
def test_a_stopped_part_ends_in_the_jobs_time_limit(system, role):
    before = system.census()
    with system.client.stream(FAMILY.format(name="still"), limits={"wall_time_ms": 1500}) as stream:
        stream.until_output("up\n")
        worker = system.roles.worker_holding("still")
        pid = {"keeper": system.roles.keeper_of, "worker": lambda own: own,
               "caretaker": system.roles.init_of}[role](worker)
        with procs.PidHandle(pid) as handle:
            handle.send(signal.SIGSTOP)
            eventually(lambda: is_stopped(pid), f"the {role} stands still")
        verdict = stream.rest()
    assert (verdict.status, verdict.limit.name) == ("timeout", "wall_time_ms")
    assert_recovered(system, before)


def test_a_directory_closed_by_its_job_is_removed(system):
    before = system.census()
    reply = system.client.execute(
        "import os; os.makedirs('a/b'); open('a/b/f', 'w'); os.chmod('a/b', 0); os.chmod('a', 0)\n"
        "os.chmod('.', 0)")
    assert reply.status == "ok", dict(reply)
    assert_recovered(system, before)


def test_leavings_of_a_killed_caretaker_are_swept(system):
    before = system.census()
    for pid in system.roles.slot_inits():
        procs.kill_and_wait(pid, signal.SIGKILL)
    assert_recovered(system, before)


@pytest.mark.parametrize("role", ["python_zygote", "slot_builder"])
def test_a_killed_zygote_takes_its_jobs_with_it(system, role):
    before = system.census()
    with system.client.stream(FAMILY.format(name="child"), limits={"wall_time_ms": 3000}) as stream:
        stream.until_output("up\n")
        worker = system.roles.worker_holding("child")
        tree = [worker, *procs.descendants(worker)]
        assert len(tree) == 4
        procs.kill_and_wait(getattr(system.roles, role)(), signal.SIGKILL)
        stream.rest()
    eventually(lambda: not any(procs.is_running(pid) for pid in tree), "its processes end")
    assert_recovered(system, before)


def test_nothing_outlives_a_killed_supervisor(start_system):
    system = start_system()
    with system.client.stream(FAMILY.format(name="last"), limits={"wall_time_ms": 60_000}) as stream:
        stream.until_output("up\n")
        procs.kill_and_wait(system.roles.supervisor(), signal.SIGKILL)
        eventually(lambda: not users_processes(system), "every process of the user ends")
    eventually(lambda: not places(system), "every directory is removed")
    system.serve.wait()
    system.destroy()
