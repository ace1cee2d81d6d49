"""Files into a job and out of it, through HTTP and the command line."""

import base64
import hashlib
import os

import pytest

BYTES = bytes(range(256)) * 4
LARGE = os.urandom(3 << 20)


def encoded(content):
    return base64.b64encode(content).decode()


def content_of(file):
    content = file["content"]
    return base64.b64decode(content) if file["encoding"] == "base64" else content.encode()


def refusal(client, **fields):
    response = client.post("/v1/execute", {"language": "python", "code": "1"} | fields)
    assert response.status == 400, response
    return response.json.error


def test_files_come_as_they_were_sent(client):
    reply = client.execute("""
import os, sys, stat
print(open("data.txt", encoding="utf-8").read())
print(open("deep/er/raw.bin", "rb").read() == bytes(range(256)) * 4)
print(os.path.getsize("empty"), os.getcwd() == os.environ["PWD"] == "/workspace")
for path in ("data.txt", "deep", "deep/er/raw.bin", "tool"):
    info = os.stat(path)
    print(path, oct(stat.S_IMODE(info.st_mode)), info.st_uid == os.getuid())
os.execv("./tool", ["tool"])
""", files=[{"path": "data.txt", "content": "grüß\n", "encoding": "utf8"},
            {"encoding": "base64", "content": encoded(BYTES), "path": "deep/er/raw.bin"},
            {"path": "empty", "content": ""},
            {"path": "tool", "content": "#!/bin/sh\necho ran\n", "executable": True}])
    assert reply.stdout == ("grüß\n\nTrue\n0 True\ndata.txt 0o644 True\ndeep 0o755 True\n"
                            "deep/er/raw.bin 0o644 True\ntool 0o755 True\nran\n"), dict(reply)
    assert reply.timing.start == "hot"


def test_files_beside_the_script_are_importable(client):
    reply = client.execute("import helper, package.part; print(helper.VALUE, package.part.VALUE)",
                           files=[{"path": "helper.py", "content": "VALUE = 1"},
                                  {"path": "package/__init__.py", "content": ""},
                                  {"path": "package/part.py", "content": "VALUE = 2"}])
    assert (reply.stdout, reply.stderr) == ("1 2\n", "")


def test_large_content_leaves_no_descriptor_behind(client):
    reply = client.execute("""
import hashlib, os
print(hashlib.sha256(open("large", "rb").read()).hexdigest())
print(sorted(int(fd) for fd in os.listdir("/proc/self/fd"))[:-1])
""", files=[{"path": "large", "content": encoded(LARGE), "encoding": "base64"},
            {"path": "small", "content": "x"}], collect=["large", "small"])
    assert reply.stdout == f"{hashlib.sha256(LARGE).hexdigest()}\n[0, 1, 2, 3]\n"
    assert [content_of(file) for file in reply["files"]] == [LARGE, b"x"]
    assert reply.timing.start == "hot"


@pytest.mark.parametrize("path", [
    "../x", "a/../../x", "/etc/passwd", "", ".", "..", "a/.", "a//b", "a/", "/", "a\0b", "main.py",
    "main.py/x", "x" * 256, "/".join(["a"] * 65), "x/" * 600 + "x"])
def test_bad_paths_are_refused(client, path):
    error = refusal(client, files=[{"path": "good", "content": ""}, {"path": path, "content": ""}])
    assert (error.code, error.field) == ("invalid_path", "files[1].path")
    assert repr(path[:100])[1:-1] in error.message or "\0" in path


@pytest.mark.parametrize("paths", [("a", "a"), ("a", "a/b"), ("a/b", "a"), ("a/b/c", "a/b")])
def test_files_in_each_others_way_are_refused(client, paths):
    error = refusal(client, files=[{"path": path, "content": ""} for path in paths])
    assert (error.code, error.field) == ("invalid_path", "files[1].path")


@pytest.mark.parametrize(("file", "code", "field"), [
    ({"path": "a", "content": "!", "encoding": "base64"}, "invalid_value", "files[0].content"),
    ({"path": "a", "content": "", "encoding": "hex"}, "invalid_value", "files[0].encoding"),
    ({"path": "a"}, "missing_field", "files[0].content"),
    ({"content": "a"}, "missing_field", "files[0].path"),
    ({"path": "a", "content": 1}, "invalid_type", "files[0].content"),
    ({"path": "a", "content": "", "executable": "yes"}, "invalid_type", "files[0].executable"),
    ({"path": "a", "content": "", "mode": "x"}, "unknown_field", "files[0].mode"),
    ("a", "invalid_type", "files[0]")])
def test_bad_files_are_refused(client, file, code, field):
    error = refusal(client, files=[file])
    assert (error.code, error.field) == (code, field)


def test_names_that_are_not_utf8_are_refused(client):
    body = b'{"language":"python","code":"1","files":[{"path":"\xff","content":""}]}'
    assert client.post("/v1/execute", body).status == 400


def test_maxima_are_named(client, start_system):
    few = start_system({"files": {"max_inputs": 2, "max_input_bytes": 10, "max_patterns": 1,
                                  "max_input_file_bytes": 8}}).client
    for fields, maximum in (
            ({"files": [{"path": str(n), "content": ""} for n in range(3)]}, "2"),
            ({"files": [{"path": str(n), "content": "123456"} for n in range(2)]}, "10"),
            ({"files": [{"path": "a", "content": "123456789"}]}, "8"),
            ({"collect": ["a", "b"]}, "1")):
        error = refusal(few, **fields)
        assert f"at most {maximum} " in error.message, error
    for limits in ({"file_bytes": 4096}, {"workspace_bytes": 4096}):
        error = refusal(client, limits=limits, files=[{"path": "a", "content": "x" * 8192}])
        assert error.field == "limits." + next(iter(limits)), error


