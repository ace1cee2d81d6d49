"""Sessions against a running Brood, and what their calls say to a server that is scripted."""

import json

import anyio
import pytest

import brood


@pytest.fixture
def session(client):
    with client.open_session("python", metadata={"suite": "clients"}) as opened:
        yield opened


def test_one_cell_leaves_its_state_to_the_next(session):
    session.execute("def double(x): return 2 * x").check()
    result = session.execute("print(double(21))")
    assert result.ok and result.stdout == "42\n"
    assert result.execution_count == 2
    assert result.context.state == "kept" and not result.context.new


def test_an_error_is_told_apart(session):
    result = session.execute("1/0")
    assert result.status == "error"
    assert result.error.name == "ZeroDivisionError"
    with pytest.raises(brood.JobError):
        result.check()


def test_events_end_with_the_cell(session):
    events = list(session.stream("print('a')"))
    assert b"".join(event.data for event in events if isinstance(event, brood.StdoutEvent)) == b"a\n"
    assert isinstance(events[-1].outcome, brood.CellOutcome)
    assert events[-1].outcome.execution_count == 1


def test_files_come_and_go(session):
    written = session.write_file("data/x.bin", b"\x00\xff", mode=0o600)
    assert written.size == 2 and written.mode & 0o777 == 0o600
    session.write_file("data/x.bin", "more", append=True)
    assert session.read_file("data/x.bin") == b"\x00\xffmore"
    session.move("data/x.bin", "data/y z")
    assert [file.path for file in session.list_files("data")] == ["/workspace/data/y z"]
    session.remove("data")
    with pytest.raises(brood.RefusedError) as refused:
        session.stat("data")
    assert refused.value.code == "file_not_found"


def test_commands_run_and_are_followed(session):
    done = session.run(["sh", "-c", "cat; exit 3"], stdin="in")
    assert (done.result.stdout, done.result.exit_code) == ("in", 3)
    started = session.start("read line; echo got $line", keep_stdin_open=True, tag="mine")
    assert started.running and started.tag == "mine"
    session.send_input(started.id, "it\n", close=True)
    events = list(session.follow(started.id))
    assert b"got it\n" in b"".join(event.data for event in events
                                   if isinstance(event, brood.StdoutEvent))
    assert events[-1].command.exit_code == 0


def test_a_session_is_found_changed_and_gone(client):
    opened = client.open_session("python", metadata={"suite": "found"})
    assert [each.id for each in client.sessions({"suite": "found"})] == [opened.id]
    changed = client.session(opened.id).update(metadata={"suite": "changed"})
    assert changed.metadata == {"suite": "changed"}
    opened.close()
    with pytest.raises(brood.RefusedError) as gone:
        opened.execute("1")
    assert gone.value.status == 410


@pytest.mark.parametrize("backend", ["asyncio"])
def test_the_async_client_does_the_same(url, backend):
    async def work():
        async with brood.AsyncBrood(url) as client:
            async with await client.open_session("python") as session:
                await session.execute("x = 20")
                result = await session.execute("print(x + 1)")
                assert result.stdout == "21\n"
                await session.write_file("f", "text")
                assert await session.read_file("f") == b"text"
                async with session.stream("print(x)") as events:
                    kinds = [type(event) async for event in events]
                assert kinds[-1] is brood.ExitEvent
                found = [each.id async for each in client.sessions()]
                assert session.id in found

    anyio.run(work, backend=backend)


INFO = {"id": "s/1", "language": "python", "profile": "default", "state": "running",
        "created_unix_ms": 1, "expires_unix_ms": 2, "ttl_ms": 3, "idle_timeout_ms": 4,
        "metadata": {}, "contexts": [], "commands": [], "usage": {"memory_bytes": 5, "cpu_us": 6},
        "limits": {"memory_bytes": 7}, "start": "hot",
        "isolation": {"level": "namespaces", "tier": "user", "layers": [], "missing": []}}


@pytest.fixture
def told(scripted):
    """A session of a server that is scripted, and what it has been asked."""
    scripted.say(201, INFO)
    with brood.Brood(scripted.url, max_retries=0) as client:
        yield client.open_session(files={"a": b"\xff"}, network=["pypi"], ttl_ms=9), scripted


def test_what_is_asked_for_is_said(told):
    session, server = told
    assert session.info.usage.memory_bytes == 5
    assert json.loads(server.requests[0].body) == {
        "files": [{"path": "a", "content": "/w==", "encoding": "base64"}],
        "network": {"allow": ["pypi"]}, "ttl_ms": 9}


def test_names_in_paths_are_escaped(told):
    session, server = told
    server.answers = []
    server.say(200, INFO)
    session.refresh()
    assert server.requests[-1].line.startswith("GET /v1/sessions/s%2F1 ")
    session.move("a/b c", "/d?e")
    assert server.requests[-1].line.startswith(
        "POST /v1/sessions/s%2F1/files/a%2Fb%20c?move=%2Fd%3Fe ")


def test_a_full_house_is_busy(scripted):
    scripted.refuse(429, "too_many_sessions", [("Retry-After", "1")])
    with brood.Brood(scripted.url, max_retries=0) as client, pytest.raises(brood.BusyError) as full:
        client.open_session()
    assert not full.value.may_have_run


def test_a_cell_that_is_lost_may_have_run(told):
    session, server = told
    server.answers = []
    server.refuse(500, "internal_error")
    with pytest.raises(brood.ServerError) as lost:
        session.execute("x")
    assert lost.value.may_have_run
