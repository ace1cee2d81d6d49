"""Output as it appears: server-sent events, and `brood run`."""

import base64
import json
import subprocess
import textwrap

import preconditions
from eventually import eventually


def test_events_come_in_order(client):
    with client.stream("import sys; print('out'); print('err', file=sys.stderr)") as stream:
        verdict = stream.rest()
    names = [event.name for event in stream.seen]
    assert names[0] == "start" and names[-1] == "exit" and names.count("exit") == 1
    assert set(names[1:-1]) == {"stdout", "stderr"}
    assert (stream.output(), stream.output("stderr")) == ("out\n", "err\n")
    assert (verdict.status, verdict.exit_code) == ("ok", 0)
    start = stream.seen[0].json
    assert start.id == verdict.id
    assert verdict.timing.start == "hot" and verdict.usage.cpu_us > 0
    assert verdict.isolation.level == "namespaces"


def test_output_arrives_while_the_job_runs(client):
    """The program loops for ever after its line, so the line cannot have waited for the end."""
    with client.stream("print('first', flush=True)\nwhile True: pass",
                       limits={"wall_time_ms": 1500}) as stream:
        stream.until_output("first\n")
        verdict = stream.rest()
    assert (verdict.status, verdict.exit_code) == ("timeout", None)
    assert stream.output() == "first\n"


def test_unflushed_print_arrives_while_the_job_runs(client):
    with client.stream("print('line')\nwhile True: pass", limits={"wall_time_ms": 1500}) as stream:
        stream.until_output("line\n")
        assert stream.rest().status == "timeout"


def test_characters_split_over_writes_stay_whole(client):
    code = textwrap.dedent("""
        import os, sys
        text = "ž🐎" * 2000
        for byte in text.encode():
            os.write(1, bytes([byte]))
    """)
    with client.stream(code) as stream:
        stream.rest()
    assert stream.output() == "ž🐎" * 2000


def test_a_megabyte_streams_exactly(client):
    with client.stream("import sys\nfor n in range(1 << 16): print('%015d' % n)") as stream:
        verdict = stream.rest()
    assert verdict.status == "ok"
    assert stream.output() == "".join("%015d\n" % n for n in range(1 << 16))


def test_a_slow_reader_gets_everything(client):
    """The client does not read before the job has ended or every buffer on the way is full."""
    with client.stream("for n in range(1000): print('x' * 1023)") as stream:
        other = client.execute("print('others go on')")
        verdict = stream.rest()
    assert other.status == verdict.status == "ok"
    assert stream.output() == ("x" * 1023 + "\n") * 1000


def test_disconnect_cancels_the_job(system, client):
    before = system.census()
    with client.stream("open('/workspace/abandoned', 'w')\nfile = open('/workspace/abandoned')\n"
                       "print('running', flush=True)\nwhile True: pass",
                       limits={"wall_time_ms": 60_000, "cpu_time_ms": 60_000}) as stream:
        stream.until_output("running")
        assert system.roles.workers_holding("abandoned")
    eventually(lambda: not system.roles.workers_holding("abandoned"), "the job is cancelled")
    system.assert_census(before)


def test_disconnect_of_a_plain_request_cancels_too(system, client):
    before = system.census()
    body = b'{"language":"python","code":"file = open(\'/workspace/left\', \'w\')\\n' \
           b'while True: pass","limits":{"wall_time_ms":60000,"cpu_time_ms":60000}}'
    with client.open_raw() as sock:
        sock.sendall(b"POST /v1/execute HTTP/1.1\r\nHost: localhost\r\n"
                     b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
                     % (len(body), body))
        eventually(lambda: system.roles.workers_holding("left"), "the job runs")
    eventually(lambda: not system.roles.workers_holding("left"), "the job is cancelled")
    system.assert_census(before)


def test_rejections_of_a_stream_are_plain_errors(client):
    response = client.post("/v1/execute", {"language": "cobol", "code": ""},
                           {"Accept": "text/event-stream"})
    assert response.status == 400 and response.json.error.field == "language"


def run_cli(system, code, *arguments, **options):
    path = f"{system.directory}/program.py"
    with open(path, "w", encoding="utf-8") as file:
        file.write(code)
    return system.brood("run", "-l", "python", *arguments, path, **options)


def test_brood_run_gives_output_and_exit_code(system):
    done = run_cli(system, "import sys\nprint('out')\nprint('err', file=sys.stderr)\nsys.exit(3)")
    assert (done.returncode, done.stdout, done.stderr) == (3, b"out\n", b"err\n")
    assert run_cli(system, "pass").returncode == 0


def test_brood_run_reads_the_program_from_stdin(system):
    done = system.brood("run", "-l", "python", "-", input=b"print('from stdin')")
    assert (done.returncode, done.stdout, done.stderr) == (0, b"from stdin\n", b"")


def test_brood_run_streams(system):
    """The pipe must deliver the line of a program that does not end."""
    path = f"{system.directory}/endless.py"
    with open(path, "w", encoding="utf-8") as file:
        file.write("print('early')\nwhile True: pass")
    with subprocess.Popen([preconditions.binary("brood"), "run", "-l", "python", path],
                          env=system.environment(), stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"early\n"
        before = system.roles.workers()
        process.kill()
    assert before
    system.settle()


def test_brood_run_json(system):
    done = run_cli(system, "print('x')", "--json")
    assert done.returncode == 0
    result = json.loads(done.stdout)
    assert (result["status"], result["stdout"], result["timing"]["start"]) == ("ok", "x\n", "hot")


def test_brood_run_timing(system):
    done = run_cli(system, "print('x')", "--timing")
    assert (done.returncode, done.stdout) == (0, b"x\n")
    assert b"hot" in done.stderr


def test_brood_run_passes_bytes_through(system):
    done = run_cli(system, "import os; os.write(1, bytes(range(256)))")
    assert base64.b64encode(done.stdout) == base64.b64encode(bytes(range(256)))


def test_brood_run_of_an_unknown_language_fails(system):
    done = system.brood("run", "-l", "cobol", "-", input=b"")
    assert done.returncode != 0 and b"cobol" in done.stderr and done.stdout == b""
