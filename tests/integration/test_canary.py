"""The canary: what the supervisor's own hostile guest can do decides what isolation is reported."""

import fcntl
import os
import shutil
import socket
import subprocess
import sys

import pytest

import preconditions
from eventually import eventually
from plain import assert_plain
from system import System

SUPPORT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../support")
LIBEXEC = os.path.join(os.path.dirname(preconditions.binary("brood")), "../libexec")
CANARY = os.path.join(LIBEXEC, "brood-canary")
LANDLOCK_RESTRICT_SELF = "446"

OVERRUNS = {"wall_time", "cpu_time", "output", "memory", "processes", "cpu_bandwidth"}


def pretending(*calls):
    """A kernel that says yes to these calls and does nothing."""
    return [sys.executable, "-B", os.path.join(SUPPORT, "without_calls.py"), "--pretend",
            ",".join(calls)]


def acts_unconfined(tmp_path):
    witness = tmp_path / "witness"
    witness.write_text("x")
    listener = socket.socket(socket.AF_UNIX)
    name = f"brood-canary-test-{os.getpid()}"
    listener.bind("\0" + name)
    listener.listen()
    spaces = [f"ns_{kind}={os.readlink('/proc/self/ns/' + kind)}"
              for kind in ("user", "mnt", "pid", "net", "ipc", "uts")]
    locked = open(witness, encoding="ascii")
    fcntl.flock(locked, fcntl.LOCK_SH)
    with listener, locked:
        output = subprocess.run(
            [CANARY, "acts", f"file={witness}", f"abstract_socket={name}", f"pid={os.getpid()}",
             f"locked={witness}",
             "workspace_bytes=100000", "workspace_inodes=10", "open_files=30", "file_bytes=1000",
             *spaces], cwd=tmp_path, check=True, capture_output=True, text=True,
            pass_fds=[listener.fileno()]).stdout
    return dict(line.split("\t")[:2] for line in output.splitlines())


def checks_of(system):
    return {check["name"]: check for check in system.status()["canary"]["checks"]}


def test_without_a_sandbox_every_act_succeeds(tmp_path):
    """The control: an act that cannot succeed anywhere would be stopped by nothing of ours."""
    results = acts_unconfined(tmp_path)
    # The root cgroup has the same path in every namespace.
    with open("/proc/self/cgroup", encoding="ascii") as file:
        if all(line.rstrip("\n").endswith(":/") for line in file):
            results.pop("cgroup_namespace")
    assert {name for name, result in results.items() if result != "reached"} == set()
    assert len(results) >= 38


def test_every_act_and_every_overrun_is_stopped(system):
    checks = checks_of(system)
    assert OVERRUNS <= checks.keys() and len(checks) >= 46
    not_held = {name: check["detail"] for name, check in checks.items()
                if check["verdict"] != "held"}
    assert not_held == {}
    health = system.client.get("/health").json["canary"]
    assert health["runs"] >= 1 and health["checks"] == len(checks)
    assert health["broken"] == [] and health["expected"] == []


def test_doctor_prints_what_the_canary_could_not_do(system):
    output = system.brood("doctor").stdout.decode()
    assert "canary: io_uring" in output and "could not set up io_uring (ENOSYS)" in output
    assert "could not use more than its memory" in output


