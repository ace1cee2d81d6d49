"""A host that refuses user namespaces: Brood says so at once, by name, and does not start."""

import os
import subprocess

from preconditions import binary

# An ordinary user in a user namespace in which no further namespace may be made, as the sysctl has
# it; nothing of the host is changed.
DENIED = ["unshare", "--user", "--map-user=1000", "--map-group=1000", "--keep-caps", "sh", "-c",
          'echo 0 >/proc/sys/user/max_user_namespaces; exec setpriv --inh-caps=-all '
          '--ambient-caps=-all --bounding-set=-all --no-new-privs "$@"', "sh"]


def denied(tmp_path, *arguments):
    runtime_dir = tmp_path / "run"
    return subprocess.run(
        [*DENIED, binary("brood"), *arguments, "--supervisor-runtime-dir", str(runtime_dir)],
        env={key: value for key, value in os.environ.items() if not key.startswith("BROOD_")},
        capture_output=True, text=True, check=False)


def test_it_refuses_to_start_and_names_step_and_fix(tmp_path):
    done = denied(tmp_path, "serve", "--gateway-port", "0")
    assert done.returncode != 0
    refusal, = [line for line in done.stderr.splitlines() if "refusing to start" in line]
    assert "no sandbox can be built here: user" in refusal
    assert "No space left on device; fix: raise sysctl user.max_*_namespaces" in refusal
    assert "http://" not in done.stdout
    assert not (tmp_path / "run" / "brood.sock").exists()


def test_doctor_says_the_same(tmp_path):
    done = denied(tmp_path, "doctor")
    assert done.returncode != 0
    assert "raise sysctl user.max_*_namespaces" in done.stdout
    assert "Below the minimum: Brood would refuse to start." in done.stdout
