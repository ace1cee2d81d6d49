"""class Podman: containers of a storage of the test's own, all of it gone at the end."""

import contextlib
import json
import os
import shutil
import socket
import subprocess

HERE = os.path.dirname(os.path.abspath(__file__))
SOURCES = os.path.dirname(os.path.dirname(HERE))
PATIENCE = 600
# Where this machine may not raise limits, podman's own would be refused.
LIMITS = ["--ulimit", "nofile=20000:20000", "--ulimit", "nproc=32768:32768"]


def run(command, **options):
    """Returns the standard output of a command that succeeds."""
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False,
                          **options)
    assert done.returncode == 0, f"{command}:\n{done.stdout[-3000:]}\n{done.stderr[-6000:]}"
    return done.stdout


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as one:
        return one.getsockname()[1]


class Podman:
    def __init__(self, folder):
        self._folder = folder
        # Debian 12's crun needs a machine with control groups of version 2 only.
        self._storage = ["--root", f"{folder}/root", "--runroot", f"{folder}/run"]
        self._command = ["podman", *self._storage, "--runtime", "runc", "--cgroup-manager", "cgroupfs"]

    def __call__(self, *arguments):
        return run([*self._command, *arguments])

    def build(self, context, target, name, **arguments):
        flags = [flag for key, value in arguments.items() for flag in ("--build-arg", f"{key}={value}")]
        run(["buildah", *self._storage, "bud", "--pull-never", "--isolation", "chroot", "--network",
             "host", "--layers", "--format", "docker", "-f", f"{context}/deploy/image/Dockerfile",
             "--target", target, *flags, "-t", name, context])

    def start(self, image, *flags):
        port = free_port()
        name = self("run", "--detach", *LIMITS, "--publish", f"127.0.0.1:{port}:8000", *flags,
                    image).strip()
        return Container(self, name, port)

    def once(self, image, *command):
        """Runs a program of the image instead of Brood; returns how it ended and what it wrote."""
        return subprocess.run([*self._command, "run", "--rm", *LIMITS, "--entrypoint", command[0],
                               image, *command[1:]], capture_output=True, text=True, check=False,
                              timeout=PATIENCE)

    def output(self, *arguments):
        """Both streams of a command of podman's that succeeds."""
        return subprocess.run([*self._command, *arguments], check=True, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT).stdout

    def inspect(self, image):
        return json.loads(self("inspect", image))[0]

    def close(self):
        with contextlib.suppress(AssertionError):
            self("rm", "--all", "--force", "--time", "0", "--volumes")
        # The storage is a mount of its own kind on itself.
        for mount in mounts_below(self._folder):
            subprocess.run(["umount", "-l", mount], check=False)
        shutil.rmtree(self._folder)


def mounts_below(folder):
    with open("/proc/self/mountinfo", encoding="utf-8") as file:
        points = [line.split()[4] for line in file]
    return sorted((point for point in points if point.startswith(folder + "/")), reverse=True)


class Container:
    def __init__(self, podman, name, port):
        self._podman, self.name, self.port = podman, name, port

    def is_running(self):
        return self._podman("inspect", "--format", "{{.State.Running}}", self.name).strip() == "true"

    def exit_code(self):
        return int(self._podman("wait", self.name).strip())

    def log(self):
        return self._podman.output("logs", self.name)

    def execute(self, *command):
        return self._podman("exec", self.name, *command)

    def stop(self):
        self._podman("stop", "--time", "30", self.name)

    def remove(self):
        self._podman("rm", "--force", "--time", "0", "--volumes", self.name)