@pytest.mark.parametrize("layer, acts", [
    ("landlock", ["write_proc"]),
    ("seccomp_numbers", ["io_uring", "keyring", "userfaultfd", "trace"]),
    ("seccomp_arguments", ["socket_family", "pipe_size"]),
    ("no_new_privs", ["setuid_programs"]),
    ("net", ["net_namespace", "network_interface"]),
    ("read_only_root", ["writable_root"]),
    ("own_inodes", ["shared_lock"]),
    ("masked_proc", ["host_facts"]),
    ("cgroup_cpu", ["cpu_bandwidth"]),
])
def test_an_act_succeeds_where_its_layer_is_off(layer, acts):
    settings = {"layers": {layer: "off"}}
    if layer == "no_new_privs":
        # Without it an ordinary process may not install a filter.
        settings["layers"] |= {"seccomp_numbers": "off", "seccomp_arguments": "off",
                               "landlock": "off"}
    if layer == "read_only_root":
        # Overlays without a layer to write to are read-only by themselves.
        settings["layers"]["own_inodes"] = "off"
    # On a busy machine a spinning job may not get more of a CPU than its share by itself.
    settings["supervisor"] = {"canary_interval_ms": 200}
    with System(settings=settings) as system:
        def verdicts():
            checks = checks_of(system)
            return {act: checks[act]["verdict"] for act in acts}
        eventually(lambda: verdicts() == dict.fromkeys(acts, "expected"), verdicts)
        assert f"{layer}: off" in system.client.execute("print(1)").isolation["missing"]


def test_a_layer_that_is_accepted_and_does_nothing_is_found_out():
    with System(prefix=pretending(LANDLOCK_RESTRICT_SELF)) as system:
        isolation = system.client.execute("print(1)").isolation
        assert "landlock" not in isolation["layers"]
        assert len(isolation["missing"]) == 1
        assert isolation["missing"][0].startswith(
            "landlock: a canary could open its own /proc files for writing"), isolation
        assert checks_of(system)["write_proc"]["verdict"] == "broken"


def test_a_required_layer_that_does_not_hold_prevents_the_start():
    system = System(settings={"layers": {"landlock": "required"}},
                    prefix=pretending(LANDLOCK_RESTRICT_SELF))
    try:
        system.spawn()
        system.wait_for_line("refusing to start.*landlock: a canary could.*fix: ")
        assert system.serve.wait(60) != 0
        assert_plain(system.log())
    finally:
        system.destroy()


@pytest.fixture
def own_libexec(tmp_path):
    """The real zygotes, and a canary that a test may exchange."""
    directory = tmp_path / "libexec"
    directory.mkdir()
    os.chmod(tmp_path, 0o755)
    for name in os.listdir(LIBEXEC):
        if name.startswith("brood-zygote"):
            os.symlink(os.path.realpath(os.path.join(LIBEXEC, name)), directory / name)
    shutil.copy(CANARY, directory / "brood-canary")
    return directory


def test_isolation_lost_while_running_ends_the_taking_of_jobs(own_libexec):
    canary = own_libexec / "brood-canary"
    with System(settings={"supervisor": {"libexec_dir": str(own_libexec),
                                         "canary_interval_ms": 100}}) as system:
        runs = system.status()["canary"]["runs"]
        eventually(lambda: system.status()["canary"]["runs"] >= runs + 2, "two more trials")
        assert system.client.execute("print(1)").status == "ok"

        # From now on its acts have no answer, so that nothing says that they were stopped.
        os.rename(canary, own_libexec / "kept")
        changed = own_libexec / "changed"
        changed.write_text("#!/bin/sh\nexit 0\n")
        os.rename(changed, canary)
        eventually(lambda: system.client.get("/health").status == 503, "isolation lost")
        health = system.client.get("/health").json
        assert health["status"] == "isolation_lost" and health["canary"]["broken"]
        refused = system.client.post("/v1/execute", {"language": "python", "code": "print(1)"})
        assert (refused.status, refused.json["error"]["code"]) == (503, "isolation_lost")
        assert system.client.get("/ready").status == 503

        os.rename(own_libexec / "kept", canary)
        eventually(lambda: system.client.get("/health").status == 200, "found again")
        assert system.client.execute("print(1)").status == "ok"


def test_a_canary_that_cannot_be_run_is_an_error_and_no_verdict(own_libexec):
    with System(settings={"supervisor": {"libexec_dir": str(own_libexec),
                                         "canary_interval_ms": 100}}) as system:
        os.remove(own_libexec / "brood-canary")
        eventually(lambda: "error" in system.client.get("/health").json["canary"], "the error")
        assert system.client.execute("print(1)").status == "ok"
