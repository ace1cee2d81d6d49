"""Rich results of Python jobs, through HTTP."""

import base64
import concurrent.futures
import struct

import pytest
from client import Client
from eventually import eventually


def results(reply):
    """[(object, mime, content)]"""
    return [(one["object"], one["mime"], base64.b64decode(one["data"])
             if one["encoding"] == "base64" else one["data"]) for one in reply["results"]]


def run(client, code, **fields):
    reply = client.execute(code, rich=True, **fields)
    return reply, results(reply)


def test_the_value_of_the_last_expression(client):
    assert run(client, "x = 20\nx + 1")[1] == [(0, "text/plain", "21")]
    assert run(client, "'text'")[1] == [(0, "text/plain", "'text'")]
    assert run(client, "print(1)")[1] == []
    assert run(client, "x = 1")[1] == []
    assert run(client, "")[1] == []
    assert client.execute("1 + 1")["results"] == []


def test_plain_containers_are_json_too(client):
    assert run(client, "{'a': [1, None, 'ä']}")[1] == [
        (0, "application/json", '{"a": [1, null, "\\u00e4"]}'),
        (0, "text/plain", "{'a': [1, None, 'ä']}")]
    assert run(client, "{1: object}")[1][-1] == (0, "text/plain", "{1: <class 'object'>}")


def test_display_and_every_form(client):
    reply, shown = run(client, """
class Thing:
    def __repr__(self): return "plain"
    def _repr_html_(self): return "<b>html</b>"
    def _repr_markdown_(self): return "*md*"
    def _repr_svg_(self): return "<svg/>"
    def _repr_png_(self): return b"\\x89PNG"
    def _repr_json_(self): return {"a": 1}
class Bundle:
    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"application/vnd.x+json": {"b": 2}, "image/png": "iVBO"}, {}
display(Thing(), 1)
display(Bundle())
print("out")
""")
    assert shown == [
        (0, "text/html", "<b>html</b>"), (0, "text/markdown", "*md*"), (0, "image/svg+xml", "<svg/>"),
        (0, "image/png", b"\x89PNG"), (0, "application/json", '{"a": 1}'), (0, "text/plain", "plain"),
        (1, "text/plain", "1"), (2, "application/vnd.x+json", '{"b": 2}'),
        (2, "image/png", b"\x89PN"), shown[-1]], shown
    assert reply.stdout == "out\n"


def test_a_data_frame_is_html_and_text(client):
    _, shown = run(client, "import pandas\npandas.DataFrame({'a': [1, 2]})")
    assert [mime for _, mime, _ in shown] == ["text/html", "text/plain"]
    assert "<table" in shown[0][2] and shown[1][2] == "   a\n0  1\n1  2"


@pytest.mark.parametrize("ending", ["", "plt.show()", "plt.gcf()", "raise SystemExit(0)"])
def test_open_figures_are_pictures(client, ending):
    reply, shown = run(client, f"""
import matplotlib.pyplot as plt
plt.plot([1, 3, 2])
plt.title("three points")
{ending}""")
    pictures = [data for _, mime, data in shown if mime == "image/png"]
    assert len(pictures) == 1, (reply.stderr, shown)
    assert pictures[0].startswith(b"\x89PNG\r\n")
    width, height = struct.unpack(">II", pictures[0][16:24])
    assert 300 < width < 2000 and 200 < height < 2000
    assert reply.stderr == ""


@pytest.mark.parametrize("code", [
    "def f():\n    return 1 / 0\nf()", "x = 1\nx +", "import nothing_there", "1\n2\n[][0]",
    "raise KeyError('k')", "chr(0xdc00).encode()", "class A:\n  def __repr__(self): return 1\nstr(A())",
    "# -*- coding: latin-1 -*-\n1/0", "if True:\nx"])
def test_tracebacks_are_those_of_a_plain_run(client, code):
    plain = client.execute(code)
    rich, shown = run(client, code)
    assert (rich.stderr, rich.exit_code, shown) == (plain.stderr, plain.exit_code, [])
    assert plain.stderr


def test_a_form_that_fails_is_the_jobs_own_error_and_not_its_end(client):
    reply, shown = run(client, """
class Bad:
    def _repr_html_(self): raise ValueError("no html")
    def __repr__(self): return "bad"
display(Bad())
print("still here")
""")
    assert shown == [(0, "text/plain", "bad")] and reply.stdout == "still here\n"
    assert reply.stderr.endswith("ValueError: no html\n") and "rich" not in reply.stderr


