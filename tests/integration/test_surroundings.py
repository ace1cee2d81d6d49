"""Wherever and however Brood is started: it serves, or says in one sentence why not."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile

import pytest

import preconditions
import tiers
from eventually import eventually
from plain import assert_plain
from system import System

# The capabilities that Docker leaves root.
DOCKER = ["/usr/bin/setpriv", "--inh-caps=-all", "--bounding-set=-all," + ",".join(
    f"+{name}" for name in (
        "chown dac_override fowner fsetid kill setgid setuid setpcap net_bind_service net_raw "
        "sys_chroot mknod audit_write setfcap").split())]


def shell(script):
    """A command that executes the rest of its arguments after the script has changed the shell."""
    return ["/bin/sh", "-c", script + '; exec "$0" "$@"']


def python(statements):
    return [sys.executable, "-B", "-c", f"import os, signal, sys; {statements}; "
                                        "os.execv(sys.argv[1], sys.argv[1:])"]


@pytest.fixture
def start():
    """Starts systems under a prefix; all are gone after the test."""
    systems = []

    def start_one(prefix=(), settings=None, environment=None):
        systems.append(System(settings, environment, prefix))
        return systems[-1].start()

    yield start_one
    for one in systems:
        try:
            if one.serve is not None:
                one.stop()
        finally:
            one.destroy()


@pytest.fixture
def place():
    """A directory that everybody may pass through; pytest's own are for root."""
    with tempfile.TemporaryDirectory() as path:
        os.chmod(path, 0o711)
        yield path


def refusal(*flags, prefix=(), environment=None):
    """Returns the refusal of `brood serve`; checks that `brood doctor` says the same."""
    said = {}
    for command in ("serve", "doctor"):
        done = subprocess.run([*prefix, preconditions.binary("brood"), command, *flags],
                              env={"PATH": "/usr/bin:/bin"} | (environment or {}), timeout=60,
                              stdin=subprocess.DEVNULL, capture_output=True, check=False)
        assert done.returncode > 0, done
        said[command] = (done.stdout + done.stderr).decode()
    assert_plain(said["serve"])
    assert len(said["serve"].splitlines()) == 1, said["serve"]
    reason = re.match(r"brood: refusing to start: (.*); fix: ", said["serve"])
    assert reason, said["serve"]
    assert reason.group(1) in said["doctor"], said
    assert "would refuse to start" in said["doctor"], said
    return said["serve"]


# --- It serves ------------------------------------------------------------------------------------

@pytest.mark.parametrize("prefix", [
    shell("trap '' CHLD"), shell("umask 777"), shell("exec <&-"),
    shell("ulimit -c 0; ulimit -n 256"),
    python("signal.pthread_sigmask(signal.SIG_BLOCK, range(1, signal.NSIG))"),
    python("[signal.signal(number, signal.SIG_IGN) for number in range(1, 32)"
           " if number not in (signal.SIGKILL, signal.SIGSTOP)]")],
    ids=["SIGCHLD ignored", "umask", "no stdin", "low ulimits", "all blocked", "all ignored"])
def test_inherited_state_is_put_in_order(start, prefix):
    system = start(prefix)
    result = system.client.execute("print(6 * 7)")
    assert (result.status, result.stdout, result.timing.start) == ("ok", "42\n", "hot")
    assert system.client.post("/v1/execute", {"language": "bash", "code": "sleep 0 & wait; echo ok"}
                              ).json.stdout == "ok\n"
    # stop() asks with SIGTERM and looks for what is left.
    system.stop()


def start_unheard(prefix):
    """A system that cannot say where it listens."""
    system = System(prefix=prefix)
    system.spawn()

    def is_ready():
        assert system.serve.poll() is None, system.log()
        done = system.brood("status", "--json")
        return done.returncode == 0 and json.loads(done.stdout)["ready"]
    eventually(is_ready, lambda: f"ready: {system.log()}", 90)
    system.settle()
    return system


@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&- >&- 2>&-"])
def test_closed_output_harms_no_daemon(closed):
    system = start_unheard(shell(f"exec {closed}"))
    try:
        done = system.brood("run", "-l", "python", "-", input=b"print(1)")
        assert (done.returncode, done.stdout) == (0, b"1\n"), done
        system.stop()
    finally:
        system.destroy()


def test_nothing_survives_a_kill_where_signals_were_blocked(start):
    system = start(python("signal.pthread_sigmask(signal.SIG_BLOCK, [15, 17])"))
    before = system.identities()
    system.serve.kill()
    system.serve.wait()
    system.serve = None
    system.assert_gone(before)


