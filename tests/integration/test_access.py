"""Keys, tenants and quotas of a running system."""

import concurrent.futures
import http.client
import json
import os
import signal
import socket
import struct
import subprocess
import threading

import keyed
import procs
import pytest
from eventually import eventually
from system import System

CLIENTS = 64


@pytest.fixture(scope="module")
def keys():
    """One system that asks for keys, with three of them."""
    system = System()
    keys = keyed.prepare(system)
    keys.create("acme")
    keys.create("other", "--scope", "run")
    keys.create("ops", "--scope", "admin")
    try:
        with system:
            yield keys
    finally:
        system.destroy()


def run(client, code="print(1)"):
    return client.post("/v1/execute", {"language": "python", "code": code})


def code_of(response):
    return response.json["error"]["code"]


def test_a_job_needs_a_key(keys):
    nobody = keys.client()
    refused = run(nobody)
    assert refused.status == 401 and code_of(refused) == "missing_key"
    assert refused.headers["WWW-Authenticate"] == 'Bearer realm="brood"'
    assert run(keys.client("acme")).status == 200
    assert keys.client("acme").execute("print(2)")["stdout"] == "2\n"
    assert [nobody.get(path).status for path in ("/health", "/ready", "/", "/openapi.json")] == [200] * 4
    assert nobody.get("/health").json["access"] == "keys"


@pytest.mark.parametrize("header, value", [
    ("X-API-Key", "{}"), ("Authorization", "Bearer {}"), ("Authorization", "bearer {}"),
    ("Authorization", "{}")])
def test_clients_have_several_ways_to_send_it(keys, header, value):
    client = keys.client()
    client.headers = {header: value.format(keys.by_tenant["acme"])}
    assert run(client).status == 200


def test_a_key_may_be_the_password_in_a_url(keys):
    client = keys.client()
    url = f"http://anybody:{keys.by_tenant['acme']}@{client.host}:{client.port}/v1/execute"
    done = subprocess.run(
        ["curl", "-s", "-H", "Content-Type: application/json", "-d",
         '{"language":"python","code":"print(3)"}', url], capture_output=True, timeout=60, check=True)
    assert json.loads(done.stdout)["stdout"] == "3\n"


def test_scopes_hold(keys):
    assert run(keys.client("ops")).status == 403
    assert code_of(keys.client("acme").get("/metrics")) == "scope_missing"
    metrics = keys.client("ops").get("/metrics").body.decode()
    assert "brood_audit_lines_total" in metrics and "brood_access_refusals_total" in metrics
    assert "acme" not in metrics


def test_a_stream_needs_a_key_too(keys):
    with keys.client("acme").stream("print(4)") as stream:
        assert stream.rest()["exit_code"] == 0


def test_usage_is_ones_own(keys):
    client = keys.client("other")
    before = client.get("/v1/usage").json["today"]["jobs"]
    client.execute("sum(range(10**6))")
    usage = client.get("/v1/usage").json
    assert usage["today"]["jobs"] == before + 1
    assert usage["today"]["cpu_micros"] > 0
    assert client.get("/v1/usage?tenant=acme").status == 403
    assert keys.client("ops").get("/v1/usage?tenant=other").json["today"] == usage["today"]
    assert keys.client("ops").get("/v1/usage?tenant=nobody").status == 404


def test_a_thousand_wrong_keys_leave_the_right_ones_alone(keys):
    def guess(number):
        client = keys.client()
        client.headers = {"X-API-Key": f"brood_wrong_{number:032d}"}
        return [run(client).status for _ in range(125)]

    with concurrent.futures.ThreadPoolExecutor(9) as threads:
        guesses = [threads.submit(guess, number) for number in range(8)]
        answers = [threads.submit(run, keys.client("acme")).result().status for _ in range(20)]
        assert answers == [200] * 20
        assert {status for guessed in guesses for status in guessed.result()} == {401}
    lines = [line for line in keyed.audited(keys.system) if line["verdict"] == "invalid_key"]
    assert 1 <= len(lines) < 500  # Told, and not each of them.


def wait_for_quota(keys, name, limit):
    """A limit is known within a second of its being written; that of a test before may be in force."""
    def is_known():
        quotas = keys.client("other").get("/v1/usage").json["quotas"]
        return [(quota["name"], quota["limit"]) for quota in quotas] == [(name, limit)]
    eventually(is_known, "the limit is known")


