"""The tools as their users see them, whichever SDK and era their client has.

Each scenario gets a client with `call(tool, arguments, progress=None)`, which gives an Outcome, and
`refused(tool, arguments)`, which gives the code of the protocol's error.
"""

import asyncio
import base64
import dataclasses

SCENARIOS = []
SESSION_SCENARIOS = []

PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJg"
    "gg==")
SHOWS_A_PICTURE = f"class P:\n    def _repr_png_(self):\n        return {PICTURE!r}\nP()"


@dataclasses.dataclass
class Outcome:
    texts: list
    images: list  # (type, bytes)
    values: dict
    is_error: bool

    @property
    def text(self):
        assert len(self.texts) == 1, self.texts
        return self.texts[0]


def outcome(content, values, is_error):
    images = [(item.mimeType if hasattr(item, "mimeType") else item.mime_type,
               base64.b64decode(item.data)) for item in content if item.type == "image"]
    return Outcome([item.text for item in content if item.type == "text"], images, values, is_error)


def scenario(function):
    SCENARIOS.append(function)
    return function


def session_scenario(function):
    SESSION_SCENARIOS.append(function)
    return function


@scenario
async def code_prints(client):
    ran = await client.call("run_code", {"code": "print(6 * 7)"})
    assert (ran.text, ran.is_error) == ("42\n", False)
    assert ran.values["status"] == "ok"
    assert ran.values["exit_code"] == 0
    assert (ran.values["stdout"], ran.values["stderr"]) == ("42\n", "")
    assert ran.values["session"] is None and ran.values["error"] is None
    assert ran.values["usage"]["wall_us"] > 0


@scenario
async def the_last_expression_is_shown(client):
    ran = await client.call("run_code", {"code": "[1, 2] + [3]"})
    assert ran.text == "[1, 2, 3]"
    assert {"mime": "text/plain", "data": "[1, 2, 3]", "encoding": "utf8"} in ran.values["results"]


@scenario
async def a_picture_is_an_image(client):
    ran = await client.call("run_code", {"code": SHOWS_A_PICTURE})
    assert ran.images == [("image/png", PICTURE)]


@scenario
async def code_that_fails(client):
    ran = await client.call("run_code", {"code": "print('before')\n1 / 0"})
    assert ran.is_error
    assert ran.values["status"] == "error" and ran.values["exit_code"] == 1
    assert ran.text.startswith("before\n") and "ZeroDivisionError" in ran.text


@scenario
async def commands_run_by_bash(client):
    ran = await client.call("run_command", {"command": "echo $((6 * 7)); echo no >&2; exit 3"})
    assert ran.is_error and ran.values["exit_code"] == 3
    assert (ran.values["stdout"], ran.values["stderr"]) == ("42\n", "no\n")
    ran = await client.call("run_command", {"command": "pwd", "cwd": "/tmp"})
    assert ran.text == "/tmp\n"


@scenario
async def another_language(client):
    ran = await client.call("run_code", {"code": "echo $BASH_VERSION", "language": "bash"})
    assert not ran.is_error and ran.text.startswith("5.")


@scenario
async def too_long_is_a_timeout_with_the_output_so_far(client):
    code = "import time\nprint('early', flush=True)\ntime.sleep(600)"
    ran = await client.call("run_code", {"code": code, "timeout_seconds": 1})
    assert ran.is_error
    assert ran.values["status"] == "timeout"
    assert ran.values["stdout"] == "early\n"


@scenario
async def progress_is_the_output_as_it_comes(client):
    said = []
    code = "print('one', flush=True)\nprint('two', flush=True)"
    ran = await client.call("run_code", {"code": code}, said.append)
    assert "".join(said) == "one\ntwo\n"
    assert ran.values["stdout"] == "one\ntwo\n"


@scenario
async def nothing_is_kept_without_a_session(client):
    await client.call("run_command", {"command": "echo x > kept"})
    ran = await client.call("run_command", {"command": "ls"})
    assert "kept" not in ran.values["stdout"]


@scenario
async def large_output_comes_whole(client):
    ran = await client.call("run_code", {"code": "print('x' * 700_000)"})
    assert len(ran.values["stdout"]) == 700_001
    assert len(ran.text) == 700_001


@scenario
async def what_is_no_text_is_base64(client):
    ran = await client.call("run_command", {"command": r"printf '\xff\x00'"})
    assert ran.values["stdout_encoding"] == "base64"
    assert base64.b64decode(ran.values["stdout"]) == b"\xff\x00"


@scenario
async def many_at_once(client):
    ran = await asyncio.gather(*[
        client.call("run_code", {"code": f"print({number})"}) for number in range(16)])
    assert [each.values["stdout"] for each in ran] == [f"{number}\n" for number in range(16)]


@scenario
async def mistakes_are_for_the_model(client):
    for tool, arguments, word in [("run_code", {}, "'code'"),
                                  ("run_code", {"cod": ""}, "'cod'"),
                                  ("run_code", {"code": "x", "language": "cobol"}, "cobol"),
                                  ("run_code", {"code": "x", "timeout_seconds": 0}, "seconds"),
                                  ("fork_session", {"session": "x"}, "not supported yet")]:
        ran = await client.call(tool, arguments)
        assert ran.is_error, tool
        assert word in ran.text


@scenario
async def an_unknown_tool_is_an_error_of_the_protocol(client):
    assert await client.refused("none", {}) == -32602


@session_scenario
async def an_unknown_session_is_for_the_model(client):
    ran = await client.call("run_code", {"code": "1", "session": "nobody's"})
    assert ran.is_error and "session" in ran.text


@session_scenario
async def a_session_keeps_state(client):
    opened = await client.call("create_session", {})
    session = opened.values["session"]
    assert session in opened.text
    await client.call("run_code", {"session": session, "code": "x = 41"})
    ran = await client.call("run_code", {"session": session, "code": "x + 1"})
    assert (ran.text, ran.values["session"]) == ("42", session)
    ran = await client.call("run_code", {"session": session, "code": "x / 0"})
    assert ran.is_error and ran.values["error"]["name"] == "ZeroDivisionError"
    assert "ZeroDivisionError" in ran.text
    listed = await client.call("list_sessions", {})
    assert session in [each["session"] for each in listed.values["sessions"]]
    closed = await client.call("close_session", {"session": session})
    assert closed.values == {"closed": True}
    assert (await client.call("run_code", {"session": session, "code": "x"})).is_error


@session_scenario
async def a_session_has_files(client):
    session = (await client.call("create_session", {})).values["session"]
    written = await client.call("write_file", {"session": session, "path": "a/b.txt",
                                               "content": "grüße\n"})
    assert written.values["size"] == 8
    read = await client.call("read_file", {"session": session, "path": "a/b.txt"})
    assert (read.text, read.values["encoding"]) == ("grüße\n", "utf8")
    ran = await client.call("run_command", {"session": session, "command": "cat a/b.txt"})
    assert ran.text == "grüße\n"
    await client.call("write_file", {"session": session, "path": "raw", "encoding": "base64",
                                     "content": base64.b64encode(PICTURE).decode()})
    read = await client.call("read_file", {"session": session, "path": "raw"})
    assert read.images == [("image/png", PICTURE)]
    listed = await client.call("list_files", {"session": session})
    kinds = {each["path"].rsplit("/", 1)[-1]: each["type"] for each in listed.values["files"]}
    assert kinds["a"] == "directory" and kinds["raw"] == "file"
    gone = await client.call("read_file", {"session": session, "path": "gone"})
    assert gone.is_error
    await client.call("close_session", {"session": session})
