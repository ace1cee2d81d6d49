"""Many jobs, one after the other and all at once: every answer is its own, nothing is left."""

import collections
import os
import threading
import time
import uuid

import pytest

from eventually import eventually
from system import System

JOBS_IN_A_ROW = 2000
CLIENTS = 64

ECHO = "import sys; print('{nonce}', sys.stdin.read(), sys.argv[1])"


@pytest.fixture(scope="module")
def busy_system():
    with System({"profiles": {"default": {"target_idle": 8}}}) as running:
        yield running


def echo(client):
    """One job with a nonce by each way in; all must come out of this job's answer."""
    nonces = [uuid.uuid4().hex for _ in range(3)]
    reply = client.execute(ECHO.format(nonce=nonces[0]), stdin=nonces[1], args=[nonces[2]])
    assert reply.status == "ok", dict(reply)
    assert reply.stdout == " ".join(nonces) + "\n", (nonces, dict(reply))
    assert reply.stderr == ""
    return reply


def at_once(client, clients, until):
    """`clients` threads, each with its connection, running jobs for as long as until() is true."""
    failures, starts, lock = [], collections.Counter(), threading.Lock()

    def work():
        try:
            while until() and not failures:
                reply = echo(client)
                with lock:
                    starts[reply.timing.start] += 1
        except Exception as error:  # A thread's exceptions are the test's to report.
            failures.append(repr(error))
        finally:
            client.close()

    threads = [threading.Thread(target=work) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures, failures[:3]
    return starts


def rounds(count):
    """A condition that holds `count` times per asking thread."""
    local = threading.local()

    def more():
        local.left = getattr(local, "left", count) - 1
        return local.left >= 0
    return more


def test_two_thousand_in_a_row(busy_system):
    client = busy_system.client
    for _ in range(20):
        echo(client)
    before = busy_system.census()
    ids = {echo(client).id for _ in range(JOBS_IN_A_ROW)}
    assert len(ids) == JOBS_IN_A_ROW
    busy_system.assert_census(before)


def test_sixty_four_clients_at_once(busy_system):
    client = busy_system.client
    # The first round grows what is kept for reuse (cgroups) to what this load needs.
    at_once(client, CLIENTS, rounds(3))
    before = busy_system.census()
    total = busy_system.status()["jobs"]["total"]

    end = time.monotonic() + float(os.environ.get("BROOD_STRESS_SECONDS", "10"))
    starts = at_once(client, CLIENTS, lambda: time.monotonic() < end)

    print(f"{sum(starts.values())} jobs by {CLIENTS} clients: {dict(starts)}")
    assert sum(starts.values()) >= CLIENTS
    assert busy_system.status()["jobs"]["total"] == total + sum(starts.values())
    busy_system.assert_census(before)
    assert echo(client).timing.start == "hot"


def test_a_crowd_larger_than_the_system_waits_its_turn(start_system):
    small = start_system({"supervisor": {"max_concurrent_jobs": 2},
                          "profiles": {"default": {"max_workers": 4}}})
    starts = at_once(small.client, 24, rounds(4))
    assert sum(starts.values()) == 96


def test_a_full_queue_is_429_with_a_time_to_come_back(start_system):
    small = start_system({"supervisor": {"max_concurrent_jobs": 1, "queue_limit": 1}})
    endless = {"limits": {"wall_time_ms": 60_000, "cpu_time_ms": 60_000}}
    with small.client.stream("print('on', flush=True)\nwhile True: pass", **endless) as running:
        running.until_output("on")
        waiting = threading.Thread(target=small.client.execute, args=("print('waited')",))
        waiting.start()
        eventually(lambda: small.status()["jobs"]["queued"] == 1, "one job is queued")
        response = small.client.post("/v1/execute", {"language": "python", "code": "1"})
        assert response.status == 429, response
        assert int(response.headers["Retry-After"]) >= 0
        assert response.json.error.code
    waiting.join()
    small.settle()


def test_waiting_longer_than_the_queue_allows_is_503(start_system):
    small = start_system({"supervisor": {"max_concurrent_jobs": 1, "queue_timeout_ms": 200}})
    with small.client.stream("print('on', flush=True)\nwhile True: pass") as running:
        running.until_output("on")
        response = small.client.post("/v1/execute", {"language": "python", "code": "1"})
        assert response.status == 503, response
        assert int(response.headers["Retry-After"]) >= 0
