"""Peers that are asked over HTTP: go-judge and Brood."""

import http.client
import json
import os
import re
import shutil
import socket
import subprocess
import tempfile
import threading
import time

from sandboxes import (ENVIRONMENT, LANDLOCK, MEMORY_LIMIT_BYTES, OWN_ID, PROCESS_LIMIT, PYTHON,
                       Absent, Peer, find, version_of)

START_SECONDS = 60


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return listening.getsockname()[1]


class Service(Peer):
    """A process of ours with an HTTP interface; each thread has a connection that it keeps."""

    def __init__(self):
        super().__init__()
        self._folder = tempfile.mkdtemp(prefix="brood-peers-")
        os.chmod(self._folder, 0o755)
        self._process = None
        self._local = threading.local()
        self._port = 0

    def _post(self, path, body):
        if not hasattr(self._local, "connection"):
            self._local.connection = http.client.HTTPConnection("127.0.0.1", self._port)
        self._local.connection.request("POST", path, body, {"Content-Type": "application/json"})
        response = self._local.connection.getresponse()
        reply = json.loads(response.read())
        if response.status != 200:
            raise RuntimeError(f"{self.name}: {response.status}: {reply}")
        return reply

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
        path = find("go-judge")
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
                if self.run(self.prepare("print(1)")) == "1\n":
                    return
                why = "it gives no output here"
            except (OSError, RuntimeError, http.client.HTTPException) as error:
                why = str(error)
                vars(self._local).clear()
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.close()
                raise Absent(why)
            time.sleep(0.1)

    def prepare(self, code):
        job = {"args": [PYTHON, "-c", code],
               "env": [f"{key}={value}" for key, value in ENVIRONMENT.items()],
               "files": [{"content": ""}, {"name": "stdout", "max": 1 << 16},
                         {"name": "stderr", "max": 1 << 16}],
               "cpuLimit": 10**10, "clockLimit": 2 * 10**10, "memoryLimit": MEMORY_LIMIT_BYTES,
               "procLimit": PROCESS_LIMIT}
        return json.dumps({"cmd": [job]})

    def run(self, prepared):
        result, = self._post("/run", prepared)
        if result["status"] != "Accepted":
            raise RuntimeError(f"go-judge: {result}")
        return result["files"]["stdout"]


class Brood(Service):
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
                self._port = int(found[1])
                break
        else:
            self.close()
            raise Absent("brood serve did not start")
        self._drain = threading.Thread(target=self._process.stdout.read, daemon=True)
        self._drain.start()

    def prepare(self, code):
        return json.dumps({"language": "python", "code": code})

    def run(self, prepared):
        reply = self._post("/v1/execute", prepared)
        if reply["status"] != "ok":
            raise RuntimeError(f"brood: {reply}")
        return reply["stdout"]
