"""Runs the same guests without our protection, so that a refusal proves something.

Each control gives a guest back exactly the power whose absence is being tested, inside bounds that
keep the machine safe: a cgroup, a mount namespace of its own, a process that is killed after.
"""

import contextlib
import os
import signal
import subprocess
import tempfile
import uuid

import procs
from eventually import eventually

GUESTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "guests")
PYTHON = "/usr/bin/python3"
# Where the guests are in a mount namespace of a control's own, whatever it mounts over /tmp.
GUESTS_INSIDE = "/srv"


def guest_path(name):
    return os.path.join(GUESTS, f"{name}.py")


def new_token():
    return f"guest-{uuid.uuid4().hex}"


class Run:
    """A guest's native run: its exit code and its output after the token."""

    def __init__(self, token, done):
        lines = done.stdout.decode("utf-8", "replace").splitlines(keepends=True)
        assert lines and lines[0] == token + "\n", (done.stdout[:200], done.stderr[-500:])
        self.stdout = "".join(lines[1:])
        self.stderr = done.stderr.decode("utf-8", "replace")
        self.exit_code = done.returncode


def run(name, *arguments, prefix=(), **options):
    """Runs a guest to its end, as root; `prefix` is a command that weakens or confines it."""
    token = new_token()
    with tempfile.TemporaryDirectory(prefix="brood-control-") as directory:
        done = subprocess.run(
            [*prefix, PYTHON, "-B", guest_path(name), token, *map(str, arguments)],
            **({"cwd": directory, "capture_output": True, "check": False, "timeout": 120,
                "stdin": subprocess.DEVNULL} | options))
    return Run(token, done)


@contextlib.contextmanager
def bystander(uid):
    """Somebody else's process of this user, who has nothing to do with us."""
    with subprocess.Popen(["/usr/bin/setpriv", f"--reuid={uid}", f"--regid={uid}",
                           "--clear-groups", "/usr/bin/sleep", "1000"]) as process:
        try:
            yield process
        finally:
            process.kill()


def run_in_own_namespaces(flags, script, timeout=120):
    """Runs a shell script under unshare(1) with --mount; in it, `guest NAME ARGS…` runs a guest."""
    assert any(flag.startswith("--mount") for flag in flags)
    prelude = (f"mount --bind '{GUESTS}' {GUESTS_INSIDE}\n"
               f'guest() {{ name=$1; shift; {PYTHON} -B {GUESTS_INSIDE}/$name.py token "$@"; }}\n')
    with tempfile.TemporaryDirectory(prefix="brood-control-") as directory:
        done = subprocess.run(["unshare", *flags, "sh", "-c", prelude + script], cwd=directory,
                              capture_output=True, check=False, timeout=timeout,
                              stdin=subprocess.DEVNULL)
    output = done.stdout.decode()
    assert "token\n" in output, (done.stdout, done.stderr)
    return output


@contextlib.contextmanager
def started(name, *arguments, prefix=(), **options):
    """A guest running natively, past its token; killed in the end, with its children."""
    token = new_token()
    process = subprocess.Popen(
        [*prefix, PYTHON, "-B", guest_path(name), token, *map(str, arguments)],
        **({"stdout": subprocess.PIPE, "stdin": subprocess.DEVNULL,
            "start_new_session": True} | options))
    try:
        assert process.stdout.readline() == token.encode() + b"\n"
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        process.stdout.close()


def pids_hierarchy():
    """Where cgroups with a pids controller are made, on v1 and on v2."""
    v1 = "/sys/fs/cgroup/pids"
    return v1 if os.path.isdir(v1) else "/sys/fs/cgroup"


@contextlib.contextmanager
def bounded_processes(maximum):
    """A cgroup that may hold `maximum` processes; all in it are killed in the end. Yields the
    command prefix that enters it, and a function that counts."""
    directory = os.path.join(pids_hierarchy(), f"brood-control-{os.getpid()}-{uuid.uuid4().hex[:8]}")
    os.mkdir(directory)
    try:
        with open(os.path.join(directory, "pids.max"), "w", encoding="ascii") as file:
            file.write(str(maximum))

        def members():
            with open(os.path.join(directory, "cgroup.procs"), encoding="ascii") as file:
                return [int(line) for line in file]

        enter = ("sh", "-c", f'echo 0 > {directory}/cgroup.procs; exec "$@"', "sh")
        try:
            yield enter, lambda: len(members())
        finally:
            _kill_until_empty(directory, members)
    finally:
        eventually(lambda: _removed(directory), "the control's cgroup is empty")


def _kill_until_empty(directory, members):
    """No new process can come while pids.max is 0, so the members only become fewer."""
    with open(os.path.join(directory, "pids.max"), "w", encoding="ascii") as file:
        file.write("0")

    def sweep():
        alive = [pid for pid in members() if not procs.is_zombie(pid)]
        for pid in alive:
            with contextlib.suppress(OSError), procs.PidHandle(pid) as handle:
                handle.send(signal.SIGKILL)
        return not alive
    eventually(sweep, "the control's processes end")


def _removed(directory):
    with contextlib.suppress(OSError):
        os.rmdir(directory)
    return not os.path.exists(directory)
