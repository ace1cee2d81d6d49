"""SIGSTOP: a part that stands still neither answers nor ends. Who waits for it is answered all the
same, and nothing is left behind."""

import concurrent.futures
import os
import signal
import threading

import pytest

import procs
from client import Client
from eventually import eventually

ENDLESS = "file = open('/workspace/{name}', 'w')\nprint('running', flush=True)\nwhile True: pass"
SHORT = {"limits": {"wall_time_ms": 1500}}


def stop(pid):
    with procs.PidHandle(pid) as handle:
        handle.send(signal.SIGSTOP)
    eventually(lambda: is_stopped(pid), f"process {pid} stands still")


def go_on(pid):
    with procs.PidHandle(pid) as handle:
        handle.send(signal.SIGCONT)


def is_stopped(pid):
    return procs.status(pid).get("State", "").startswith("T")


def assert_recovered(system):
    system.settle(90)
    reply = system.client.execute("print('again')")
    assert (reply.status, reply.stdout, reply.timing.start) == ("ok", "again\n", "hot")


def statuses_until_gone(system, workers, **fields):
    """Those of jobs that come together, until each of these workers has had its one job. Whoever
    parked last is taken first, so it takes as many at once as there are."""
    statuses = []

    def run(_):
        statuses.append(Client(system.client.host, system.client.port).execute("print(1)", **fields).status)

    for _ in range(10):
        with concurrent.futures.ThreadPoolExecutor(2 * len(workers)) as pool:
            list(pool.map(run, range(2 * len(workers))))
        if not any(os.path.exists(f"/proc/{worker}") for worker in workers):
            return statuses
    raise AssertionError(f"some of {workers} have had no job: {statuses}")


@pytest.mark.parametrize("role", ["worker", "init"])
def test_a_stopped_sandbox_ends_in_its_jobs_time_limit(system, role):
    before = system.census()
    with system.client.stream(ENDLESS.format(name="still"), **SHORT) as stream:
        stream.until_output("running")
        worker = system.roles.worker_holding("still")
        stop(worker if role == "worker" else system.roles.init_of(worker))
        verdict = stream.rest()
    assert (verdict.status, verdict.limit.name) == ("timeout", "wall_time_ms")
    assert stream.output() == "running\n"
    system.assert_census(before)
    assert_recovered(system)


def test_stopped_parked_workers_end_in_the_time_limit_of_who_gets_them(system):
    before = system.census()
    parked = system.roles.workers()
    for worker in parked:
        stop(worker)
    statuses = statuses_until_gone(system, parked, **SHORT)
    assert statuses.count("timeout") == len(parked), statuses
    assert set(statuses) <= {"timeout", "ok"}, statuses
    system.assert_census(before)
    assert_recovered(system)


def test_a_stopped_init_of_a_parked_worker_changes_nothing_for_its_job(system):
    before = system.census()
    parked = system.roles.workers()
    for init in system.roles.slot_inits():
        stop(init)
    assert set(statuses_until_gone(system, parked)) == {"ok"}
    system.assert_census(before)
    assert_recovered(system)


@pytest.mark.parametrize("role", ["python_zygote", "slot_builder"])
def test_a_stopped_zygote_is_noticed_and_replaced(system, role):
    """Jobs go on with what is parked; the first request that stays unanswered ends the zygote."""
    before = system.census()
    others = {"supervisor", "gateway", "python_zygote", "slot_builder"} - {role}
    untouched = {name: getattr(system.roles, name)() for name in others}
    old = getattr(system.roles, role)()
    with procs.PidHandle(old) as handle:
        stop(old)
        for _ in range(system.settings["profiles"]["default"]["target_idle"]):
            assert system.client.execute("print(1)").stdout == "1\n"
        # None parked, and none can be made: it waits for the next zygote's.
        assert system.client.execute("print(2)").stdout == "2\n"
        assert handle.has_ended(90), f"the stopped {role} lives on"
    system.settle(90)
    system.assert_census(before)
    assert {name: getattr(system.roles, name)() for name in others} == untouched
    assert_recovered(system)


@pytest.mark.parametrize("role", ["gateway", "supervisor"])
def test_requests_to_a_stopped_part_are_answered_once_it_goes_on(system, role):
    before = system.census()
    pid = getattr(system.roles, role)()
    answers = []

    def ask(number):
        client = Client(system.client.host, system.client.port)
        answers.append(client.execute(f"print({number})").stdout)
        client.close()

    stop(pid)
    asking = [threading.Thread(target=ask, args=(number,)) for number in range(4)]
    for thread in asking:
        thread.start()
    assert not answers
    go_on(pid)
    for thread in asking:
        thread.join()
    assert sorted(answers) == [f"{number}\n" for number in range(4)]
    system.assert_census(before)
    assert_recovered(system)


def test_a_job_dies_with_its_supervisor_even_if_that_stood_still(start_system):
    system = start_system()
    with system.client.stream(ENDLESS.format(name="left")) as stream:
        stream.until_output("running")
        parts = system.identities()
        supervisor = system.roles.supervisor()
        stop(supervisor)
        procs.kill_and_wait(supervisor)
        last = list(stream)[-1]
        assert (last.name, last.json.error.code) == ("error", "supervisor_unavailable")
    assert system.serve.wait(60) != 0
    system.serve, ended = None, system.serve
    ended.stdout.close()
    system.assert_gone(parts)
