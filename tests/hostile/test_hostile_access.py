"""Callers that have no key, or not that one; each beside the caller that may."""

import http.client
import os
import string

import keyed
import procs
import pytest
from eventually import eventually
from system import System

JOB = {"language": "python", "code": "print(1)"}


@pytest.fixture(scope="module")
def keys():
    """A system with a job of each of two tenants behind it."""
    system = System()
    keys = keyed.prepare(system)
    for tenant, scope in (("acme", "run"), ("other", "run"), ("ops", "admin")):
        keys.create(tenant, "--scope", scope)
    try:
        with system:
            for tenant in ("acme", "other"):
                assert keys.client(tenant).post("/v1/execute", JOB).status == 200
            yield keys
    finally:
        system.destroy()


def answer(keys, headers=None, target="/v1/execute"):
    client = keys.client()
    client.headers = headers or {}
    return client.post(target, JOB)


def refusal(response):
    return response.status, response.json["error"]["code"]


def changed(key, place):
    """The key with another digit at one place."""
    digit = next(each for each in string.ascii_letters if each != key[place])
    return key[:place] + digit + key[place + 1:]


def test_no_key(keys, record):
    routes = {("POST", "/v1/execute"): 401, ("GET", "/v1/usage"): 401, ("GET", "/v1/runtimes"): 401,
              ("GET", "/metrics"): 401}
    for (method, path), status in routes.items():
        client = keys.client()
        asked = client.post(path, JOB) if method == "POST" else client.get(path)
        assert refusal(asked) == (status, "missing_key"), path
    with keys.client("acme").stream("print(1)") as allowed:
        assert allowed.rest()["exit_code"] == 0
    assert keys.client("ops").get("/metrics").status == 200
    record("requests without a key", f"401 on {len(routes)} routes", "with one: 200")


def test_keys_that_are_none(keys, record):
    good = keys.by_tenant["acme"]
    wrong = {
        "first digit": changed(good, len("brood_")), "last digit": changed(good, len(good) - 1),
        "cut off": good[:-1], "one more": good + "a", "upper case": good.upper(),
        "the id": keys.id_of("acme"), "empty": "", "prefix": "brood_", "a path": "../../etc/passwd",
        "a pattern": "brood_%", "another form": "e2b_" + "0" * 40,
    }
    for name, key in wrong.items():
        for headers in ({"X-API-Key": key}, {"Authorization": f"Bearer {key}"}):
            status, code = refusal(answer(keys, headers))
            assert status == 401 and code in ("invalid_key", "missing_key"), name
    with open(keys.path, encoding="utf-8") as file:
        digests = [line for line in file.read().split('"') if len(line) == 64]
    assert len(digests) == 3
    for digest in digests:  # Having read the file is no key either.
        assert refusal(answer(keys, {"X-API-Key": digest})) == (401, "invalid_key")
    assert answer(keys, {"X-API-Key": good}).status == 200
    record("keys that are none", f"401 for {len(wrong)} and for the file's digests", "the key: 200")


def test_keys_that_were_one(keys, record):
    keys.create("gone")
    eventually(lambda: keys.client("gone").post("/v1/execute", JOB).status == 200, "it is a key")
    assert keys.system.brood("key", "revoke", keys.id_of("gone")).returncode == 0
    eventually(lambda: keys.client("gone").post("/v1/execute", JOB).status == 401, "it is revoked")
    assert refusal(keys.client("gone").post("/v1/execute", JOB)) == (401, "key_revoked")
    keys.create("brief", "--expires", "1ms")
    eventually(lambda: refusal(keys.client("brief").post("/v1/execute", JOB)) == (401, "key_expired"),
               "it has expired")
    record("keys that are revoked, expired", "401", "200 before")


def test_what_is_another_tenants(keys, record):
    """A tenant that exists and one that does not get one answer."""
    acme = keys.client("acme")
    answers = [acme.get(f"/v1/usage?tenant={tenant}") for tenant in ("other", "ops", "nobody", "%00")]
    assert {(asked.status, asked.body) for asked in answers} == {(403, answers[0].body)}
    assert acme.get("/v1/usage?tenant=acme").json["tenant"] == "acme"
    assert "other" not in acme.get("/v1/usage").body.decode()
    seen = keys.client("ops").get("/v1/usage?tenant=other").json
    assert seen["tenant"] == "other" and seen["today"]["jobs"] >= 1
    for body in (JOB | {"tenant": "other"}, JOB | {"tenant_jobs": 0}):
        assert refusal(acme.post("/v1/execute", body))[0] == 400
    record("another tenant's usage", "403, be it there or not", "scope admin: 200")