class Held:
    """Jobs of one tenant that run until they are let go, each from a client of its own."""

    def __init__(self, keys, tenant, count):
        self._changed = threading.Condition()
        self._let_go = threading.Event()
        self.refused, self.answers = [], []
        together = threading.Barrier(count)
        self._threads = [threading.Thread(target=self._hold, args=(keys.client(tenant), together))
                         for _ in range(count)]
        for thread in self._threads:
            thread.start()

    def _hold(self, client, together):
        client.get("/health")  # The connection is there.
        body = json.dumps({"language": "python", "code": "import signal; signal.pause()"})
        connection = http.client.HTTPConnection(client.host, client.port, timeout=120)
        together.wait()
        connection.request("POST", "/v1/execute", body, client.headers | {
            "Content-Type": "application/json", "Accept": "text/event-stream"})
        response = connection.getresponse()  # A job that waits answers once it runs.
        with self._changed:
            self.answers.append(response.status)
            if response.status != 200:
                self.refused.append((response.status, response.headers, json.loads(response.read())))
            self._changed.notify_all()
        if response.status == 200:
            self._let_go.wait()
        connection.close()

    def wait_for_refused(self, count):
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.refused) >= count, 120), self.answers

    def let_go(self):
        self._let_go.set()
        for thread in self._threads:
            thread.join()


def test_quotas_are_exact_for_64_clients(keys):
    keys.limit("other", jobs_at_once=3, jobs_queued=5)
    wait_for_quota(keys, "jobs_at_once", 3)
    held = Held(keys, "other", CLIENTS)
    try:
        held.wait_for_refused(CLIENTS - 8)
    finally:
        held.let_go()
    assert sorted(held.answers) == [200] * 8 + [429] * (CLIENTS - 8)
    _, headers, answer = held.refused[0]
    assert answer["error"]["code"] == "quota_exceeded"
    assert answer["error"]["field"] == "jobs_queued"
    assert headers["Retry-After"] == "1"
    keys.limit("other")


def test_no_more_of_a_tenants_jobs_run_than_may(keys):
    keys.limit("other", jobs_at_once=2)
    wait_for_quota(keys, "jobs_at_once", 2)
    held = Held(keys, "other", 8)
    try:
        eventually(lambda: keys.system.status()["jobs"]["queued"] == 6, "six jobs wait")
        assert keys.system.status()["jobs"]["running"] == 2
        assert keys.client("acme").execute("print(5)")["stdout"] == "5\n"
    finally:
        held.let_go()
    assert held.answers == [200] * 8
    keys.limit("other")


def test_a_burst_leaves_another_tenants_job_its_turn():
    """The queue is a tenant's; another's job is among the next. Ten thousand are a unit test's."""
    system = System({"supervisor": {"max_concurrent_jobs": 1, "queue_limit": 200}})
    try:
        keys = keyed.prepare(system)
        keys.create("burst")
        keys.create("single")
        with system:
            held = Held(keys, "burst", 1)
            eventually(lambda: system.status()["jobs"]["running"] == 1, "one job runs")
            threads = []

            def wait_in_line(tenant, count):
                client = keys.client(tenant)
                threads.append(threading.Thread(target=client.execute, args=("print(1)",)))
                threads[-1].start()
                eventually(lambda: system.status()["jobs"]["queued"] >= count, f"{count} wait")
            for number in range(40):
                wait_in_line("burst", number + 1)
            wait_in_line("single", 41)
            held.let_go()
            for thread in threads:
                thread.join()

            def ended():
                lines = [line["tenant"] for line in keyed.audited(system) if line.get("verdict") == "ok"]
                return len(lines) == 41 and lines
            assert eventually(ended, "all have ended").index("single") <= 3
    finally:
        system.destroy()


def test_clients_that_reset_at_once_keep_nobody_from_connecting(keys):
    """By the time such a connection is taken it has no address to write down any more."""
    address = (keys.system.client.host, keys.system.client.port)
    gateway = keys.system.roles.gateway()
    os.kill(gateway, signal.SIGSTOP)
    try:
        for _ in range(20):
            with socket.create_connection(address) as client:
                client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    finally:
        os.kill(gateway, signal.SIGCONT)
    assert run(keys.client("acme")).status == 200


