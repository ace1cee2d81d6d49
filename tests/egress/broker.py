"""A real brood-egress, through the driver that stands in for the supervisor."""

import json
import os
import subprocess
from pathlib import Path

BUILD = Path(os.environ.get("BROOD_BUILD_DIR", "build/release")).resolve()

HTTP, SOCKS, ALIAS = 3128, 1080, 3129


class Broker:
    def __init__(self, namespace, ca_file, *flags):
        self._driver = subprocess.Popen(
            namespace.command(str(BUILD / "tests/egress/egress_driver"),
                              str(BUILD / "libexec/brood-egress"), "--ca-file", str(ca_file), *flags),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)
        self.ready = json.loads(self._driver.stdout.readline())
        self.pid = self.ready["pid"]
        self._next_slot = 1

    def ask(self, what, **request):
        self._driver.stdin.write(json.dumps({"do": what, **request}) + "\n")
        return json.loads(self._driver.stdout.readline())

    def configure(self, *entries, **more):
        answer = self.ask("configure", entries=list(entries), **more)
        assert answer == {"done": True}, answer

    def status(self):
        return self.ask("status")

    def job(self, namespace, named=(), **job):
        """A slot in the namespace, and a job in it."""
        slot = self._next_slot
        self._next_slot += 1
        listeners = [{"kind": "http", "port": HTTP}, {"kind": "socks", "port": SOCKS},
                     {"kind": "alias", "port": ALIAS}, *named]
        answer = self.ask("listen", slot=slot, namespace=namespace.path, listeners=listeners)
        assert answer == {"done": True}, answer
        answer = self.ask("start", slot=slot, **job)
        assert answer == {"done": True}, answer
        return slot

    def end(self, slot):
        return self.ask("end", slot=slot)

    def close(self):
        self._driver.stdin.close()
        self._driver.stdout.close()
        self._driver.wait()
