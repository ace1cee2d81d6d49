"""The audit log of a running system, its parts killed and its disk full; and secrets in no output."""

import json
import os
import signal
import subprocess

import keyed
import procs
import pytest
from eventually import eventually
from system import System

SECRET = "planted-5f1c0e2a9b31"


@pytest.fixture(scope="module")
def keys():
    system = System({"supervisor": {"log_level": "debug", "log_format": "json"}},
                    environment={"SUPABASE_SERVICE_KEY": f"supabase-{SECRET}"})
    keys = keyed.prepare(system)
    keys.create("acme")
    keys.create("ops", "--scope", "admin")
    try:
        with system:
            yield keys
    finally:
        system.destroy()


def lines_of(keys, **members):
    return [line for line in keyed.audited(keys.system)
            if all(line.get(name) == value for name, value in members.items())]


def wait_for_line(keys, **members):
    return eventually(lambda: lines_of(keys, **members), lambda: f"a line with {members} in "
                      f"{keyed.audited(keys.system)[-5:]}")[0]


def run(client, code="print(1)", request_id=None):
    headers = {"X-Request-Id": request_id} if request_id else {}
    return client.post("/v1/execute", {"language": "python", "code": code}, headers)


def pid_of(keys, program):
    return next(pid for pid in procs.descendants(keys.system.serve_pid)
                if procs.executable(pid) == program)


def kill(pid, number=signal.SIGKILL):
    with procs.PidHandle(pid) as handle:
        handle.send(number)


def test_a_job_has_a_line(keys):
    response = run(keys.client("acme"), "print(40 + 2)", "mine-1")
    assert response.headers["X-Request-Id"] == "mine-1"
    line = wait_for_line(keys, request="mine-1")
    assert line["kind"] == "job" and line["verdict"] == "ok" and line["tenant"] == "acme"
    assert line["job"] == response.json["id"]
    assert line["exit_code"] == 0 and line["cpu_micros"] > 0 and line["wall_micros"] > 0
    assert line["key"] == keys.id_of("acme")
    import hashlib
    assert line["code_sha256"] == hashlib.sha256(b"print(40 + 2)").hexdigest()


def test_each_way_to_end_has_its_verdict(keys):
    client = keys.client("acme")
    client.post("/v1/execute", {"language": "python", "code": "while True: pass",
                                "limits": {"cpu_time_ms": 100}}, {"X-Request-Id": "cpu"})
    assert wait_for_line(keys, request="cpu")["verdict"] == "cpu_limit"
    run(client, "raise SystemExit(3)", "error")
    assert wait_for_line(keys, request="error")["exit_code"] == 3
    client.post("/v1/execute", {"language": "cobol", "code": ""}, {"X-Request-Id": "cobol"})
    assert wait_for_line(keys, request="cobol")["verdict"] == "unknown_language"
    run(keys.client(), request_id="nobody")
    assert wait_for_line(keys, request="nobody")["verdict"] == "missing_key"


def test_no_request_puts_anything_into_a_line(keys):
    hostile = '","verdict":"ok","x":"'
    client = keys.client("acme")
    for field in ("language", "profile"):
        client.post("/v1/execute", {"language": "python", "code": "print(1)"} |
                    {field: f'a\n{{"kind":"job"}}\u2028\x1b[2J{hostile}'}, {"X-Request-Id": field})
        line = wait_for_line(keys, request=field)
        assert line["verdict"] != "ok" and "x" not in line
    run(client, request_id=hostile.replace(" ", ""))
    with open(keyed.audit_path(keys.system), "rb") as file:
        for raw in file:
            assert all(32 <= byte < 127 for byte in raw[:-1])
            json.loads(raw)


def test_lines_are_numbered_without_a_gap(keys):
    for _ in range(30):
        run(keys.client("acme"))
    wait_for_line(keys, request=run(keys.client("acme"), request_id="last").headers["X-Request-Id"])
    numbers = {}
    for line in keyed.audited(keys.system):
        numbers.setdefault(line["writer"], []).append(line["number"])
    for each in numbers.values():
        assert each == list(range(1, len(each) + 1))


def test_a_killed_recorder_loses_nothing(keys):
    client = keys.client("acme")
    for number in range(10):
        kill(pid_of(keys, "brood-recorder"))
        assert run(client, request_id=f"kill-{number}").status == 200
        eventually(lambda: any(procs.executable(pid) == "brood-recorder"
                               for pid in procs.descendants(keys.system.serve_pid)),
                   "the recorder is there again")
        wait_for_line(keys, request=f"kill-{number}")
    test_lines_are_numbered_without_a_gap(keys)


def test_rotation_loses_nothing(keys):
    path = keyed.audit_path(keys.system)
    run(keys.client("acme"), request_id="before")
    wait_for_line(keys, request="before")
    os.rename(path, path + ".1")
    with open(os.path.join(keys.system.runtime_dir, "recorder.pid"), encoding="ascii") as file:
        kill(int(file.read()), signal.SIGHUP)
    run(keys.client("acme"), request_id="after")
    eventually(lambda: os.path.exists(path), "the new file is there")
    run(keys.client("acme"), request_id="later")
    wait_for_line(keys, request="later")
    with open(path + ".1", encoding="ascii") as file:
        old = [json.loads(line) for line in file]
    both = old + keyed.audited(keys.system)
    assert len([line for line in both if line.get("request") in ("before", "after", "later")]) == 3
    os.rename(path, path + ".2")
    with open(path, "w", encoding="ascii") as whole:
        for part in (".1", ".2"):
            with open(path + part, encoding="ascii") as file:
                whole.write(file.read())
    os.chmod(path, 0o600)
    kill(pid_of(keys, "brood-recorder"), signal.SIGHUP)


