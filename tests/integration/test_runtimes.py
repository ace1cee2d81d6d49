"""Languages as folders: what an operator drops in, what is refused, what is said of both."""

import pathlib
import re
import textwrap

import pytest

GUIDE = pathlib.Path(__file__).parents[2] / "docs" / "adding-a-runtime.md"
# The guide's own manifest, to the letter.
LUA = textwrap.dedent(re.search(r"```toml\n(.*?) *```", GUIDE.read_text(encoding="utf-8"),
                                re.DOTALL).group(1))
MORE = """
[environment]
GREETING = "good morning"
OVERRIDDEN = "by the job"

[limits]
wall_time_ms = 1500
"""

BAD = 'name = "bad"\nsource_file = "bad"\nrun_command = ["/bin/true"]\nwritable_paths = ["/etc"]\n'

ABSENT = """
name = "absent"
source_file = "main"
version_command = ["/opt/absent/bin/absent", "--version"]
run_command = ["/opt/absent/bin/absent", "{source}"]
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("runtimes")
    (folder / "lua.toml").write_text(LUA)
    (folder / "moon.toml").write_text(re.sub(r"lua(5\.4)?\"\]", 'moon"]', LUA.replace('"lua"', '"moon"', 1)) + MORE)
    (folder / "bad.toml").write_text(BAD)
    (folder / "absent").mkdir()
    (folder / "absent" / "manifest.toml").write_text(ABSENT)
    (folder / "impostor.toml").write_text(LUA.replace('"lua"', '"python"', 1))
    return folder


@pytest.fixture
def system(start_system, folder):
    return start_system({"supervisor": {"extra_runtimes_dirs": [str(folder)]},
                         "executed": {"target_idle": 2}})


def test_an_operators_language_is_one_file(system, tmp_path):
    reply = system.client.execute("print(arg[1], io.read('a'))", language="lua5.4", args=["x"],
                                  stdin="in")
    assert (reply.status, reply.stdout, reply.stderr) == ("ok", "x\tin\n", "")
    assert (reply.language, reply.timing.start) == ("lua", "hot")
    assert reply.version.startswith("5.4.")
    program = tmp_path / "hello.lua"
    program.write_text("print('from a file')")
    done = system.brood("run", str(program))
    assert (done.returncode, done.stdout) == (0, b"from a file\n")


def test_a_language_has_variables_and_limits_of_its_own(system):
    code = "print(os.getenv('GREETING'), os.getenv('OVERRIDDEN'))"
    reply = system.client.execute(code, language="moon", env={"OVERRIDDEN": "as asked"})
    assert reply.stdout == "good morning\tas asked\n"
    assert system.client.execute(code, language="lua").stdout == "nil\tnil\n"
    reply = system.client.execute("while true do end", language="moon")
    assert (reply.status, reply.limit.limit) == ("timeout", 1500)
    reply = system.client.execute("print(1)", language="moon", limits={"wall_time_ms": 9000})
    assert reply.status == "ok"


def test_a_refused_manifest_is_seen_everywhere(system, folder):
    known = system.client.get("/v1/runtimes").json
    by_name = {runtime["language"]: runtime for runtime in known["runtimes"]}
    assert by_name["lua"]["available"] and by_name["lua"]["endings"] == ["lua"]
    assert by_name["python"]["aliases"] == ["python3", "py"]
    assert not by_name["absent"]["available"]
    assert "/opt/absent/bin/absent: No such file" in by_name["absent"]["reason"]

    refused = {entry["file"]: entry for entry in known["refused_manifests"]}
    assert set(refused) == {str(folder / "bad.toml"), str(folder / "impostor.toml")}
    assert refused[str(folder / "bad.toml")]["line"] == 4
    assert "a job may write below /workspace" in refused[str(folder / "bad.toml")]["reason"]
    assert "is taken by" in refused[str(folder / "impostor.toml")]["reason"]

    assert system.status()["refused_manifests"] == known["refused_manifests"]
    text = system.brood("status").stdout.decode()
    assert f"{folder}/bad.toml:4: 'writable_paths' cannot be granted" in text
    doctor = system.brood("doctor").stdout.decode()
    assert f"{folder}/bad.toml:4: 'writable_paths' cannot be granted" in doctor
    assert "/opt/absent/bin/absent: No such file" in doctor


def test_a_language_that_is_not_installed_is_a_400_with_the_reason(system):
    response = system.client.post("/v1/execute", {"language": "absent", "code": ""})
    assert response.status == 400
    error = response.json.error
    assert (error.code, error.field) == ("language_unavailable", "language")
    assert "/opt/absent/bin/absent: No such file" in error.message


def sample_line(system, language):
    """Returns the doctor's line on a language's sample, or None."""
    text = system.brood("doctor").stdout.decode()
    found = re.search(rf"^sample of {language} +(\S+) +(.*)$", text, re.MULTILINE)
    return found and found.groups()


def test_the_doctor_runs_the_samples(system):
    for language in ("bash", "c", "lua", "perl", "python"):
        assert sample_line(system, language)[0] == "ok"
    assert sample_line(system, "absent") is None


def test_the_doctor_sees_a_sample_that_fails(start_system, tmp_path):
    (tmp_path / "lua.toml").write_text(LUA.replace("42", "43"))
    system = start_system({"supervisor": {"extra_runtimes_dirs": [str(tmp_path)]}})
    state, reason = sample_line(system, "lua")
    assert (state, reason) == ("missing", r"printed '42\n' and not '43\n'")
