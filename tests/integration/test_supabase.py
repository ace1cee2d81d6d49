"""Rows and files in Supabase: a real PostgreSQL behind the calls of PostgREST that are made."""

import json
import os
import signal
import subprocess

import keyed
import preconditions
import procs
import pytest
from eventually import eventually
from postgrest_server import Postgres, Supabase
from system import System

KEY = "service-planted-0123456789"
SCHEMA = os.path.join(os.path.dirname(__file__), "../../deploy/supabase/schema.sql")
# A project of Supabase's has these before anybody makes a table.
PROJECT = """
create role authenticated; create schema auth;
create function auth.jwt() returns jsonb language sql stable as
  $$ select current_setting('request.jwt.claims', true)::jsonb $$;
grant usage on schema auth to authenticated;
"""


@pytest.fixture(scope="module")
def postgres():
    made = Postgres()
    try:
        made.psql(PROJECT)
        yield made
    finally:
        made.destroy()


@pytest.fixture
def supabase(postgres):
    postgres.psql("drop table if exists public.brood_executions;")
    with open(SCHEMA, encoding="utf-8") as file:
        schema = file.read()
    postgres.psql(schema)
    postgres.psql(schema)  # Once more changes nothing.
    front = Supabase(postgres, KEY)
    try:
        yield front
    finally:
        front.destroy()


@pytest.fixture
def keys(supabase):
    system = System(environment={"SUPABASE_URL": supabase.url, "SUPABASE_SERVICE_KEY": KEY})
    keys = keyed.prepare(system)
    keyed.add_settings(system, {"supabase": {"bucket": "outputs"}})
    keys.create("acme")
    keys.create("ops", "--scope", "admin")
    try:
        with system:
            yield keys
    finally:
        system.destroy()


def rows(postgres, condition="true"):
    text = postgres.psql("select coalesce(json_agg(row_to_json(e) order by finished_at), '[]') "
                         f"from public.brood_executions e where {condition};")
    return json.loads(text)


def run(keys, code, request_id):
    response = keys.client("acme").post("/v1/execute", {"language": "python", "code": code},
                                        {"X-Request-Id": request_id})
    assert response.status == 200
    return response.json


def wait_for(postgres, *request_ids):
    return eventually(
        lambda: len(found := rows(postgres, f"request_id in {tuple(request_ids) + ('',)}"))
        >= len(request_ids) and found, lambda: f"rows of {request_ids} in {rows(postgres)}", 60)


def recorder(keys):
    return next(pid for pid in procs.descendants(keys.system.serve_pid)
                if procs.executable(pid) == "brood-recorder")


def test_each_job_is_a_row(keys, postgres):
    result = run(keys, "print('ü')", "one")
    row, = wait_for(postgres, "one")
    assert row["tenant"] == "acme" and row["status"] == "ok" and row["exit_code"] == 0
    assert row["job_id"] == result["id"] and row["language"] == "python"
    assert row["cpu_micros"] == result["usage"]["cpu_us"]
    run(keys, "raise SystemExit(3)", "two")
    assert wait_for(postgres, "two")[0]["exit_code"] == 3


READ_BACK = """
import json, sys
from postgrest import SyncPostgrestClient
url, key, request = sys.argv[1:]
client = SyncPostgrestClient(url + "/rest/v1", headers={"apikey": key, "Authorization": "Bearer " + key})
found = client.from_("brood_executions").select("*").eq("request_id", request).execute()
print(json.dumps(found.data))
"""


def test_the_public_client_reads_the_row(keys, postgres, supabase):
    result = run(keys, "print('read back')", "back")
    row, = wait_for(postgres, "back")
    python = os.path.join(os.environ["BROOD_CLIENTS_VENV"], "bin/python")
    done = subprocess.run([python, "-c", READ_BACK, supabase.url, KEY, "back"], check=True,
                          capture_output=True, timeout=120)
    read, = json.loads(done.stdout)
    assert read == row and read["job_id"] == result["id"]


def test_a_tenant_sees_its_own_rows(keys, postgres):
    run(keys, "print(1)", "own")
    wait_for(postgres, "own")

    def seen_by(tenant):
        claims = json.dumps({"app_metadata": {"tenant": tenant}})
        return postgres.psql(
            "grant select on public.brood_executions to authenticated; set role authenticated; "
            "select set_config('request.jwt.claims', :'claims', false); "
            "select count(*) from public.brood_executions;", claims=claims).split()[-1]
    assert seen_by("other") == "0"
    assert int(seen_by("acme")) >= 1


def test_files_are_stored(keys, supabase):
    response = keys.client("acme").post("/v1/execute", {
        "language": "python", "code": "open('out ä.txt', 'w').write('hello')", "collect": ["*.txt"]})
    name = f"outputs/acme/{response.json['id']}/out ä.txt"
    eventually(lambda: supabase.objects.get(name) == b"hello", lambda: f"{name} in {supabase.objects}")


def test_an_outage_loses_and_doubles_nothing(keys, postgres, supabase):
    """The database is stopped, the front says busy, the recorder is killed; then all is back."""
    postgres.stop("immediate")
    try:
        names = [f"outage-{number}" for number in range(20)]
        for number, name in enumerate(names):
            run(keys, f"print({number})", name)
            if number % 7 == 3:
                with procs.PidHandle(recorder(keys)) as handle:
                    handle.send(signal.SIGKILL)
                eventually(lambda: any(procs.executable(pid) == "brood-recorder" for pid in
                                       procs.descendants(keys.system.serve_pid)), "it is there again")
        supabase.failures = [(429, {"message": "slow down"}), (500, None), (503, None)]
    finally:
        postgres.start()
    found = wait_for(postgres, *names)
    assert sorted(row["request_id"] for row in found) == sorted(names)
    eventually(lambda: keyed.metric(keys.client("ops"), "brood_supabase_spool_bytes") == 0,
               "nothing waits")
    assert keyed.metric(keys.client("ops"), "brood_supabase_given_up_total") == 0


def test_a_refusal_is_said_once_with_the_servers_words_and_without_the_key(keys, postgres, supabase):
    supabase.failures = [(400, {"message": f"no such column, {KEY}"})] * 2
    run(keys, "print(1)", "bad")
    keys.system.wait_for_line(r"supabase: given up: the server answered 400: .*no such column, \[key\]")
    run(keys, "print(1)", "good")
    wait_for(postgres, "good")
    assert KEY not in keys.system.log()


def test_a_system_without_its_key_does_not_start(supabase):
    system = System(environment={"SUPABASE_URL": supabase.url})
    try:
        keyed.prepare(system)
        done = system.brood("serve")
        assert done.returncode != 0
        assert b"SUPABASE_SERVICE_KEY is not" in done.stderr
    finally:
        system.destroy()


def test_the_key_is_nowhere(keys, postgres):
    run(keys, "print(1)", "nowhere")
    wait_for(postgres, "nowhere")
    assert KEY not in keys.system.log()
    assert KEY.encode() not in keys.system.brood("config").stdout
    with open(keyed.audit_path(keys.system), encoding="ascii") as file:
        assert KEY not in file.read()
    for pid in procs.descendants(keys.system.serve_pid):
        assert KEY not in procs.read(pid, "environ"), procs.executable(pid)
    assert preconditions.binary("brood-recorder")
