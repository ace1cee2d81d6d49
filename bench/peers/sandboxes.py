"""Peers that start a fresh interpreter for each job: none, bubblewrap, runc and runsc."""

import json
import os
import shutil
import subprocess
import tempfile

PYTHON = "/usr/bin/python3"
MEMORY_LIMIT_BYTES = 256 << 20
PROCESS_LIMIT = 64
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}
CGROUP = "brood-peers"
# What Brood's sandboxes have, as the table names what others lack.
NAMESPACES, ROOT, SECCOMP, LANDLOCK, LIMITS = (
    "namespaces", "own root", "seccomp", "Landlock", "memory and process limits")
OWN_ID = "a host id per job"


class Absent(Exception):
    """This peer cannot take part here; the text says why."""


def find(program):
    path = shutil.which(program)
    if path is None:
        raise Absent(f"{program} is not installed")
    return path


def version_of(command):
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    lines = (done.stdout or done.stderr).splitlines()
    return lines[0].split()[-1] if lines else "?"


class Peer:
    """One way to run a job. `run` blocks until the job has been answered and reaped."""
    name = "?"
    kind = "a"
    missing = []

    def __init__(self):
        self.version = "?"
        self.samples_us = []
        self.jobs_per_second_per_cpu = None

    def prepare(self, code):
        """What is not timed; returns what `run` is to be given."""
        return code

    def run(self, prepared):
        """The job's output."""
        raise NotImplementedError

    def close(self):
        """Ends what was started, removes what was made."""


def output_of(command, stdin=subprocess.DEVNULL):
    # Neither a shell nor a fork that copies us: posix_spawn, which asks for close_fds=False.
    done = subprocess.run(command, stdin=stdin, capture_output=True, env=ENVIRONMENT,
                          close_fds=False, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{command[0]}: exit code {done.returncode}: {done.stderr[-300:]!r}")
    return done.stdout.decode()


class Native(Peer):
    name = "python3 -c"
    missing = ["everything: no sandbox at all"]

    def __init__(self):
        super().__init__()
        self.version = version_of([PYTHON, "--version"])

    def run(self, prepared):
        return output_of([PYTHON, "-c", prepared])


class Bubblewrap(Peer):
    name = "bubblewrap"
    missing = [SECCOMP, LANDLOCK, LIMITS, OWN_ID]

    def __init__(self):
        super().__init__()
        self._command = [find("bwrap"), "--unshare-all", "--die-with-parent", "--new-session",
                         "--ro-bind", "/usr", "/usr", "--symlink", "usr/bin", "/bin",
                         "--symlink", "usr/lib", "/lib", "--symlink", "usr/lib64", "/lib64",
                         "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp",
                         "--tmpfs", "/workspace", "--chdir", "/workspace", PYTHON, "-c"]
        self.version = version_of(["bwrap", "--version"])
        output_of(self._command + ["pass"])

    def run(self, prepared):
        return output_of(self._command + [prepared])


class Container(Peer):
    """An OCI runtime: a bundle whose configuration is written anew for each job."""
    program = "?"
    flags = []
    missing = [LANDLOCK, OWN_ID]

    def __init__(self):
        super().__init__()
        self._path = find(self.program)
        self.version = version_of([self._path, "--version"])
        self._folder = tempfile.mkdtemp(prefix="brood-peers-")
        self._bundle = os.path.join(self._folder, "bundle")
        for name in ("usr", "proc", "tmp", "dev", "workspace"):
            os.makedirs(os.path.join(self._bundle, "rootfs", name))
        for name in ("bin", "lib", "lib64"):
            os.symlink(f"usr/{name}", os.path.join(self._bundle, "rootfs", name))
        self._count = 0
        try:
            if self.run(self.prepare("print(1)")) != "1\n":
                raise Absent("it gives no output here")
        except (RuntimeError, OSError) as error:
            self.close()
            raise Absent(str(error)) from error

    def _specification(self, code, name):
        namespaces = ("pid", "network", "ipc", "uts", "mount")
        return {
            "ociVersion": "1.0.2",
            "process": {"terminal": False, "user": {"uid": 0, "gid": 0}, "cwd": "/workspace",
                        "args": [PYTHON, "-c", code],
                        "env": [f"{key}={value}" for key, value in ENVIRONMENT.items()],
                        "capabilities": {}, "noNewPrivileges": True},
            "root": {"path": "rootfs", "readonly": True}, "hostname": "sandbox",
            "mounts": [
                {"destination": "/usr", "type": "bind", "source": "/usr",
                 "options": ["rbind", "ro"]},
                {"destination": "/proc", "type": "proc", "source": "proc"},
                {"destination": "/dev", "type": "tmpfs", "source": "tmpfs",
                 "options": ["nosuid", "mode=755", "size=64k"]},
                {"destination": "/tmp", "type": "tmpfs", "source": "tmpfs"},
                {"destination": "/workspace", "type": "tmpfs", "source": "tmpfs"}],
            "linux": {"namespaces": [{"type": each} for each in namespaces],
                      "cgroupsPath": f"/{CGROUP}/{name}",
                      "resources": {"memory": {"limit": MEMORY_LIMIT_BYTES},
                                    "pids": {"limit": PROCESS_LIMIT}}}}

    def prepare(self, code):
        self._count += 1
        name = f"brood-peers-{os.getpid()}-{self._count}"
        bundle = os.path.join(self._folder, name)
        os.mkdir(bundle)
        os.symlink(os.path.join(self._bundle, "rootfs"), os.path.join(bundle, "rootfs"))
        specification = self._specification(code, name)
        specification["root"]["path"] = os.path.join(self._bundle, "rootfs")
        with open(os.path.join(bundle, "config.json"), "w", encoding="utf-8") as file:
            json.dump(specification, file)
        return name

    def run(self, prepared):
        bundle = os.path.join(self._folder, prepared)
        return output_of([self._path, "--root", os.path.join(self._folder, "state"), *self.flags,
                          "run", "--bundle", bundle, prepared])

    def close(self):
        shutil.rmtree(self._folder, ignore_errors=True)


class Runc(Container):
    name = "runc"
    program = "runc"
    missing = [SECCOMP + " (none unless configured)", LANDLOCK, OWN_ID]

    def close(self):
        super().close()
        for hierarchy in os.scandir("/sys/fs/cgroup"):
            try:
                os.rmdir(os.path.join(hierarchy.path, CGROUP))
            except OSError:
                pass


class Runsc(Container):
    name = "runsc"
    program = "runsc"
    flags = ["--network=none", "--ignore-cgroups", "--platform=ptrace"]
    missing = [LIMITS + " (cgroups ignored)", LANDLOCK, OWN_ID]
