"""Peers that are asked over a connection which stays open: go-judge and Brood."""

import json
import os
import re
import shutil
import socket
import subprocess
import tempfile
import threading
import time
import urllib.request

from sandboxes import (ENVIRONMENT, LANDLOCK, MEMORY_LIMIT_BYTES, OWN_ID, PROCESS_LIMIT, PYTHON,
                       Absent, Peer, find, version_of)

START_SECONDS = 60


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return listening.getsockname()[1]


class Service(Peer):
    """A process of ours that serves until we end it."""

    def __init__(self):
        super().__init__()
        self._folder = tempfile.mkdtemp(prefix="brood-peers-")
        os.chmod(self._folder, 0o755)
        self._process = None
        self._port = 0

    def close(self):
        if self._process is not None:
            self._process.terminate()
            self._process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)


class GoJudge(Service):
    name = "go-judge"
    kind = "b"
    missing = ["seccomp (none unless configured)", LANDLOCK, OWN_ID]

    def __init__(self):
        path = find("go-judge", "it is built with go, from its module proxy")
        super().__init__()
        self.version = version_of([path, "-version"])
        self._port = free_port()
        self._process = subprocess.Popen(
            [path, "-http-addr", f"127.0.0.1:{self._port}", "-dir", self._folder,
             "-parallelism", "2", "-pre-fork", "2", "-silent"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                if self._try_out() == "1\n":
                    return
                why = "it gives no output here"
            except (OSError, ValueError, KeyError) as error:
                why = str(error)
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.close()
                raise Absent(why)
            time.sleep(0.1)

    def _try_out(self):
        body = self.plan()["body"].replace("{code}", "print(1)").encode()
        request = urllib.request.Request(f"http://127.0.0.1:{self._port}/run", body,
                                         {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=START_SECONDS) as response:
            result, = json.load(response)
        return result["files"]["stdout"]

    def plan(self):
        job = {"args": [PYTHON, "-c", "{code}"],
               "env": [f"{key}={value}" for key, value in ENVIRONMENT.items()],
               "files": [{"content": ""}, {"name": "stdout", "max": 1 << 16},
                         {"name": "stderr", "max": 1 << 16}],
               "cpuLimit": 10**10, "clockLimit": 2 * 10**10, "memoryLimit": MEMORY_LIMIT_BYTES,
               "procLimit": PROCESS_LIMIT}
        return {"address": f"127.0.0.1:{self._port}", "path": "/run",
                "body": json.dumps({"cmd": [job]}), "answer": "/0/files/stdout"}


class Brood(Service):
    """By its own socket, which C++ programs use."""
    name = "brood"
    kind = "c"

    def __init__(self, binary):
        super().__init__()
        self.version = version_of([binary, "--version"])
        self._process = subprocess.Popen(
            [binary, "serve", "--gateway-port", "0", "--supervisor-runtime-dir",
             os.path.join(self._folder, "run"), "--supervisor-log-level", "error",
             "--sandbox-cgroup-parent", "brood-peers-own", "--sandbox-uid-base", "3900000000"],
            stdout=subprocess.PIPE, text=True)
        for line in self._process.stdout:
            found = re.search(r"http://127\.0\.0\.1:(\d+)", line)
            if found:
                self.port = int(found[1])
                break
        else:
            self.close()
            raise Absent("brood serve did not start")
        self._drain = threading.Thread(target=self._process.stdout.read, daemon=True)
        self._drain.start()

    def plan(self):
        return {"socket": os.path.join(self._folder, "run", "brood.sock")}


class BroodOverHttp(Peer):
    """Reaches the same system by its gateway."""
    name = "brood, HTTP"
    kind = "c"

    def __init__(self, brood):
        super().__init__()
        self.version = brood.version
        self._address = f"127.0.0.1:{brood.port}"

    def plan(self):
        return {"address": self._address, "path": "/v1/execute",
                "body": json.dumps({"language": "python", "code": "{code}"}), "answer": "/stdout"}


def start_brood(binary):
    brood = Brood(binary)
    return [brood, BroodOverHttp(brood)]
