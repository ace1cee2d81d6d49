"""Parts of the system die, one after the other: a typed answer for the job it concerns, recovery
without restarting the rest, and nothing left behind."""

import os
import signal
import socket
import threading

import pytest

import census
import procs
from client import Client
from eventually import eventually
from plain import assert_plain
from system import System

# Opens a file by which the test finds the worker, says so, and never ends by itself.
ENDLESS = "file = open('/workspace/{name}', 'w')\nprint('running', flush=True)\nwhile True: pass"
LONG = {"limits": {"wall_time_ms": 120_000, "cpu_time_ms": 120_000}}


def running_job(system, name):
    stream = system.client.stream(ENDLESS.format(name=name), **LONG)
    stream.until_output("running")
    return stream


def assert_recovered(system):
    system.settle()
    reply = system.client.execute("print('again')")
    assert (reply.status, reply.stdout, reply.timing.start) == ("ok", "again\n", "hot")


def test_a_killed_worker_is_its_own_jobs_affair(system):
    before = system.census()
    with running_job(system, "victim") as victim, running_job(system, "neighbour"):
        procs.kill_and_wait(system.roles.worker_holding("victim"))
        verdict = victim.rest()
        assert (verdict.status, verdict.signal, verdict.exit_code) == ("killed", "SIGKILL", None)
        assert victim.output() == "running\n"
        assert system.roles.worker_holding("neighbour")
    system.assert_census(before)
    assert_recovered(system)


@pytest.mark.parametrize("number", [signal.SIGSEGV, signal.SIGTERM, signal.SIGABRT])
def test_the_signal_that_ended_a_worker_is_named(system, number):
    with running_job(system, "victim") as victim:
        procs.kill_and_wait(system.roles.worker_holding("victim"), number)
        assert victim.rest().signal == number.name
    assert_recovered(system)


def test_a_killed_slot_init_takes_its_job_with_it(system):
    before = system.census()
    with running_job(system, "victim") as victim, running_job(system, "neighbour"):
        worker = system.roles.worker_holding("victim")
        procs.kill_and_wait(system.roles.init_of(worker))
        verdict = victim.rest()
        assert verdict.status in ("killed", "sandbox_error"), dict(verdict)
        assert verdict.exit_code is None
        assert system.roles.worker_holding("neighbour")
    system.assert_census(before)
    assert_recovered(system)


def test_killed_parked_workers_are_replaced(system):
    before = system.census()
    for worker in system.roles.workers():
        procs.kill_and_wait(worker)
    system.assert_census(before)
    assert_recovered(system)


def test_a_killed_init_of_a_parked_worker_is_replaced(system):
    before = system.census()
    procs.kill_and_wait(system.roles.slot_inits()[0])
    system.assert_census(before)
    assert_recovered(system)


def test_inits_of_waiting_slots_killed_again_and_again(system):
    """Twelve are more than any number of slots, so that what one leaves behind meets the next."""
    before = system.census()
    for _ in range(12):
        waiting = eventually(system.roles.waiting_slot_inits, "a slot waits")
        procs.kill_and_wait(waiting[0])
        system.settle()
    system.assert_census(before)
    assert "could not be" not in system.log(), system.log()[-3000:]
    assert_recovered(system)


def assert_only_replaced(system, old_pid, new_pid, untouched):
    assert new_pid() != old_pid
    for name, pid in untouched.items():
        assert getattr(system.roles, name)() == pid, f"{name} was restarted too"


