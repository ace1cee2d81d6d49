"""A host that refuses user namespaces: Brood does without them where that is allowed, and else says
so at once, by name, and does not start."""

import os
import subprocess

import pytest

from plain import assert_plain
from preconditions import binary

# An ordinary user in a user namespace in which no further namespace may be made, as the sysctl has
# it; nothing of the host is changed.
DENIED = ["unshare", "--user", "--map-user=1000", "--map-group=1000", "--keep-caps", "sh", "-c",
          'echo 0 >/proc/sys/user/max_user_namespaces; exec setpriv --inh-caps=-all '
          '--ambient-caps=-all --bounding-set=-all --no-new-privs "$@"', "sh"]
# landlock_create_ruleset does not exist.
WITHOUT_LANDLOCK = ["/usr/bin/python3", "-B",
                    os.path.join(os.path.dirname(__file__), "../support/without_calls.py"), "444"]


def denied(tmp_path, *arguments, prefix=()):
    runtime_dir = tmp_path / "run"
    return subprocess.run(
        [*DENIED, *prefix, binary("brood"), *arguments, "--supervisor-runtime-dir", str(runtime_dir)],
        env={key: value for key, value in os.environ.items() if not key.startswith("BROOD_")},
        capture_output=True, text=True, check=False)


REFUSALS = {
    "less than asked for": (
        ("--sandbox-min-isolation", "namespaces"), (),
        'raise sysctl user.max_*_namespaces, or allow less: sandbox.min_isolation = "process"'),
    "no Landlock": (
        (), WITHOUT_LANDLOCK,
        "nor without namespaces: landlock: signals and abstract sockets: Function not implemented; "
        "fix: boot Linux 6.12 or later with Landlock"),
    "Landlock switched off": (
        ("--layers-landlock", "off"), (),
        "without namespaces the layer landlock is what there is"),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_it_refuses_to_start_and_names_step_and_fix(tmp_path, name):
    flags, prefix, why = REFUSALS[name]
    done = denied(tmp_path, "serve", "--gateway-port", "0", *flags, prefix=prefix)
    assert done.returncode != 0
    refusal, = [line for line in done.stderr.splitlines() if "refusing to start" in line]
    assert "no sandbox can be built here: user" in refusal
    assert why in refusal
    assert_plain(done.stderr)
    assert "http://" not in done.stdout
    assert not (tmp_path / "run" / "brood.sock").exists()


def test_doctor_says_the_same(tmp_path):
    done = denied(tmp_path, "doctor", prefix=WITHOUT_LANDLOCK)
    assert done.returncode != 0
    assert "raise sysctl user.max_*_namespaces" in done.stdout
    assert "boot Linux 6.12 or later with Landlock" in done.stdout
    assert "Below the minimum: Brood would refuse to start." in done.stdout


def test_doctor_says_what_can_be_had_without(tmp_path):
    done = denied(tmp_path, "doctor")
    assert done.returncode == 0, done.stdout
    assert 'Brood can run here with isolation level "process".' in done.stdout
    tier, = [line for line in done.stdout.splitlines() if line.startswith("tier")]
    assert "process" in tier
