"""Sessions over HTTP: a sandbox and interpreters that are kept between calls."""

import pytest

import eventually
from session_over_http import SessionOverHttp
from system import SESSIONS

SYSTEM = SESSIONS


@pytest.fixture
def session(client):
    opened = SessionOverHttp(client, language="python")
    yield opened
    opened.close()


def test_one_cell_leaves_its_state_to_the_next(session):
    assert session.cell("def double(x):\n    return 2 * x").status == "ok"
    result = session.cell("print(double(21))")
    assert (result.stdout, result.execution_count) == ("42\n", 2)
    assert result.context == {"id": session.context()["id"], "state": "kept", "new": False}
    assert result.covers in ("context", "session")


def test_a_session_begins_with_what_it_was_given(client):
    opened = SessionOverHttp(client, env={"GREETING": "hello"}, metadata={"user": "7"},
                             files=[{"path": "in.txt", "content": "there"}], ttl_ms=60_000)
    try:
        said = opened.cell("import os; print(os.environ['GREETING'], open('in.txt').read())")
        assert said.stdout == "hello there\n"
        assert opened.info.metadata == {"user": "7"} and opened.info.ttl_ms == 60_000
    finally:
        opened.close()


def test_errors_are_told_and_leave_the_state(session):
    session.cell("x = 5")
    failed = session.cell("x / 0")
    assert (failed.status, failed.exit_code) == ("error", 1)
    assert failed.error.name == "ZeroDivisionError" and failed.error.value == "division by zero"
    assert "ZeroDivisionError" in failed.stderr
    assert session.cell("print(x)").stdout == "5\n"


def test_values_are_shown_as_wanted(session):
    assert session.cell("6 * 7").stdout == "42\n"
    rich = session.cell("6 * 7", rich=True)
    assert [each["data"] for each in rich["results"] if each["mime"] == "text/plain"] == ["42"]


def test_each_language_has_a_context_of_its_own(session):
    session.cell("cd /tmp; here=there", language="bash")
    assert session.cell('echo "$PWD $here"', language="bash").stdout == "/tmp there\n"
    assert session.cell("print(1)").execution_count == 1


def test_contexts_are_apart(session):
    opened = session.ask("POST", session.path + "/contexts", {"name": "other"})
    assert opened.status == 201 and opened.json.id == "other"
    session.cell("x = 1")
    missing = session.cell("x", context="other")
    assert missing.error.name == "NameError"
    assert session.ask("DELETE", session.path + "/contexts/other").status == 204
    gone = session.ask("POST", session.path + "/execute", {"code": "1", "context": "other"})
    assert (gone.status, gone.json.error.code) == (404, "context_not_found")


def test_a_restart_forgets(session):
    session.cell("x = 1")
    restarted = session.ask("POST", f"{session.path}/contexts/{session.context()['id']}/restart")
    assert restarted.status == 200
    assert session.cell("x").error.name == "NameError"


def test_a_cell_over_its_time_is_interrupted_and_the_state_kept(session):
    session.cell("x = 1")
    late = session.cell("while True: pass", timeout_ms=300)
    assert (late.status, late.context.state) == ("timeout", "kept")
    assert session.cell("print(x)").stdout == "1\n"


def test_a_cell_is_interrupted_from_outside(session):
    session.cell("x = 1")
    with session.stream("/execute", {"code": "print('in', flush=True)\nwhile True: pass"}) as events:
        events.until_output("in")
        context = session.context()
        assert context["state"] == "busy"
        interrupted = session.ask("POST", f"{session.path}/contexts/{context['id']}/interrupt")
        assert interrupted.status == 204
        assert events.rest().error.name == "KeyboardInterrupt"
    assert session.cell("print(x)").stdout == "1\n"


def test_a_client_that_leaves_interrupts_its_cell(session):
    session.cell("x = 1")
    with session.stream("/execute", {"code": "print('in', flush=True)\nwhile True: pass"}) as events:
        events.until_output("in")
    eventually.eventually(lambda: session.context()["state"] == "idle", "the cell was interrupted")
    assert session.cell("print(x)").stdout == "1\n"


def test_events_come_as_they_happen_and_end_once(session):
    code = "import time\nprint('a', flush=True)\nread = input()"
    with session.stream("/execute", {"code": code, "stdin": "go\n"}) as events:
        ended = events.rest()
    assert events.output() == "a\n"
    assert ended.execution_count == 1 and "stdout" not in ended
    assert [event.name for event in events.seen].count("exit") == 1