def test_a_hang_up_drains_like_a_request_to_end(start):
    # These tests themselves may run under nohup.
    system = start(python("signal.signal(signal.SIGHUP, signal.SIG_DFL)"))
    with system.client.stream("print('running')\nwhile True: pass",
                              limits={"wall_time_ms": 500}) as stream:
        stream.until_output("running")
        system.serve.send_signal(signal.SIGHUP)
        assert stream.rest().status == "timeout"
    assert system.serve.wait(60) == 0
    system._asked_to_stop = True
    system.stop()


def test_a_hang_up_is_ignored_where_it_was_at_the_start(start):
    system = start(["/usr/bin/nohup"])
    system.serve.send_signal(signal.SIGHUP)
    # Delivered before the next is, which a second status would show.
    assert system.client.execute("print(1)").status == "ok"
    assert not system.status()["draining"]
    system.stop()


def test_root_without_the_rights_to_mount_is_in_the_tier_user(start):
    system = start(DOCKER)
    result = system.client.execute("import os; print(os.getuid())")
    assert (result.status, result.isolation.tier) == ("ok", "user"), result
    assert system.serve.pid and system.client.get("/health").status == 200
    doctor = system.run([*DOCKER, preconditions.binary("brood"), "doctor"])
    assert doctor.returncode == 0, doctor
    assert re.search(rb"tier +ok +user: mount namespace: Operation not permitted",
                     doctor.stdout), doctor
    # Its socket is for the gateway's group, as it is in the tier root.
    stranger = system.run(["/usr/bin/setpriv", "--reuid=12345", "--regid=12345", "--clear-groups",
                           preconditions.binary("brood"), "status"])
    assert stranger.returncode > 0 and b"not allowed" in stranger.stderr, stranger


@pytest.mark.parametrize("hide", [
    "mount -t tmpfs -o ro tmpfs {path}",
    "mount -t tmpfs -o size=64k tmpfs {path} && head -c 65536 /dev/zero > {path}/fill"],
    ids=["read-only", "full"])
def test_nothing_of_ours_needs_the_hosts_tmp(start, monkeypatch, hide):
    monkeypatch.setattr(tempfile, "tempdir", "/run")
    script = " && ".join(hide.format(path=path) for path in ("/tmp", "/var/tmp"))
    system = start(["/usr/bin/unshare", "--mount", *shell(script)])
    result = system.client.execute("""if True:
        import tempfile, matplotlib.pyplot
        with tempfile.TemporaryFile() as file:
            file.write(b'x' * 100000)
        print(tempfile.gettempdir())""")
    assert (result.status, result.stdout, result.timing.start) == ("ok", "/tmp\n", "hot"), result
    assert "not preloaded" not in system.log()


def test_variables_of_others_are_left_alone(start):
    others = {"BROOD_VERSION": "1.2", "BROOD_IMAGE": "brood:latest", "DEBUG": "express:*",
              "BROOD_PORT_8080_TCP_ADDR": "10.0.0.7", "BROOD_GATEWAY_PORT": "tcp://10.0.0.7:80"}
    system = start(environment=others)
    for name in ("BROOD_VERSION", "BROOD_IMAGE", "DEBUG"):
        assert len(re.findall(f"warning: environment {name}=.* is ignored", system.log())) == 1
    assert system.brood("run", "-l", "python", "-", input=b"print(1)").stderr == b""


# --- It refuses -----------------------------------------------------------------------------------

@pytest.mark.parametrize("environment, said", [
    ({"BROOD_PORT": "1"}, "BROOD_GATEWAY_PORT"), ({"BROOD_GATEWAY_SIZE": "1"}, "unknown setting"),
    ({"BROOD_LOG_LEVEL": "info"}, "BROOD_SUPERVISOR_LOG_LEVEL"),
    ({"MAX_MEMORY": "512m"}, "m means thousandths; Mi are mebibytes"),
    ({"ENABLE_NETWORK": "maybe"}, "not a boolean")])
def test_variables_that_are_meant_for_us_are_not_ignored(environment, said):
    done = subprocess.run([preconditions.binary("brood"), "serve"], timeout=60, check=False,
                          env={"PATH": "/usr/bin:/bin"} | environment, capture_output=True)
    assert done.returncode == 2 and said in done.stderr.decode(), done
    assert list(environment)[0] in done.stderr.decode()


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0"])
def test_a_port_in_use_is_refused_at_once(place, host):
    with socket.create_server((host, 0)) as used:
        said = refusal("--port", str(used.getsockname()[1]), "--host", host,
                       "--supervisor-runtime-dir", f"{place}/run")
    assert "Address already in use" in said and "gateway.port (--port, PORT)" in said
    assert not os.path.exists(f"{place}/run")


