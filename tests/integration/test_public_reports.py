"""Bugs that users of other sandboxes have reported: the same input here, with the right result.

docs/bugs-you-will-not-have.md lists these and the reports that other tests cover.
"""

import concurrent.futures
import json

import pytest

from eventually import eventually


def execute(client, language, code, **fields):
    response = client.post("/v1/execute", {"language": language, "code": code} | fields)
    assert response.status == 200, response
    return response.json


def test_output_before_a_timeout_is_kept(client):
    """engineer-man/piston#180"""
    code = "import time; print('a', flush=True); print('b'); time.sleep(99)"
    reply = execute(client, "python", code, limits={"wall_time_ms": 500})
    assert (reply.status, reply.stdout) == ("timeout", "a\nb\n"), dict(reply)


@pytest.mark.parametrize("language, code", [
    ("bash", "kill -STOP 0; echo never"),
    ("bash", "kill -STOP $$; echo never"),
    ("python", "import os; os.kill(0, 19); print('never')"),
    ("python", "import os, time\ntry: os.kill(-1, 19)\nexcept OSError: pass\ntime.sleep(99)"),
])
def test_a_job_that_stops_itself_ends_in_its_time(client, language, code):
    """engineer-man/piston#196: the wall clock is outside, and nobody else is stopped."""
    reply = execute(client, language, code, limits={"wall_time_ms": 500})
    assert (reply.status, reply.stdout) == ("timeout", ""), dict(reply)
    assert execute(client, "python", "print(1)").stdout == "1\n"


def test_a_disconnect_ends_a_whole_pipeline(system, client):
    """opensandbox-group/OpenSandbox#924"""
    before = system.census()
    code = "echo running; yes | cat > /dev/null"
    limits = {"wall_time_ms": 60_000, "cpu_time_ms": 60_000}
    with client.stream(code, language="bash", limits=limits) as stream:
        stream.until_output("running")
    eventually(lambda: system.status()["jobs"]["running"] == 0, "the job is cancelled")
    system.assert_census(before)


def test_a_memory_limit_that_no_job_could_live_in_is_refused(client):
    """criyle/go-sandbox#14"""
    for memory in (1 << 20, 6 << 20):
        response = client.post("/v1/execute", {"language": "c", "code": "int main() { return 0; }",
                                               "limits": {"memory_bytes": memory}})
        error = response.json.error
        assert (response.status, error.code) == (400, "invalid_limit"), response
        assert error.field == "limits.memory_bytes" and "16777216.." in error.message


def test_programs_that_end_before_they_read_their_input(client):
    """verl-project/verl#4074: 64 at once, each with its own exit code and no error of ours."""
    def run(number):
        return execute(client, "python", f"raise SystemExit({number % 100 + 1})", stdin="x" * (1 << 20))

    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        replies = list(pool.map(run, range(64)))
    assert [(r.status, r.exit_code) for r in replies] == [("error", n % 100 + 1) for n in range(64)]


def test_reading_without_an_input_ends(client):
    """cloudflare/sandbox-sdk#141"""
    assert "EOFError" in execute(client, "python", "input()").stderr
    reply = execute(client, "bash", "cat; echo end")
    assert (reply.status, reply.stdout) == ("ok", "end\n")


def test_blank_lines_and_carriage_returns_stream_as_they_are(client):
    """opensandbox-group/OpenSandbox#902"""
    code = r"printf 'a\n\nb\r\n\n\nc\n'; printf '\r'; printf '\n\n'"
    with client.stream(code, language="bash") as stream:
        stream.rest()
    assert stream.output() == "a\n\nb\r\n\n\nc\n\r\n\n"
    assert execute(client, "bash", code).stdout == stream.output()


@pytest.mark.parametrize("code", [
    "import sys; sys.stdout.write('☕' * 100_000)",
    "import os\nfor byte in ('☕' * 2000).encode(): os.write(1, bytes([byte]))",
])
def test_characters_are_never_split(client, code):
    """strands-agents/harness-sdk#4156, #4461, openai/openai-agents-js#1751, elizaOS/eliza#29883"""
    whole = execute(client, "python", code).stdout
    assert whole == "☕" * len(whole) and len(whole) in (100_000, 2000)
    with client.stream(code) as stream:
        stream.rest()
    assert stream.output() == whole


def test_health_answers_while_jobs_block(client):
    """kubernetes-sigs/agent-sandbox#1380"""
    limits = {"wall_time_ms": 60_000, "cpu_time_ms": 60_000}
    with client.stream("print('x', flush=True)\nwhile True: pass", limits=limits) as spinning, \
            client.stream("echo x; sleep infinity", language="bash", limits=limits) as sleeping:
        spinning.until_output("x")
        sleeping.until_output("x")
        for _ in range(100):
            assert client.get("/health").status == 200


def test_a_job_finds_no_names_of_what_ran_before_it(client):
    """cloudflare/sandbox-sdk#108, #235"""
    reply = execute(client, "python", "print(sorted(n for n in dir() if not n.startswith('__')))")
    assert reply.stdout == "[]\n"
    for _ in range(3):
        reply = execute(client, "javascript", "const warm = 1, fs = 2; console.log(warm + fs);")
        assert (reply.status, reply.stdout) == ("ok", "3\n"), dict(reply)


def test_no_code_is_logged(start_system):
    """opensandbox-group/OpenSandbox#815"""
    system = start_system({"supervisor": {"log_level": "debug"}})
    token = "AKIA" + "1234567890ABCDEF"
    body = json.dumps({"language": "python", "code": f"key = '{token}'", "stdin": token,
                       "args": [token], "env": {"KEY": token}, "code2": token})
    assert system.client.post("/v1/execute", body).status == 400
    assert system.client.execute(f"key = '{token}'; raise ValueError(key)", args=[token]).exit_code
    assert "broodd" in system.log() and token not in system.log()
