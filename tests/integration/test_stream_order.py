"""Event streams: what came first is told first, and silence is no end."""

import json
import textwrap

import pytest


def told(stream):
    """Returns the stream's events: ("stdout", text), ("result", data); output joined."""
    events = []
    for event in stream.seen:
        if event.name in ("stdout", "stderr"):
            if events and events[-1][0] == event.name:
                events[-1] = (event.name, events[-1][1] + event.text)
            else:
                events.append((event.name, event.text))
        elif event.name == "result":
            events.append(("result", event.json.data))
        elif event.name == "exit":
            events.append(("exit", event.json.status))
    return events


def test_results_come_where_they_were_shown(client):
    """As fast as the job can: nothing but the order of its writes tells what came first."""
    code = "for i in range(20):\n    print('before', i)\n    display(i)\nprint('end')\n"
    with client.stream(code, rich=True) as stream:
        verdict = stream.rest()
    expected = [pair for i in range(20)
                for pair in (("stdout", f"before {i}\n"), ("result", str(i)))]
    assert told(stream) == [*expected, ("stdout", "end\n"), ("exit", "ok")]
    assert "results" not in verdict or verdict.results == []


def test_a_result_comes_while_the_job_runs(client):
    with client.stream("print('a')\ndisplay(1)\nwhile True: pass", rich=True,
                       limits={"wall_time_ms": 1500}) as stream:
        for event in stream:
            if event.name == "result":
                break
        assert told(stream) == [("stdout", "a\n"), ("result", "1")]
        assert stream.rest().status == "timeout"
    assert [kind for kind, _ in told(stream)] == ["stdout", "result", "exit"]


def test_results_keep_their_place_among_both_streams_and_the_last_value(client):
    code = textwrap.dedent("""
        import os, sys
        os.write(2, b"error\\n")
        display("x")
        os.write(1, b"o" * 300_000)
        display("y")
        "last"
    """)
    with client.stream(code, rich=True) as stream:
        stream.rest()
    assert told(stream) == [("stderr", "error\n"), ("result", "'x'"), ("stdout", "o" * 300_000),
                            ("result", "'y'"), ("result", "'last'"), ("exit", "ok")]


def test_large_results_and_many_forms_stream(client):
    code = "display({'k': 'v' * 1_000_000})\nprint('between')\ndisplay([1])\n"
    with client.stream(code, rich=True) as stream:
        assert stream.rest().status == "ok"
    kinds = [kind for kind, _ in told(stream)]
    assert kinds == ["result", "result", "stdout", "result", "result", "exit"]


def test_results_that_are_too_much_end_nothing(start_system):
    with start_system({"results": {"max_count": 2}}).client.stream(
            "for i in range(5):\n    print(i)\n    display(i)\n", rich=True) as stream:
        verdict = stream.rest()
    assert told(stream) == [("stdout", "0\n"), ("result", "0"), ("stdout", "1\n"), ("result", "1"),
                            ("stdout", "2\n3\n4\n"), ("exit", "ok")]
    assert verdict.results_truncated


def test_a_whole_answer_has_its_results_as_before(client):
    result = client.execute("print('a')\ndisplay(1)\nprint('b')\n2\n", rich=True)
    assert (result.status, result.stdout) == ("ok", "a\nb\n")
    assert [each["data"] for each in result.results] == ["1", "2"]


BOTH = {
    "python": "import sys\nfor i in range(50):\n"
              "    print('o', i)\n    print('e', i, file=sys.stderr)\n",
    "bash": "for i in $(seq 0 49); do echo o $i; echo e $i >&2; done",
    "javascript": "for (let i = 0; i < 50; ++i) { console.log('o', i); console.error('e', i); }",
    "ruby": "$stdout.sync = true\n50.times { |i| puts \"o #{i}\"; warn \"e #{i}\" }",
}
IN_ORDER = "".join(f"o {i}\ne {i}\n" for i in range(50))


@pytest.mark.parametrize("language", BOTH)
def test_merged_output_is_in_the_order_written(client, language):
    response = client.post("/v1/execute", {"language": language, "code": BOTH[language],
                                           "merge_output": True})
    assert response.status == 200, response
    result = response.json
    assert (result.status, result.stdout, result.stderr) == ("ok", IN_ORDER, "")


def test_merged_output_streams_as_one(client):
    with client.stream(BOTH["python"], merge_output=True) as stream:
        stream.rest()
    assert told(stream) == [("stdout", IN_ORDER), ("exit", "ok")]


def test_an_error_message_is_part_of_merged_output(client):
    result = client.execute("print('a')\n1 / 0\n", merge_output=True)
    assert result.status == "error" and result.stderr == ""
    assert result.stdout.startswith("a\nTraceback") and "ZeroDivisionError" in result.stdout


def test_children_write_to_merged_output_too(client):
    code = "import subprocess\nprint('a')\nsubprocess.run(['sh', '-c', 'echo b >&2'])\nprint('c')\n"
    assert client.execute(code, merge_output=True).stdout == "a\nb\nc\n"


def test_merge_output_is_a_boolean(client):
    response = client.post("/v1/execute", {"language": "python", "code": "", "merge_output": 1})
    assert (response.status, response.json.error.field) == (400, "merge_output")


def test_silence_is_broken_by_comments(client):
    """Nothing comes from the job for as long as this looks."""
    body = json.dumps({"language": "python", "code": "while True: pass",
                       "limits": {"wall_time_ms": 60_000, "cpu_time_ms": 60_000}}).encode()
    with client.open_raw() as sock:
        sock.settimeout(15)  # By then, at the latest.
        sock.sendall(b"POST /v1/execute HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n"
                     b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
                     % (len(body), body))
        received = b""
        while b"event: start" not in received:
            received += sock.recv(4096)
        comment = b""
        while not comment.endswith(b"\n\r\n"):
            comment += sock.recv(4096)
    assert comment == b"3\r\n:\n\n\r\n", comment


def test_a_client_that_only_reads_on_gets_one_answer(client):
    """`printf ... | nc -N`: the end of input is seen long before the answer."""
    body = json.dumps({"language": "python",
                       "code": "import time; time.sleep(0.5); print(1)"}).encode()
    head = b"POST /v1/execute HTTP/1.%d\r\nHost: localhost\r\nContent-Type: application/json\r\n" \
           b"Connection: close\r\nContent-Length: %d\r\n\r\n"
    for version in (1, 0):
        answer = client.raw(head % (version, len(body)) + body, shut_write=True)
        assert answer.startswith(b"HTTP/1.1 200 OK\r\n"), answer
        assert answer.count(b"HTTP/1.1") == 1, answer
        assert json.loads(answer.partition(b"\r\n\r\n")[2])["stdout"] == "1\n"