@pytest.mark.parametrize("on_failure", ["refuse", "count"])
def test_a_full_disk(on_failure):
    """A file system of its own, of 64 KiB."""
    system = System()
    disk = os.path.join(system.directory, "disk")
    os.mkdir(disk)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k,mode=0700", "tmpfs", disk], check=True,
                   timeout=60)
    try:
        keys = keyed.prepare(system, audit=False)
        path = os.path.join(disk, "audit.jsonl")
        keyed.add_settings(system, {"audit": {"path": path, "on_failure": on_failure}})
        keys.create("acme")
        keys.create("ops", "--scope", "admin")
        with system:
            client = keys.client("acme")
            assert run(client).status == 200
            filler = os.path.join(disk, "filler")
            with open(filler, "wb", buffering=0) as file:
                try:
                    while True:
                        file.write(b"x" * 4096)
                except OSError:
                    pass
            # The last page of the file has room for a few lines yet.
            if on_failure == "refuse":
                refused = eventually(lambda: (answer := run(client)).status == 503 and answer,
                                     "no jobs are taken", 60)
                assert refused.json["error"]["code"] == "audit_unavailable"
                os.unlink(filler)
                eventually(lambda: run(client).status == 200, "jobs are taken again", 60)
            else:
                lost = "brood_audit_lines_lost_total"
                eventually(lambda: run(client).status == 200
                           and keyed.metric(keys.client("ops"), lost) > 0, "lines are lost", 60)
                os.unlink(filler)

            def is_whole():
                assert run(client).status in (200, 503)
                with open(path, encoding="ascii") as file:
                    lines = [json.loads(line) for line in file]
                told = sum(line.get("lost", 0) for line in lines)
                return lines and (on_failure == "refuse" or told > 0) and lines
            lines = eventually(is_whole, "lines are written again", 60)
            if on_failure == "refuse":
                numbers = [line["number"] for line in lines]
                assert numbers == list(range(1, len(numbers) + 1))
    finally:
        subprocess.run(["umount", "-l", disk], check=True, timeout=60)
        system.destroy()


def test_with_fsync_always_a_job_starts_once_that_is_written_down():
    system = System()
    try:
        keys = keyed.prepare(system, audit=False)
        keyed.add_settings(system, {"audit": {"path": keyed.audit_path(system), "fsync": "always"}})
        keys.create("acme")
        with system:
            with keys.client("acme").stream("import signal; signal.pause()") as stream:
                assert next(stream).name == "start"
                lines = keyed.audited(system)
                assert [line["verdict"] for line in lines] == ["admitted"]
            eventually(lambda: len(keyed.audited(system)) == 2, "its end is written down")
            assert keyed.audited(system)[1]["verdict"] == "abandoned"
    finally:
        system.destroy()


def test_the_daemons_log_objects_where_that_is_asked_for(keys):
    lines = [json.loads(line) for line in keys.system.log().splitlines() if line.startswith("{")]
    assert {"broodd", "gateway"} <= {line["process"] for line in lines}
    assert all(set(line) == {"time", "level", "process", "pid", "message"} for line in lines)


def test_a_planted_secret_is_in_no_output(keys):
    """A secret of the environment, a key, Supabase's key, a job's environment and code."""
    client = keys.client("acme")
    client.post("/v1/execute", {"language": "python", "code": f"x = '{SECRET}-code'; 1/0",
                                "env": {"TOKEN": f"{SECRET}-env"}, "stdin": f"{SECRET}-stdin"},
                {"X-Request-Id": "planted"})
    wrong = keys.client()
    wrong.headers = {"X-API-Key": f"{SECRET}-wrong-key-0123456789"}
    run(wrong)
    wait_for_line(keys, request="planted")
    ops = keys.client("ops")
    outputs = {
        "log": keys.system.log(), "metrics": ops.get("/metrics").body.decode(),
        "health": ops.get("/health").body.decode(), "usage": ops.get("/v1/usage").body.decode(),
        "config": keys.system.brood("config").stdout.decode(),
        "config --json": keys.system.brood("config", "--json").stdout.decode(),
        "doctor": keys.system.brood("doctor").stdout.decode(),
        # On a connection of its own, for the doctor takes its time.
        "job": keys.client("acme").execute(
            "import os; print(os.environ, open('/proc/self/environ').read())")["stdout"],
    }
    with open(keyed.audit_path(keys.system), encoding="ascii") as file:
        outputs["audit"] = file.read()
    secrets = [SECRET, *keys.by_tenant.values()]
    for name, text in outputs.items():
        for secret in secrets:
            assert secret not in text, name
    for pid in procs.descendants(keys.system.serve_pid):
        for name in ("cmdline", "environ"):
            text = procs.read(pid, name)
            assert SECRET not in text, (procs.executable(pid), name)