def test_input_reads_standard_input(client):
    reply, shown = run(client, "name = input('who? ')\nname", stdin="me\n")
    assert reply.stdout == "who? " and shown == [(0, "text/plain", "'me'")]


def test_results_beyond_the_limit_are_left_out(start_system):
    client = start_system({"results": {"max_count": 3, "max_bytes": 100,
                                       "max_total_bytes": 150}}).client
    reply, shown = run(client, "display('x' * 98, 'y' * 99, 'z' * 40, 1, 2, 3)")
    assert [len(data) for _, _, data in shown] == [100, 42, 1]
    assert reply.results_truncated and reply.status == "ok"


def test_a_child_that_was_forked_shows_nothing(client):
    reply, shown = run(client, """
import os
pid = os.fork()
display(pid and 'parent')
if not pid: os._exit(0)
done = os.waitpid(pid, 0)
""")
    assert shown[0] == (0, "text/plain", "'parent'") and len(shown) == 1


def test_results_in_a_stream(client):
    with client.stream("display(1)\n2", rich=True) as stream:
        last = stream.rest()
    assert [event.name for event in stream.seen][-3:] == ["result", "result", "exit"]
    assert stream.seen[-2].json.data == "2" and "results" not in last


FORGE = """
import os, struct
def frame(mime, data, size=None, kind=5, mime_size=None):
    head = struct.pack("<IHHIIQ40x", 0x64726257, kind,
                       len(mime) if mime_size is None else mime_size, 0, 0,
                       len(data) if size is None else size)
    return head + mime + data
def send(data):
    while data:
        data = data[os.write(3, data):]
"""


@pytest.mark.parametrize("attack", [
    "send(frame(b'text/plain', b'', size=1 << 60))", "send(frame(b'', b'x'))",
    "send(frame(b'no type', b'x'))", "send(frame(b'text/plain', b'', mime_size=65535))",
    "send(frame(b'', b'') * 100000)", "send(b'x' * 1000)",
    "send(frame(b'text/plain', b'short', size=1000))",
    "send(frame(b'a/b', b'x' * 1000) * 5000)"])
def test_forged_results_hurt_only_their_own(client, attack):
    """The job's own channel, written to by hand: it ends, and others do not notice."""
    forged = client.execute(f"{FORGE}\nsend(frame(b'text/forged', b'1'))\ntry: {attack}\n"
                            "except OSError: pass\nos._exit(7)",
                            rich=True, limits={"wall_time_ms": 3000})
    assert forged.status in ("error", "timeout"), dict(forged)
    assert ("text/forged", "1") in [(one["mime"], one["data"]) for one in forged["results"]]
    assert len(forged["results"]) <= 64
    assert run(client, "6 * 7")[1] == [(0, "text/plain", "42")]


def test_results_nobody_asked_for_are_not_taken(client):
    reply = client.execute(f"{FORGE}\nsend(frame(b'text/forged', b'1'))\nos._exit(0)")
    assert reply["results"] == [] and reply.status == "ok"


def test_results_wait_until_the_interpreter_is_ready(system, tmp_path):
    """One that is executed for the job alone, as others are meanwhile, has none to show."""
    gate, script = tmp_path / "gate", tmp_path / "warm.py"
    script.write_text("import os, time\n"
                      f"while not os.path.exists({str(gate)!r}):\n    time.sleep(0.01)\n")
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        added = pool.submit(system.brood, "profile", "add", "late", "--preload", "", "--warm-up",
                            str(script), "--min-idle", "1", "--target-idle", "1", "--max-idle", "1")
        eventually(lambda: b"late" in system.brood("profile", "ls").stdout, "the profile is known")
        plain = system.client.execute("print(1)", profile="late")
        assert (plain.status, plain.timing.start) == ("ok", "cold")
        rich = pool.submit(run, Client(system.client.host, system.client.port), "6 * 7",
                           profile="late")
        try:
            eventually(lambda: any(system.status()["jobs"][each] for each in ("running", "queued")),
                       "the job has come")
        finally:
            gate.touch()
        reply, shown = rich.result()
        assert added.result().returncode == 0
    assert reply.timing.start in ("hot", "warm"), dict(reply)
    assert shown == [(0, "text/plain", "42")]
    assert system.brood("profile", "rm", "late").returncode == 0