def test_keys_in_the_target(keys, record):
    good = keys.by_tenant["acme"]
    for name in ("key", "api_key", "apikey", "access_token", "token", "X-API-Key", "authorization"):
        asked = answer(keys, target=f"/v1/execute?{name}={good}")
        assert refusal(asked) == (401, "missing_key"), name
        assert good not in asked.body.decode()
    assert answer(keys, {"Cookie": f"key={good}"}).status == 401
    assert good not in keys.system.log()
    assert all(good not in str(line) for line in keyed.audited(keys.system))
    assert answer(keys, {"X-API-Key": good}).status == 200
    record("the key in the target, in a cookie", "401, and in no log", "in a header: 200")


def test_headers_that_are_too_large(keys, record):
    good = keys.by_tenant["acme"]
    statuses = set()
    for length in (513, 4095, 4097, 8000, 60_000, 1_000_000):
        for name, value in (("X-API-Key", "k" * length), ("Authorization", "Bearer " + "k" * length),
                            ("Authorization", "Basic " + "k" * (length // 4 * 4))):
            try:
                statuses.add(answer(keys, {name: value}).status)
            except (ConnectionError, http.client.HTTPException):
                statuses.add("closed")  # Not read to its end.
    assert statuses <= {401, 431, "closed"} and {401, 431} <= statuses
    for twice in ("X-API-Key: {0}\r\nX-API-Key: {0}", "Authorization: Bearer {0}\r\nAuthorization: {0}"):
        head = f"GET /v1/usage HTTP/1.1\r\nHost: localhost\r\n{twice.format(good)}\r\n\r\n"
        assert keys.system.client.raw(head.encode()).startswith(b"HTTP/1.1 400 ")
    once = f"GET /v1/usage HTTP/1.1\r\nHost: localhost\r\nX-API-Key: {good}\r\nConnection: close\r\n\r\n"
    assert keys.system.client.raw(once.encode()).startswith(b"HTTP/1.1 200 ")
    record("keys of up to a megabyte, keys twice", "401, 431, 400", "one of 55 bytes: 200")


def test_tenants_of_other_names(keys, record):
    """A name ends up in files, logs and the names of objects."""
    names = ("../up", "a/b", "a b", "A", "a\nb", "", "a" * 65, ".hidden", "-flag", "ü")
    for name in names:
        done = keys.system.brood("key", "create", f"--tenant={name}")
        assert done.returncode != 0, name
        assert not done.stdout
    assert len({key["tenant"] for key in keys.listed()} & set(names)) == 0
    assert keys.create("a.b_c-1")
    record("names of tenants that are paths", f"{len(names)} refused", "a.b_c-1: a key")


def test_jobs_do_not_reach_what_decides_about_them(keys, record):
    """The key file, the audit log, the recorder's socket and process, its secrets."""
    paths = [keys.path, keyed.audit_path(keys.system), keys.system.directory,
             os.path.join(keys.system.runtime_dir, "recorder.sock")]
    assert os.path.exists(paths[-1]) and all(os.path.exists(path) for path in paths)
    code = f"import os; print(sum(os.path.exists(path) for path in {paths!r}))"
    assert keys.client("acme").execute(code)["stdout"] == "0\n"
    recorder = next(pid for pid in procs.descendants(keys.system.serve_pid)
                    if procs.executable(pid) == "brood-recorder")
    look = (f"import os\ntry: print(open('/proc/{recorder}/comm').read())\n"
            "except OSError as error: print(type(error).__name__)")
    assert "brood-recorder" not in keys.client("acme").execute(look)["stdout"]
    with open(f"/proc/{recorder}/comm", encoding="ascii") as file:
        assert file.read().startswith("brood-recorder")
    record("key file, audit log, recorder, from a job", "none is there", f"{len(paths)} from outside")
