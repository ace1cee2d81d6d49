"""The Python client, installed from its wheel, against a running Brood."""

import threading

import pytest
from eventually import eventually

import brood
from brood import InputFile, Limits


def test_a_result_has_types(client):
    result = client.execute("import sys\nprint(sys.argv[1:], input())\nsys.exit(3)",
                            args=["a", "b"], stdin="line\n")
    assert isinstance(result, brood.Result)
    assert (result.status, result.exit_code, result.signal) == ("error", 3, None)
    assert result.stdout == "['a', 'b'] line\n"
    assert result.stdout_bytes == b"['a', 'b'] line\n"
    assert result.language == "python" and result.version.startswith("3.")
    assert result.usage.wall_us > 0 and result.timing.start in ("hot", "warm", "cold")
    assert "seccomp_numbers" in result.isolation.layers
    assert not result.ok and len(result.id) == 32


def test_check_raises_what_a_job_said(client):
    assert client.execute("pass").check().ok
    with pytest.raises(brood.JobError) as raised:
        client.execute("1 / 0").check()
    assert "ZeroDivisionError" in str(raised.value)
    assert raised.value.result.status == "error"


def test_files_go_in_and_come_back(client):
    result = client.execute(
        "import helper, os, pathlib\n"
        "data = pathlib.Path('data/in.bin').read_bytes()\n"
        "pathlib.Path('out').mkdir()\n"
        "pathlib.Path('out/twice').write_bytes(data * 2)\n"
        "pathlib.Path('out/text').write_text(helper.WORD)\n"
        "os.symlink('/etc/passwd', 'out/link')\n"
        "print(os.access('tool', os.X_OK))",
        files=[InputFile("helper.py", "WORD = 'grüße'"), InputFile("data/in.bin", b"\x00\xff\xfe"),
               InputFile("tool", "#!/bin/sh\n", executable=True)],
        collect=["out/*"]).check()
    assert result.stdout == "True\n"
    assert result.file("out/twice").content == b"\x00\xff\xfe" * 2
    assert result.file("out/text").text == "grüße"
    assert [(skipped.path, skipped.reason) for skipped in result.files_skipped] == [
        ("out/link", "symlink")]
    with pytest.raises(KeyError):
        result.file("out/none")


def test_files_may_be_a_mapping(client):
    result = client.execute("print(open('a').read(), open('b', 'rb').read())",
                            files={"a": "text", "b": b"\xff"})
    assert result.stdout == "text b'\\xff'\n"


def test_a_local_file_keeps_its_mode(client, tmp_path):
    tool = tmp_path / "tool"
    tool.write_text("#!/bin/sh\necho ran\n")
    tool.chmod(0o755)
    result = client.execute("./tool", "bash", files=[InputFile.from_path(tool)])
    assert result.stdout == "ran\n"


def test_binary_output_is_exact(client):
    result = client.execute("import sys; sys.stdout.buffer.write(bytes(range(256)))")
    assert result.stdout_bytes == bytes(range(256))
    assert "\ufffd" in result.stdout


def test_environment_and_merged_output(client):
    result = client.execute("echo $WORD; echo err >&2; echo out", "bash", env={"WORD": "one"},
                            merge_output=True)
    assert (result.stdout, result.stderr) == ("one\nerr\nout\n", "")


def test_rich_results_are_decoded(client):
    result = client.execute("display({'a': 1})\n'last'", rich=True).check()
    assert {(rich.mime, rich.text) for rich in result.results} >= {
        ("application/json", '{"a": 1}'), ("text/plain", "'last'")}
    assert result.results[0].object != result.results[-1].object


def test_a_limit_is_named(client):
    result = client.execute("while True: pass", limits=Limits(wall_time_ms=200))
    assert result.status == "timeout"
    assert result.limit.name == "wall_time_ms" and result.limit.limit == 200
    assert "200" in result.message


def test_a_compiler_tells_what_is_wrong(client):
    result = client.execute("int main() { return x; }", "c")
    assert result.status == "compile_error" and result.exit_code is None
    assert "x" in result.compile.stderr and not result.compile.cached


@pytest.mark.parametrize("options, code, field", [
    ({"language": "klingon"}, "unknown_language", "language"),
    ({"limits": Limits(wall_time_ms=10**9)}, "invalid_limit", "limits.wall_time_ms"),
    ({"files": {"../a": ""}}, "invalid_path", "files[0].path"),
    ({"profile": "none"}, "unknown_profile", "profile"),
])
def test_a_refusal_names_its_field(client, options, code, field):
    with pytest.raises(brood.RefusedError) as raised:
        client.execute("pass", **options)
    error = raised.value
    assert (error.code, error.field, error.status) == (code, field, 400)
    assert not error.may_have_run and error.message in str(error)


def test_a_string_is_no_list_of_arguments(client):
    with pytest.raises(TypeError, match="args"):
        client.execute("pass", args="abc")


def test_output_comes_before_the_end(client):
    with client.stream("import time\nprint('first', flush=True)\ntime.sleep(600)",
                       limits=Limits(wall_time_ms=60_000)) as stream:
        assert isinstance(next(stream), brood.StartEvent)
        assert next(stream).text == "first\n"
    events = list(client.stream("print('first', flush=True)\nprint('last')"))
    assert isinstance(events[0], brood.StartEvent) and events[-1].outcome.ok
    assert b"".join(event.data for event in events[1:-1]) == b"first\nlast\n"


def test_a_stream_has_every_kind_of_event(client):
    code = ("import sys\ndisplay(7)\nprint('err', file=sys.stderr)\n"
            "sys.stdout.buffer.write(b'\\xff')\nopen('f', 'w').write('x');")
    events = {type(event): event for event in client.stream(code, rich=True, collect=["f"])}
    assert events[brood.ResultEvent].result.text == "7"
    assert events[brood.StderrEvent].text == "err\n"
    assert events[brood.StdoutEvent].data == b"\xff"
    assert events[brood.FileEvent].file.content == b"x"
    assert events[brood.ExitEvent].outcome.exit_code == 0


def test_a_large_output_is_streamed(client):
    size = 8 << 20
    code = f"import sys\nfor _ in range(128): sys.stdout.write('\\u2028' * {size // 128 // 3})"
    received = pieces = 0
    for event in client.stream(code, limits=Limits(output_bytes=16 << 20)):
        if isinstance(event, brood.StdoutEvent):
            assert set(event.text) == {"\u2028"}
            received += len(event.data)
            pieces += 1
    assert received == size // 128 // 3 * 3 * 128 and pieces > 10


def test_leaving_a_stream_cancels_its_job(client):
    with client.stream("import time; time.sleep(600)", limits=Limits(wall_time_ms=300_000)):
        eventually(lambda: client.health().jobs.running == 1, "the job runs")
    eventually(lambda: client.health().jobs.running == 0, "the job is cancelled")


def test_a_refused_stream_raises(client):
    with pytest.raises(brood.RefusedError, match="unknown_language"):
        next(client.stream("", "klingon"))


def test_the_service_is_described(client, system):
    assert client.ready() is True
    health = client.health()
    assert health.ok and health.version and health.isolation.tier == "root"
    assert {pool.language for pool in health.pools} >= {"python", "any"}
    python = next(each for each in client.runtimes() if each.language == "python")
    assert python.available and "py" in python.endings and python.profiles[0].name == "default"


def test_sixteen_threads_share_a_client(client):
    outputs = {}

    def run(number):
        outputs[number] = client.execute(f"print({number})").stdout

    threads = [threading.Thread(target=run, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outputs == {number: f"{number}\n" for number in range(16)}
