"""`cmake --install` into an empty folder: it holds everything needed to serve, and only that."""

import os
import shutil
import subprocess
import tempfile

import preconditions
import pytest
from system import System


@pytest.fixture(scope="module")
def installed():
    """The prefix of an installation in a folder of its own."""
    prefix = tempfile.mkdtemp(prefix="brood-installed-")
    os.chmod(prefix, 0o755)  # The gateway runs as another user and must be able to enter it.
    subprocess.run(["cmake", "--install", preconditions.build_dir(), "--prefix", prefix],
                   check=True, capture_output=True)
    yield prefix
    shutil.rmtree(prefix)


def test_a_job_runs_from_the_installation(installed, monkeypatch):
    monkeypatch.setenv("BROOD_BUILD_DIR", installed)
    with System() as system:
        assert system.client.execute("print(6 * 7)").stdout == "42\n"
        running = os.readlink(f"/proc/{system.roles.supervisor()}/exe")
        assert running == os.path.join(installed, "bin/broodd")
        reply = system.client.execute("echo $((6 * 7))", language="bash")
        assert reply.stdout == "42\n", dict(reply)


def test_nothing_of_the_tests_is_installed(installed):
    found = [name for _, _, names in os.walk(installed) for name in names]
    assert "brood" in found
    assert not [name for name in found if "test" in name or "bench" in name]