def test_collecting(client):
    reply = client.execute("""
import os
os.makedirs("out/sub/.hidden")
for name, content in (("out/a.txt", b"text"), ("out/b.bin", bytes(range(256))),
                      ("out/sub/c.txt", b""), ("out/.d.txt", b""), ("out/sub/.hidden/e.txt", b""),
                      ("out/tool", b"#!"), ("other", b"")):
    open(name, "wb").write(content)
os.chmod("out/tool", 0o755)
os.chmod("out/a.txt", 0)
""", collect=["out/*", "out/**/*.txt", "nothing/here", "main.py"])
    assert [(f["path"], content_of(f), f["encoding"], f["size"], f["executable"])
            for f in reply["files"] if f["path"] != "main.py"] == [
        ("out/a.txt", b"text", "utf8", 4, False),
        ("out/b.bin", bytes(range(256)), "base64", 256, False),
        ("out/sub/c.txt", b"", "utf8", 0, False), ("out/tool", b"#!", "utf8", 2, True)]
    assert [f["path"] for f in reply["files"]][0] == "main.py"
    assert reply["files_skipped"] == []


@pytest.mark.parametrize("ending", ["raise SystemExit(3)", "while True: pass",
                                    "import os; os.kill(os.getpid(), 9)"])
def test_collecting_from_a_job_that_failed(client, ending):
    reply = client.execute(f"open('left', 'w').write('behind')\n{ending}", collect=["left"],
                           limits={"wall_time_ms": 1000})
    assert reply.status in ("error", "timeout", "killed"), dict(reply)
    assert [file["content"] for file in reply["files"]] == ["behind"]


@pytest.mark.parametrize("pattern", ["../x", "/etc/*", "", "a//b", "[a", "a\\", "a/../b", "\0"])
def test_bad_patterns_are_refused(client, pattern):
    error = refusal(client, collect=["ok", pattern])
    assert (error.code, error.field) == ("invalid_pattern", "collect[1]")


def test_files_beyond_the_limit_are_skipped_and_named(start_system):
    client = start_system({"files": {"max_collected": 2, "max_collected_file_bytes": 100,
                                     "max_collected_bytes": 150}}).client
    reply = client.execute("""
for name, size in (("a", 100), ("b", 101), ("c", 60), ("d", 50), ("e", 0)):
    open(name, "wb").write(b"x" * size)
""", collect=["a", "b", "c", "d", "e"])
    assert [file["path"] for file in reply["files"]] == ["a", "d"]
    assert reply["files_skipped"] == [{"path": "b", "reason": "too_large"},
                                      {"path": "c", "reason": "total_too_large"},
                                      {"path": "e", "reason": "too_many_files"}]


def test_a_stream_delivers_files_before_its_end(client):
    with client.stream("open('a', 'wb').write(b'\\xff'); print('done')", collect=["*"]) as stream:
        last = stream.rest()
        names = [event.name for event in stream.seen]
    assert names[-3:] == ["file", "file", "exit"] and "stdout" in names
    assert [event.json["path"] for event in stream.seen[-3:-1]] == ["a", "main.py"]
    assert content_of(stream.seen[-3].json) == b"\xff"
    assert "files" not in last and last["files_skipped"] == []


def test_a_directory_is_no_file(client):
    reply = client.execute("import os; os.makedirs('out/sub')", collect=["out/*", "out"])
    assert reply["files_skipped"] == [{"path": "out/sub", "reason": "directory"}]


def form(parts, boundary="----x"):
    body = b""
    for disposition, content in parts:
        body += (f"--{boundary}\r\nContent-Disposition: form-data; {disposition}\r\n\r\n").encode()
        body += content + b"\r\n"
    return body + f"--{boundary}--\r\n".encode()


REQUEST = ('name="request"', b'{"language":"python","code":"print(open(\'d/b\', \'rb\').read())"}')
FORM_TYPE = {"Content-Type": "multipart/form-data; boundary=----x"}


def test_a_form_with_files(client):
    reply = client.post("/v1/execute", form([REQUEST, ('name="f"; filename="d/b"', BYTES)]),
                        FORM_TYPE)
    assert reply.status == 200 and reply.json.stdout == f"{BYTES!r}\n", reply


@pytest.mark.parametrize(("body", "headers"), [
    (form([REQUEST]), {"Content-Type": "multipart/form-data"}),
    (form([REQUEST]), {"Content-Type": "multipart/form-data; boundary=y"}),
    (form([REQUEST, REQUEST]), FORM_TYPE),
    (form([]), FORM_TYPE),
    (form([REQUEST, ('name="f"; filename="../x"', b"")]), FORM_TYPE),
    (form([REQUEST])[:-8], FORM_TYPE),
    (b"x" + form([REQUEST]), FORM_TYPE)])
def test_bad_forms_are_refused(client, body, headers):
    refused = client.post("/v1/execute", body, headers)
    assert refused.status == 400, refused
    assert refused.json.error.code in ("invalid_form", "invalid_path")
