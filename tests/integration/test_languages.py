"""All languages at one table: the same verdicts and the same shapes, whoever runs the program.

languages/NAME.toml has a language's programs, one for each row. A file with a `binary` is for a
language that not every installation has: it takes part where that is there.
"""

import os
import pathlib
import tomllib

import pytest

FOLDER = pathlib.Path(__file__).parent / "languages"


def tables():
    for path in sorted(FOLDER.glob("*.toml")):
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        if os.access(table.get("binary", "/"), os.X_OK):
            yield path.stem, table


TABLES = dict(tables())
HOGS = [language for language, table in TABLES.items() if "hog" in table]


@pytest.fixture(params=TABLES)
def language(request):
    return request.param


@pytest.fixture
def run(client, language):
    def run(row, **fields):
        return client.execute(TABLES[language][row], language=language, **fields)
    return run


def outcome(reply):
    return reply.status, reply.exit_code, reply.signal, reply.stdout, reply.stderr


@pytest.fixture(scope="module")
def shape(client):
    """The members of a result, as Python's has them."""
    reply = client.execute("pass")
    return set(reply), set(reply.usage), set(reply.timing), set(reply.isolation)


def test_hello_and_the_shape_of_the_answer(run, shape, language, client):
    reply = run("hello")
    assert outcome(reply) == ("ok", 0, None, "hello\n", "")
    assert set(reply) - {"compile"} == shape[0]
    assert (set(reply.usage), set(reply.timing), set(reply.isolation)) == shape[1:]
    assert reply.language == language
    runtimes = {r["language"]: r for r in client.get("/v1/runtimes").json["runtimes"]}
    known = runtimes[language]
    assert known["available"] and known["version"] == reply.version and reply.version[0].isdigit()
    assert ("compile" in reply) == known["compiled"]
    assert reply.timing.start in ("hot", "warm")
    assert 0 < reply.usage.wall_us and 0 < reply.usage.peak_memory_bytes


def test_stdin(run):
    assert outcome(run("stdin", stdin="one\ntwo\n")) == ("ok", 0, None, "one\ntwo\n", "")


def test_no_stdin_is_an_empty_one(run):
    assert outcome(run("stdin")) == ("ok", 0, None, "", "")


def test_args(run):
    args = ["first", "two words", "-x", "*", "ž"]
    assert outcome(run("args", args=args)) == ("ok", 0, None, "|".join(args) + "\n", "")


def test_env(run):
    reply = run("env", env={"COLOUR": "sky blue"})
    assert outcome(reply) == ("ok", 0, None, "sky blue /workspace\n", "")


def test_exit_code(run):
    assert outcome(run("exit_code")) == ("error", 3, None, "before\n", "")


def test_stderr(run):
    assert outcome(run("stderr")) == ("ok", 0, None, "out\n", "err\n")


def test_unhandled_error(run, language):
    table = TABLES[language]
    reply = run("unhandled")
    assert table["unhandled_stderr"] in reply.stderr
    assert reply.stdout == "before\n"
    if "unhandled_signal" in table:
        assert (reply.status, reply.signal) == ("killed", table["unhandled_signal"])
        assert reply.exit_code is None
    else:
        assert (reply.status, reply.signal) == ("error", None)
        assert reply.exit_code == table.get("unhandled_exit_code", 1)


def test_a_megabyte(run):
    reply = run("megabyte")
    assert (reply.status, reply.stdout_truncated) == ("ok", False)
    assert reply.stdout == "x" * (1 << 20)


def test_more_output_than_allowed(run):
    reply = run("megabyte", limits={"output_bytes": 1000})
    assert (reply.status, reply.stdout_truncated) == ("output_limit", True)
    assert reply.stdout == "x" * 1000 and reply.limit.name == "output_bytes"


def test_utf8(run):
    assert outcome(run("utf8")) == ("ok", 0, None, "žluťoučký 🐎\n", "")


def test_timeout(run):
    reply = run("spin", limits={"wall_time_ms": 300})
    assert (reply.status, reply.exit_code, reply.signal) == ("timeout", None, "SIGKILL")
    assert (reply.limit.name, reply.limit.limit) == ("wall_time_ms", 300)


def test_cpu_limit(run):
    reply = run("spin", limits={"cpu_time_ms": 200})
    assert (reply.status, reply.exit_code, reply.signal) == ("cpu_limit", None, "SIGKILL")
    assert (reply.limit.name, reply.limit.limit) == ("cpu_time_ms", 200)


@pytest.mark.parametrize("language", HOGS)
def test_memory_limit(client, language):
    reply = client.execute(TABLES[language]["hog"], language=language,
                           limits={"memory_bytes": 64 << 20})
    assert reply.status == "memory_limit" and reply.exit_code is None, reply
    assert (reply.limit.name, reply.limit.limit) == ("memory_bytes", 64 << 20)


def test_streamed(client, language):
    with client.stream(TABLES[language]["stderr"], language=language) as stream:
        final = stream.rest()
        assert (final.status, final.exit_code) == ("ok", 0)
        assert (stream.output("stdout"), stream.output("stderr")) == ("out\n", "err\n")


def test_the_ending_says_the_language(system, language, tmp_path):
    runtimes = {r["language"]: r for r in system.client.get("/v1/runtimes").json["runtimes"]}
    for ending in runtimes[language]["endings"][:1]:
        program = tmp_path / f"Main.{ending}"
        program.write_text(TABLES[language]["exit_code"], encoding="utf-8")
        done = system.brood("run", str(program))
        assert (done.returncode, done.stdout, done.stderr) == (3, b"before\n", b"")
