"""Configuration and the command line: where a value came from, and what refuses to start."""

import json
import os
import stat
import subprocess
import tempfile

import pytest

import preconditions
import procs
from plain import assert_plain
from system import System


def brood(*arguments, environment=None, **options):
    return subprocess.run([preconditions.binary("brood"), *arguments], check=False, timeout=60,
                          env={"PATH": "/usr/bin:/bin"} | (environment or {}),
                          **({"capture_output": True} | options))


def effective(*arguments, environment=None):
    """`brood config --json` as {key: (value, origin)}."""
    done = brood("config", "--json", *arguments, environment=environment)
    assert done.returncode == 0, done.stderr
    return {entry["key"]: (entry["value"], entry["origin"]) for entry in json.loads(done.stdout)}


def test_origin_of_each_source(tmp_path):
    file = tmp_path / "brood.toml"
    file.write_text("[gateway]\nport = 1111\nhost = '127.0.0.2'\n"
                    "[supervisor]\nqueue_limit = 5\n[sandbox]\nspare_slots = 3\n")
    values = effective("--gateway-port", "3333", environment={
        "BROOD_CONFIG": str(file), "PORT": "2222", "BROOD_SUPERVISOR_QUEUE_LIMIT": "7"})
    assert str(values["gateway.port"][0]) == "3333"
    assert values["gateway.port"][1].startswith("flag")
    assert str(values["supervisor.queue_limit"][0]) == "7"
    assert values["supervisor.queue_limit"][1].startswith("environment")
    assert str(values["sandbox.spare_slots"][0]) == "3"
    assert values["sandbox.spare_slots"][1].startswith("file") and str(file) in \
        values["sandbox.spare_slots"][1]
    assert values["supervisor.drain_timeout_ms"][1] == "default"


def test_config_for_people_shows_value_and_origin(tmp_path):
    done = brood("config", environment={"PORT": "2222", "MAX_MEMORY": "2Gi",
                                        "MAX_EXECUTION_TIME": "60s"})
    lines = done.stdout.decode().splitlines()
    assert done.returncode == 0
    for key, value, origin in (("gateway.port", "2222", "PORT"),
                               ("limits.memory_bytes.max", "2147483648", "MAX_MEMORY"),
                               ("limits.wall_time_ms.max", "60000", "MAX_EXECUTION_TIME"),
                               ("supervisor.queue_limit", "1024", "default")):
        line = next(line for line in lines if key in line)
        assert value in line.replace("_", "") and origin in line, line


@pytest.mark.parametrize("environment, named", [
    ({"MAX_MEMORY": "12Q"}, ["MAX_MEMORY", "12Q"]), ({"PORT": "99999"}, ["PORT", "99999"]),
    ({"PORT": "-1"}, ["PORT"]), ({"BROOD_SUPERVISOR_QUEUE_LIMT": "1"}, ["queue_limit", "QUEUE_LIMIT"]),
    ({"BROOD_SUPERVISOR_RUNTIME_DIR": "relative"}, ["runtime_dir", "relative"]),
    ({"BROOD_CONFIG": "/nonexistent.toml"}, ["/nonexistent.toml"])])
@pytest.mark.parametrize("command", ["config", "serve"])
def test_a_bad_environment_refuses_and_names_the_key(command, environment, named):
    done = brood(command, environment=environment)
    said = (done.stdout + done.stderr).decode()
    assert done.returncode not in (0, None) and done.returncode > 0, said
    assert any(name in said for name in named), said
    assert_plain(said)


@pytest.mark.parametrize("text, named", [
    ("[gateway]\nprot = 1\n", "gateway.prot"), ("[gateway]\nport = 'x'\n", "gateway.port"),
    ("[gatway]\nport = 1\n", "gatway"), ("[sandbox]\nmin_isolation = 'maybe'\n",
                                         "sandbox.min_isolation"),
    ("[limits.wall_time_ms]\ndefault = 10\nmax = 5\n", "limits.wall_time_ms"),
    ("[gateway\n", "brood.toml"), ("[sandbox]\nuid_base = 0\n", "sandbox.uid_base"),
    ("[profiles.default]\nlanguage = 'cobol'\n", "cobol")])
def test_a_bad_file_refuses_and_names_the_key(tmp_path, text, named):
    file = tmp_path / "brood.toml"
    # The gateway's user must be able to get there, or that is what is refused.
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o711)
        file.write_text(text + f"\n[supervisor]\nruntime_dir = '{folder}/run'\n")
        done = brood("serve", "--config", str(file))
    said = (done.stdout + done.stderr).decode()
    assert done.returncode > 0, said
    assert named in said, said
    assert_plain(said)


def test_serve_listens_where_a_flag_says(tmp_path):
    """The flag wins over the file and the environment."""
    system = System(environment={"HOST": "127.0.0.3"})
    try:
        system.start()
        assert system.client.host == "127.0.0.3"
        assert system.client.get("/health").status == 200
        system.stop()
    finally:
        system.destroy()


def test_status_for_people(system):
    done = system.brood("status")
    said = done.stdout.decode()
    assert done.returncode == 0
    for word in ("python", "namespaces", "default"):
        assert word in said, said


def test_status_as_json_counts_jobs(system, client):
    before = system.status()["jobs"]["total"]
    client.execute("print(1)")
    assert system.status()["jobs"]["total"] == before + 1


def test_status_without_a_server_says_so(tmp_path):
    done = brood("status", environment={"BROOD_SUPERVISOR_RUNTIME_DIR": str(tmp_path)})
    assert done.returncode > 0 and str(tmp_path).encode() in done.stderr


def test_run_without_a_server_says_so(tmp_path):
    done = brood("run", "-l", "python", "-", input=b"print(1)",
                 environment={"BROOD_SUPERVISOR_RUNTIME_DIR": str(tmp_path)})
    assert done.returncode > 0 and str(tmp_path).encode() in done.stderr and done.stdout == b""


def test_doctor_names_the_layers(system):
    done = system.brood("doctor")
    said = (done.stdout + done.stderr).decode()
    assert done.returncode == 0, said
    for word in ("user", "seccomp", "cgroup"):
        assert word in said.lower(), said


@pytest.mark.parametrize("arguments", [["--help"], ["serve", "--help"], ["run", "--help"]])
def test_help_is_help(arguments):
    done = brood(*arguments)
    assert done.returncode == 0 and b"brood" in done.stdout.lower()


@pytest.mark.parametrize("arguments", [[], ["nosuch"], ["run"], ["run", "/nonexistent.py"],
                                       ["status", "--nosuch"]])
def test_wrong_usage_is_an_error(arguments):
    done = brood(*arguments)
    assert done.returncode > 0 and (done.stderr or done.stdout)


def test_version(system):
    done = brood("--version")
    assert done.returncode == 0 and system.status()["version"] in done.stdout.decode()


def test_the_first_screen_of_serve_tells_what_a_person_needs(system):
    said = system.log()
    assert f"http://{system.client.host}:{system.client.port}" in said
    assert "curl" in said and "namespaces" in said


def test_the_supervisors_socket_is_for_its_group(start_system):
    """The owner and the gateway's group may connect, whatever the umask was."""
    umask = os.umask(0)
    try:
        system = start_system()
    finally:
        os.umask(umask)
    status = os.stat(os.path.join(system.runtime_dir, "brood.sock"))
    assert stat.S_IMODE(status.st_mode) == 0o660
    gateway = procs.status(system.roles.gateway())
    assert status.st_gid == int(gateway["Gid"].split()[0])