def test_an_address_that_is_not_ours_is_refused(place):
    said = refusal("--host", "192.0.2.1", "--supervisor-runtime-dir", f"{place}/run")
    assert "cannot listen on 192.0.2.1:8080" in said and "gateway.host" in said


def test_doctor_finds_no_fault_with_the_port_of_a_running_system(start):
    system = start()
    done = system.brood("doctor", "--port", str(system.client.port))
    assert done.returncode == 0, done


def test_a_runtime_directory_that_the_gateway_cannot_reach(place):
    private = f"{place}/private"
    os.mkdir(private, 0o700)
    said = refusal("--port", "0", "--supervisor-runtime-dir", f"{private}/run")
    assert re.search(rf"gateway.user brood-gateway \(uid \d+\) cannot enter {private} \(mode 0700\)", said)
    assert "supervisor.runtime_dir" in said
    assert not os.path.exists(f"{private}/run")


@pytest.mark.parametrize("path, reason", [
    ("/proc/brood", "/proc: No such file"), ("/proc/a/b", "/proc: No such file"),
    ("/dev/null/run", "Not a directory"), ("/etc/passwd", "it is no directory")])
def test_a_runtime_directory_that_cannot_be(path, reason):
    said = refusal("--port", "0", "--supervisor-runtime-dir", path)
    assert reason in said and "supervisor.runtime_dir (--supervisor-runtime-dir," in said


def test_a_runtime_directory_on_a_read_only_file_system(place):
    prefix = ["/usr/bin/unshare", "--mount", *shell(f"mount -t tmpfs -o ro tmpfs {place}")]
    said = refusal("--port", "0", "--supervisor-runtime-dir", f"{place}/run", prefix=prefix)
    assert "Read-only file system" in said


@pytest.mark.parametrize("options, why", [("noexec", "is mounted with noexec"),
                                          ("size=1m", "has 1 MiB left, less than 16")])
def test_a_runtime_directory_that_will_not_do_for_jobs(place, options, why):
    """Docker mounts a tmpfs with noexec. Only where jobs' files lie there does it matter."""
    mount = f"mount -t tmpfs -o mode=1777,{options} tmpfs {place}"
    hidden = ["/usr/bin/unshare", "--mount", *shell(mount)]
    flags = ["--port", "0", "--supervisor-runtime-dir", f"{place}/run"]

    def run(tier, command):
        return subprocess.run([*hidden, *tiers.prefix(tier, 54321), preconditions.binary("brood"),
                               command, *flags], env={"PATH": "/usr/bin:/bin"},
                              capture_output=True, check=False, timeout=60)

    served = run("process", "serve")
    said = served.stderr.decode().splitlines()[0]
    assert_plain(said)
    reason = f"jobs' files cannot lie below {place}/run: its file system {why}"
    assert served.returncode == 1 and said.startswith(f"broodd: refusing to start: {reason}"), said
    assert "--tmpfs /tmp:exec" in said
    assert run("process", "doctor").stdout.decode().count(reason) == 1
    assert run("user", "doctor").returncode == 0


ORDINARY = ["/usr/bin/setpriv", "--reuid=54321", "--regid=54321", "--clear-groups"]


def test_a_session_directory_that_is_not_there_is_not_used():
    """XDG_RUNTIME_DIR is set by su, sudo and images for sessions that never were."""
    def runtime_dir(of):
        done = subprocess.run([*ORDINARY, preconditions.binary("brood"), "config", "--json"],
                              env={"PATH": "/usr/bin:/bin", "XDG_RUNTIME_DIR": of}, check=True,
                              capture_output=True, timeout=60)
        values = {entry["key"]: entry["value"] for entry in json.loads(done.stdout)}
        return values["supervisor.runtime_dir"].strip('"')
    assert runtime_dir("/run/user/54321") == "/tmp/brood-54321"
    assert runtime_dir("/root") == "/tmp/brood-54321"
    with tempfile.TemporaryDirectory() as own:
        os.chown(own, 54321, 54321)
        assert runtime_dir(own) == f"{own}/brood"


def test_a_runtime_directory_that_may_not_be_made(place):
    said = refusal("--port", "0", "--supervisor-runtime-dir", f"{place}/run", prefix=ORDINARY)
    assert "Permission denied" in said
