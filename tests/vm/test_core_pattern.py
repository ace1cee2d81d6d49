"""A core_pattern that is a program, as every host with systemd-coredump or apport has it: the kernel
starts it as root, outside of any sandbox, whatever the limit of core dumps but 1 (core(5)). The
pattern is the machine's, so this is only run in a guest."""

import os
import signal
import subprocess

import pytest

from eventually import eventually

PATTERN = "/proc/sys/kernel/core_pattern"

CRASHES = {
    "it aborts": "import os\nos.abort()",
    "it wants no core dump": "import os, resource\n"
                             "resource.setrlimit(resource.RLIMIT_CORE, (0, 0))\nos.abort()",
    "a program of its own": "import subprocess, sys\n"
                            "subprocess.run([sys.executable, '-c', 'import os; os.abort()'])\n"
                            "subprocess.run(['sh', '-c', 'ulimit -c 0; kill -SEGV $$'])\n"
                            "import os\nos.abort()",
}


@pytest.fixture
def crashes(tmp_path):
    """Returns the names of the files that the program was started for."""
    helper, seen = tmp_path / "helper", tmp_path / "seen"
    seen.mkdir()
    helper.write_text(f"#!/bin/sh\ncat >/dev/null\n: >{seen}/$1\n", encoding="ascii")
    helper.chmod(0o755)
    with open(PATTERN, "r+", encoding="ascii") as file:
        before = file.read()
        file.seek(0)
        file.write(f"|{helper} %P-%s")
    yield lambda: set(os.listdir(seen))
    with open(PATTERN, "w", encoding="ascii") as file:
        file.write(before)


def crash_outside(limit):
    """A crash of nobody's job, with this limit of core dumps; its name for the program."""
    with subprocess.Popen(["prlimit", f"--core={limit}:{limit}", "sh", "-c", "kill -ABRT $$"]) as process:
        process.wait()
    return f"{process.pid}-{int(signal.SIGABRT)}"


def test_outside_a_sandbox_it_is_started_by_a_limit_of_0(crashes):
    name = crash_outside(0)
    eventually(lambda: name in crashes(), crashes)


@pytest.mark.parametrize("what", CRASHES)
def test_nothing_is_started_by_a_job(client, crashes, what):
    reply = client.execute(CRASHES[what])
    assert (reply.status, reply.signal) == ("killed", "SIGABRT"), dict(reply)
    # Later than anything that the job could have started.
    name = crash_outside(0)
    eventually(lambda: name in crashes(), crashes)
    assert crashes() == {name}


def test_the_canary_says_so(system):
    checks = {check["name"]: check["verdict"] for check in system.status()["canary"]["checks"]}
    assert (checks["core_dump"], checks["core_limit"]) == ("held", "held")
