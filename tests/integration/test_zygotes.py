"""Several zygotes of one profile, and zygotes that are succeeded by new ones."""

import os
import signal

import procs
from eventually import eventually
from system import System

POOL = {"min_idle": 1, "target_idle": 2, "max_idle": 2, "preload": []}
HASH = "print(hash('which zygote am I from?'))"


def run(system, count=1):
    """Returns the zygotes' hash seeds, by jobs that must all end well."""
    seeds = set()
    for _ in range(count):
        result = system.client.execute(HASH)
        assert result.status == "ok", result
        seeds.add(result.stdout)
    return seeds


def profile(system):
    runtimes = {runtime["language"]: runtime for runtime in system.status()["runtimes"]}
    return runtimes["python"]["profiles"][0]


def ends(pid):
    return lambda: not procs.is_running(pid)


def test_after_its_last_fork_a_zygote_is_succeeded_and_ends():
    with System({"profiles": {"default": POOL | {"zygote_max_forks": 10}}}) as system:
        first = system.roles.python_zygote()
        seeds = run(system)
        eventually(lambda: seeds.update(run(system)) or len(seeds) > 1, "jobs of a successor")
        eventually(ends(first), "it ends with its last worker")
        system.settle()
        assert first not in system.roles.python_zygotes()
        # A succession is not a restart.
        assert profile(system)["zygote_restarts"] == 0
        metrics = system.client.get("/metrics").body.decode()
        line = 'brood_zygote_successions_total{language="python",profile="default"} '
        assert any(row.startswith(line) and float(row.split()[-1]) >= 1
                   for row in metrics.splitlines()), metrics


def test_by_age_alone_parked_workers_are_replaced_too():
    # Every worker that there may be is parked: each new one needs the place of an old one.
    pool = POOL | {"target_idle": 3, "max_idle": 3, "max_workers": 3, "zygote_max_age_ms": 300}
    with System({"profiles": {"default": pool}}) as system:
        first = system.roles.python_zygotes()
        eventually(lambda: not set(first) & set(system.roles.python_zygotes()),
                   lambda: f"another zygote: {system.roles.python_zygotes()}, first {first}")
        assert run(system, 5)


def test_a_job_of_a_zygote_that_leaves_is_not_disturbed():
    with System({"profiles": {"default": POOL | {"zygote_max_forks": 10}}}) as system:
        first = system.roles.python_zygote()
        waits = f"import signal\nsignal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])\n{HASH}\n" \
                "signal.sigwait([signal.SIGUSR1])\nprint('and ends')"
        with system.client.stream(waits, limits={"wall_time_ms": 60_000}) as stream:
            stream.until_output("\n")
            own = stream.output()
            eventually(lambda: {own} != run(system) | {own}, "jobs of a successor")
            assert procs.is_running(first), "it waits for its last job"
            worker = [pid for pid in system.roles.workers() if procs.parent(pid) == first]
            assert len(worker) == 1, worker
            os.kill(worker[0], signal.SIGUSR1)
            end = stream.rest()
            assert (end["status"], stream.output()) == ("ok", own + "and ends\n")
        eventually(ends(first), "it ends with its last job")


def test_one_that_leaves_is_not_started_again_when_it_is_killed():
    with System({"profiles": {"default": POOL | {"zygote_max_forks": 10}}}) as system:
        first = system.roles.python_zygote()
        holds = f"import signal\n{HASH}\nsignal.pause()"
        with system.client.stream(holds, limits={"wall_time_ms": 60_000}) as stream:
            stream.until_output("\n")
            own = stream.output()
            eventually(lambda: {own} != run(system) | {own}, "jobs of a successor")
            worker = [pid for pid in system.roles.workers() if procs.parent(pid) == first]
            assert len(worker) == 1, worker
            procs.kill_and_wait(first, signal.SIGKILL)
            # Its job goes on, and its end is told.
            os.kill(worker[0], signal.SIGTERM)
            assert stream.rest()["signal"] == "SIGTERM"
        system.settle()
        # There may be another succession on its way meanwhile.
        eventually(lambda: len(system.roles.python_zygotes()) == 1,
                   lambda: f"one zygote: {system.roles.python_zygotes()}")
        assert run(system, 3)


def test_several_zygotes_fork_for_one_profile():
    pool = POOL | {"zygotes": 3, "target_idle": 6, "max_idle": 6}
    with System({"profiles": {"default": pool}}) as system:
        zygotes = system.roles.python_zygotes()
        assert len(zygotes) == 3
        seeds = set()
        eventually(lambda: seeds.update(run(system)) or len(seeds) > 1, "jobs of several zygotes")
        procs.kill_and_wait(zygotes[0], signal.SIGKILL)
        assert run(system, 5), "the others go on"
        eventually(lambda: len(system.roles.python_zygotes()) == 3, "it is started again")
        system.settle()