def test_a_killed_python_zygote_is_restarted(system):
    before = system.census()
    untouched = {name: getattr(system.roles, name)()
                 for name in ("supervisor", "gateway", "slot_builder")}
    old = system.roles.python_zygote()
    with running_job(system, "orphan") as orphan:
        procs.kill_and_wait(old)
        # Jobs that come meanwhile are answered: by a parked worker, or when there is one again.
        assert system.client.execute("print('meanwhile')").stdout == "meanwhile\n"
        if system.roles.workers_holding("orphan"):
            procs.kill_and_wait(system.roles.worker_holding("orphan"))
        verdict = orphan.rest()
        assert verdict.status in ("killed", "sandbox_error") and verdict.exit_code is None
    eventually(lambda: any(pid != old for pid in system.roles.python_zygotes()),
               "a new python zygote")
    system.assert_census(before)
    assert_only_replaced(system, old, system.roles.python_zygote, untouched)
    assert_recovered(system)


def test_a_job_survives_or_is_answered_when_its_zygote_dies(system):
    """A finite job: it either ends as if nothing had happened or gets a typed answer."""
    with system.client.stream("import time\nprint('running', flush=True)\n"
                              "while time.process_time() < 0.5: pass\nprint('end')") as stream:
        stream.until_output("running")
        procs.kill_and_wait(system.roles.python_zygote())
        verdict = stream.rest()
    assert verdict.status in ("ok", "killed", "sandbox_error")
    assert verdict.status != "ok" or stream.output() == "running\nend\n"
    assert_recovered(system)


def test_a_killed_slot_builder_is_restarted(system):
    before = system.census()
    untouched = {name: getattr(system.roles, name)()
                 for name in ("supervisor", "gateway", "python_zygote")}
    old = system.roles.slot_builder()
    with running_job(system, "unaware") as unaware:
        procs.kill_and_wait(old)
        assert system.client.execute("print('meanwhile')").stdout == "meanwhile\n"
        eventually(lambda: any(pid != old for pid in system.roles.slot_builders()),
                   "a new slot builder")
        # Its slots may live on or be replaced, but the job's answer is a typed one.
        for pid in system.roles.workers_holding("unaware"):
            procs.kill_and_wait(pid)
        assert unaware.rest().status in ("killed", "sandbox_error")
    system.assert_census(before)
    assert_only_replaced(system, old, system.roles.slot_builder, untouched)
    assert_recovered(system)


def test_zygotes_killed_again_and_again(system):
    before = system.census()
    for _ in range(3):
        for role in ("python_zygote", "slot_builder"):
            procs.kill_and_wait(getattr(system.roles, role)())
        system.settle()
        assert_recovered(system)
    system.assert_census(before)


def test_a_killed_gateway_is_restarted_and_its_jobs_cancelled(system):
    before = system.census()
    untouched = {name: getattr(system.roles, name)()
                 for name in ("supervisor", "python_zygote", "slot_builder")}
    old = system.roles.gateway()
    port = system.client.port
    with running_job(system, "cancelled") as stream:
        procs.kill_and_wait(old)
        assert list(stream) == [] or stream.seen[-1].name != "exit"  # The connection just ends.
    eventually(lambda: not system.roles.workers_holding("cancelled"), "its job is cancelled")
    system.client.close()
    new_port = find_gateway_port(system, old)
    assert port == new_port or system.settings["gateway"]["port"] == 0
    system.client.port = new_port
    system.wait_ready()
    system.assert_census(before)
    assert_only_replaced(system, old, system.roles.gateway, untouched)
    assert_recovered(system)


def find_gateway_port(system, old):
    """The new gateway's listening port, from its own table of sockets."""
    def look():
        for pid in system.roles.gateways():
            if pid == old:
                continue
            inodes = {target[8:-1] for target in procs.fd_links(pid).values()
                      if target.startswith("socket:[")}
            for line in procs.read(pid, "net/tcp").splitlines()[1:]:
                fields = line.split()
                if fields[3] == "0A" and fields[9] in inodes:
                    return int(fields[1].split(":")[1], 16)
        return None
    return eventually(look, "a new gateway listens")