def test_files_come_and_go(session):
    data = bytes(range(256)) * 8192  # 2 MiB, more than one piece.
    path = session.path + "/files/data/x%20y.bin"
    written = session.client.request("PUT", path, data)
    assert written.status == 200 and written.json.size == len(data)
    assert written.json.path == "/workspace/data/x y.bin"
    assert session.cell("import os; print(os.path.getsize('data/x y.bin'))").stdout == f"{len(data)}\n"
    assert session.client.request("GET", path).body == data
    part = session.client.request("GET", path, headers={"Range": "bytes=250-259"})
    assert (part.status, part.body) == (206, data[250:260])
    assert part.headers["Content-Range"] == f"bytes 250-259/{len(data)}"
    listed = session.client.request("GET", session.path + "/files/data?list").json
    assert [file["path"] for file in listed["files"]] == ["/workspace/data/x y.bin"]
    assert session.client.request("POST", path + "?move=data/z").status == 204
    assert session.client.request("GET", session.path + "/files/data/z?stat").json.type == "file"
    assert session.client.request("DELETE", session.path + "/files/data").status == 204
    gone = session.client.request("GET", session.path + "/files/data/z")
    assert (gone.status, gone.json.error.code) == (404, "file_not_found")


def test_files_name_nothing_outside(session):
    for path in ("/etc/shadow", "../../etc/shadow", "/proc/1/environ"):
        answer = session.client.request("GET", session.path + "/files/" + path)
        assert answer.status in (404, 409), (path, answer)
    session.cell("import os; os.symlink('/etc/hostname', 'link')")
    inside = session.cell("print(open('/etc/hostname').read(), end='')")
    through = session.client.request("GET", session.path + "/files/link")
    if inside.status == "ok":
        assert through.body.decode() == inside.stdout


def test_commands_run_to_their_end(session):
    done = session.ask("POST", session.path + "/commands",
                       {"command": "echo out; echo err >&2; exit 3", "tag": "mine"})
    assert done.status == 200
    assert done.json.result.stdout == "out\n" and done.json.result.stderr == "err\n"
    assert done.json.command.exit_code == 3 and done.json.command.tag == "mine"


def test_commands_in_the_background_are_spoken_to_and_followed(session):
    started = session.ask("POST", session.path + "/commands",
                          {"argv": ["/bin/cat"], "background": True, "keep_stdin_open": True})
    assert started.status == 201 and started.json.command.running
    command = f"/commands/{started.json.command.id}"
    assert session.ask("POST", session.path + command + "/stdin", {"data": "one\n"}).status == 204
    with session.stream(command + "/events", method="GET") as events:
        events.until_output("one")
        assert session.ask("POST", session.path + command + "/stdin",
                           {"data": "two\n", "close": True}).status == 204
        assert events.rest().command.exit_code == 0
    assert events.output() == "one\ntwo\n"
    listed = session.ask("GET", session.path + "/commands").json["commands"]
    assert [each["running"] for each in listed if each["id"] == started.json.command.id] == [False]


def test_a_command_is_ended(session):
    started = session.ask("POST", session.path + "/commands",
                          {"argv": ["/bin/sleep", "1000"], "background": True})
    command = f"/commands/{started.json.command.id}"
    assert session.ask("DELETE", session.path + command).status == 204
    with session.stream(command + "/events", method="GET") as events:
        assert events.rest().command.signal == "SIGKILL"


def test_a_paused_session_stands_still(session):
    session.cell("x = 1")
    assert session.ask("POST", session.path + "/pause").status == 204
    assert session.ask("GET", session.path).json.state == "paused"
    refused = session.ask("POST", session.path + "/execute", {"code": "x"})
    assert (refused.status, refused.json.error.code) == (409, "session_paused")
    assert session.ask("POST", session.path + "/resume").status == 204
    assert session.cell("print(x)").stdout == "1\n"


def test_sessions_are_found_changed_and_gone(client):
    opened = SessionOverHttp(client, metadata={"suite": "found", "n": "1"})
    found = client.get("/v1/sessions?metadata.suite=found").json
    assert [each["id"] for each in found["sessions"]] == [opened.info.id] and found.next is None
    assert client.get("/v1/sessions?metadata.suite=found&metadata.n=2").json["sessions"] == []
    changed = opened.ask("PATCH", opened.path, {"metadata": {"suite": "changed"}, "ttl_ms": 90_000})
    assert changed.json.metadata == {"suite": "changed"} and changed.json.ttl_ms == 90_000
    assert opened.close().status == 204
    gone = client.get(opened.path)
    assert (gone.status, gone.json.error.code) == (410, "session_closed")
    assert client.get("/v1/sessions/" + "0" * 32).status == 404


def test_wrong_requests_name_the_field(session):
    for body, code, field in (({}, "missing_field", "code"),
                              ({"code": "1", "timeout_ms": 0}, "invalid_limit", "timeout_ms"),
                              ({"code": "1", "extra": 1}, "unknown_field", "extra")):
        answer = session.ask("POST", session.path + "/execute", body)
        assert (answer.status, answer.json.error.code, answer.json.error.field) == (400, code, field)
    none = session.ask("POST", "/v1/sessions", {"language": "perl"})
    assert (none.status, none.json.error.code) == (400, "no_sessions")


def test_nothing_is_left_of_closed_sessions(client, system):
    SessionOverHttp(client).close()
    before = system.census()
    for _ in range(20):
        opened = SessionOverHttp(client)
        opened.cell("x = bytearray(1 << 20)")
        opened.close()
    system.assert_census(before)