def test_a_minutes_jobs_are_counted(keys):
    keys.limit("other", jobs_per_minute=5)
    wait_for_quota(keys, "jobs_per_minute", 5)
    answers = [run(keys.client("other")) for _ in range(7)]
    # One more may have come back meanwhile.
    assert [answer.status for answer in answers[:5]] == [200] * 5
    assert answers[6].status == 429
    assert 1 <= int(answers[6].headers["Retry-After"]) <= 12
    assert answers[0].headers["RateLimit-Policy"] == '"jobs_per_minute";q=5;w=60'
    assert answers[0].headers["RateLimit"].startswith('"jobs_per_minute";r=4;')
    keys.limit("other")


def test_maxima_are_the_tenants(keys):
    keys.limit("other", maxima={"wall_time_ms": 2000})
    client = keys.client("other")

    def asks(milliseconds):
        return client.post("/v1/execute", {"language": "python", "code": "while True: pass",
                                           "limits": {"wall_time_ms": milliseconds}})
    eventually(lambda: asks(2001).status == 400, "the limit is known")
    assert asks(2001).json["error"]["field"] == "limits.wall_time_ms"
    ended = client.execute("while True: pass")
    assert ended["status"] in ("timeout", "cpu_limit") and ended["usage"]["wall_us"] < 4_000_000
    keys.limit("other")


def test_a_revoked_key_opens_nothing(keys):
    keys.create("gone")
    eventually(lambda: run(keys.client("gone")).status == 200, "the key is known")
    done = keys.system.brood("key", "revoke", keys.id_of("gone"))
    assert done.returncode == 0
    eventually(lambda: run(keys.client("gone")).status == 401, "the key is revoked")
    assert code_of(run(keys.client("gone"))) == "key_revoked"


def test_an_expired_key_opens_nothing(keys):
    keys.create("brief", "--expires", "1ms")
    eventually(lambda: code_of(run(keys.client("brief"))) == "key_expired", "the key has expired")


def test_a_key_file_that_is_none_changes_nothing(keys):
    with open(keys.path, encoding="utf-8") as file:
        good = file.read()
    for bad in ("{", good.replace('"version": 1', '"version": 2')):
        with open(keys.path, "w", encoding="utf-8") as file:
            file.write(bad)
        keys.system.wait_for_line(r"keys: .*those of before stay in force")
        assert run(keys.client("acme")).status == 200
    with open(keys.path, "w", encoding="utf-8") as file:
        file.write(good)
    os.chmod(keys.path, 0o644)
    keys.system.wait_for_line(r"has mode 0644; fix: chmod 600")
    assert run(keys.client("acme")).status == 200
    os.chmod(keys.path, 0o600)


def test_the_file_has_no_key_in_it(keys):
    with open(keys.path, encoding="utf-8") as file:
        content = file.read()
    for key in keys.by_tenant.values():
        assert key not in content
    assert os.stat(keys.path).st_mode & 0o777 == 0o600


def test_usage_survives_a_kill_of_every_part(keys):
    client = keys.client("acme")
    for _ in range(5):
        client.execute("print(1)")
    before = client.get("/v1/usage").json["today"]["jobs"]
    saved = os.path.join(keys.system.directory, "state", "usage.json")

    def is_saved():
        with open(saved, encoding="utf-8") as file:
            days = json.load(file)["tenants"]["acme"]
        return max(days.items())[1]["jobs"] == before
    eventually(is_saved, "usage is saved")
    for program in ("brood-gateway", "brood-recorder"):
        pid = next(pid for pid in procs.descendants(keys.system.serve_pid)
                   if procs.executable(pid) == program)
        with procs.PidHandle(pid) as handle:
            handle.send(signal.SIGKILL)

        def counts():
            try:
                return keys.client("acme").get("/v1/usage").json["today"]["jobs"] >= before
            except (OSError, http.client.HTTPException):
                return False
        eventually(counts, f"usage is there after the death of {program}")


def test_the_command_line_runs_a_job_as_a_keys_tenant(keys):
    path = os.path.join(keys.system.directory, "one-key")

    def run_with(key):
        with open(path, "w", encoding="ascii") as file:
            file.write(key + "\n")
        return keys.system.brood("run", "--api-key-file", path, "-l", "python", "-",
                                 input=b"print(6)")
    assert run_with(keys.by_tenant["acme"]).stdout == b"6\n"
    refused = run_with("brood_" + "0" * 49)
    assert refused.returncode != 0 and b"the key is in no key file" in refused.stderr
    assert b"may not run jobs" in run_with(keys.by_tenant["ops"]).stderr