def test_a_killed_supervisor_leaves_nothing_and_the_next_start_sweeps():
    system = System()
    try:
        system.start()
        with running_job(system, "left") as stream:
            parts = system.identities()
            supervisor = system.roles.supervisor()
            assert len(parts) > 6
            procs.kill_and_wait(supervisor)
            last = list(stream)[-1]
            assert (last.name, last.json.error.code) == ("error", "supervisor_unavailable")
        assert system.serve.wait(60) != 0
        system.serve, ended = None, system.serve
        ended.stdout.close()
        system.assert_gone(parts)
        assert_no_mount_of(system)

        fresh_count = fresh_cgroup_count()
        system.start()
        assert len(census.cgroup_directories(system.cgroup_parent)) == fresh_count
        assert_recovered(system)
        system.stop()
    finally:
        system.destroy()


def fresh_cgroup_count():
    """Counts the cgroups of a system with the same settings that had no predecessor."""
    with System() as fresh:
        return len(census.cgroup_directories(fresh.cgroup_parent))


def test_a_killed_serve_process_takes_all_with_it():
    system = System()
    try:
        system.start()
        with running_job(system, "left"):
            parts = system.identities()
            system.serve.kill()
            system.serve.wait()
            system.serve = None
            system.assert_gone(parts)
        assert_no_mount_of(system)
        system.start()
        assert_recovered(system)
        system.stop()
    finally:
        system.destroy()


def assert_no_mount_of(system):
    assert system.directory not in procs.read("self", "mountinfo")


def test_sigterm_lets_a_running_job_finish(start_system):
    system = start_system()
    with system.client.stream("import time\nprint('running', flush=True)\n"
                              "while time.process_time() < 1: pass\nprint('end')") as stream:
        stream.until_output("running")
        system.ask_to_stop()
        verdict = stream.rest()
    assert (verdict.status, stream.output()) == ("ok", "running\nend\n")
    system.stop()


def test_sigterm_ends_a_job_that_does_not_finish(start_system):
    system = start_system({"supervisor": {"drain_timeout_ms": 300}})
    with running_job(system, "endless") as stream:
        parts = system.identities()
        system.ask_to_stop()
        verdict = stream.rest()
        assert verdict.status in ("killed", "sandbox_error"), dict(verdict)
        assert system.serve.wait(60) == 0
        system.assert_gone(parts - {(system.serve.pid, None)})
    system.stop()


def test_while_draining_new_jobs_are_refused(start_system):
    system = start_system()
    answers = []

    def ask():
        client = Client(system.client.host, system.client.port)
        try:
            answers.append(client.post("/v1/execute", {"language": "python", "code": "1"}).status)
        except OSError:
            answers.append("refused")

    with system.client.stream("import time\nprint('running', flush=True)\n"
                              "while time.process_time() < 1: pass") as stream:
        stream.until_output("running")
        system.ask_to_stop()
        eventually(lambda: is_draining(system), "the system is draining", 10)
        asking = threading.Thread(target=ask)
        asking.start()
        assert stream.rest().status == "ok"
        asking.join()
    assert answers[0] in (503, "refused")
    system.stop()


def is_draining(system):
    done = system.brood("status", "--json")
    return done.returncode != 0 or b'"draining":true' in done.stdout.replace(b" ", b"")


def test_a_second_supervisor_on_the_same_directory_refuses(system):
    before = system.census()
    second = system.brood("serve", timeout=60)
    said = (second.stdout + second.stderr).decode()
    assert second.returncode not in (0, -signal.SIGTERM), said
    assert system.runtime_dir in said or "already" in said or "lock" in said, said
    assert_plain(said)
    system.assert_census(before)
    assert_recovered(system)


def test_a_stale_socket_is_no_obstacle():
    """A predecessor that was killed with its machine leaves a socket file that nobody listens
    on."""
    system = System()
    try:
        os.makedirs(system.runtime_dir, exist_ok=True)
        with socket.socket(socket.AF_UNIX) as stale:
            stale.bind(os.path.join(system.runtime_dir, "brood.sock"))
        system.start()
        assert_recovered(system)
        system.stop()
    finally:
        system.destroy()
