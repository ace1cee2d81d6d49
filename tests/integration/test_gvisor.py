"""Inside gVisor Brood refuses by the name of what is not there.

Debian's runsc is of 2022 and has no pidfds. A version of 2026 has them and then lacks the cgroup
namespace, mount_setattr and the actions that end a process at a system call.
"""

import os
import subprocess

import preconditions
from plain import assert_plain

RUNSC = "/usr/bin/runsc"


def in_gvisor(tmp_path, *command):
    """Runs a command in a sandbox of gVisor's on the host's root, which it cannot write to."""
    assert os.access(RUNSC, os.X_OK), f"{RUNSC} is not installed (Debian's package runsc)"
    environment = {key: value for key, value in os.environ.items() if not key.startswith("BROOD_")}
    return subprocess.run(
        [RUNSC, f"--root={tmp_path / 'state'}", "--network=none", "--ignore-cgroups", "do", *command],
        env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
        timeout=120)


def test_it_is_gvisor_that_we_are_in(tmp_path):
    done = in_gvisor(tmp_path, "dmesg")
    assert "gVisor" in done.stdout, (done.stdout, done.stderr)


def test_serve_refuses_and_names_what_is_not_there(tmp_path):
    done = in_gvisor(tmp_path, preconditions.binary("brood"), "serve", "--gateway-port", "0")
    output = done.stdout + done.stderr
    assert done.returncode != 0, output
    assert "refusing to start: pidfd_open: Function not implemented; fix: " in output, output
    assert "gVisor" in output
    assert_plain(output)


def test_doctor_names_it_too_and_what_to_do(tmp_path):
    done = in_gvisor(tmp_path, preconditions.binary("brood"), "doctor")
    lines = done.stdout.splitlines()
    assert done.returncode == 1, done.stdout + done.stderr
    pidfd = next(index for index, line in enumerate(lines) if line.startswith("pidfd "))
    assert "missing" in lines[pidfd] and "Function not implemented" in lines[pidfd]
    assert lines[pidfd + 1].strip().startswith("fix: ")
    assert "Brood would refuse to start" in lines[-1]
