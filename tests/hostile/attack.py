"""Running a hostile guest in a sandbox, and what must be true after each one."""

import base64
import os
import threading
import uuid

import procs
from weakened import guest_path, new_token


def source(name):
    with open(guest_path(name), encoding="utf-8") as file:
        return file.read()


class Flag:
    """A file on the host with a secret in it, which no guest may ever see or change."""

    def __init__(self, directory):
        self.name = f"flag-{uuid.uuid4().hex}"
        self.secret = uuid.uuid4().hex
        self.path = os.path.join(directory, self.name)
        with open(self.path, "w", encoding="ascii") as file:
            file.write(self.secret)
        os.chmod(self.path, 0o666)
        self._before = self._state()

    def _state(self):
        facts = os.stat(self.path)
        with open(self.path, encoding="ascii") as file:
            return file.read(), facts.st_mtime_ns, facts.st_mode, facts.st_nlink

    def assert_untouched(self):
        assert self._state() == self._before


class Neighbour:
    """Runs one honest job after the other beside the attack; each must be right."""

    CODE = "import sys, json; print(json.dumps(sorted(sys.stdin.read().split())))"

    def __init__(self, client):
        self._client = client
        self._stop = threading.Event()
        self._failures = []
        self.answered = 0
        self._thread = threading.Thread(target=self._work)

    def _work(self):
        try:
            while not self._failures and not (self._stop.is_set() and self.answered):
                self._one()
        except Exception as error:  # A thread's exceptions are the oracle's to report.
            self._failures.append(repr(error))
        finally:
            self._client.close()

    def _one(self):
        words = [uuid.uuid4().hex for _ in range(3)]
        reply = self._client.execute(self.CODE, stdin=" ".join(words))
        expected = "[" + ", ".join(f'"{word}"' for word in sorted(words)) + "]\n"
        if (reply.status, reply.stdout) != ("ok", expected):
            self._failures.append(dict(reply))
        self.answered += 1

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._stop.set()
        self._thread.join()

    def assert_fine(self):
        assert not self._failures and self.answered, self._failures


class Attack:
    """The guests of one test. As a context manager it is the common oracle: neighbour, flag,
    trusted processes, census, pool."""

    def __init__(self, system, flag):
        self.system, self.flag = system, flag
        self._neighbour = Neighbour(system.client)

    def enforces(self, layer):
        """Whether the kernel holds jobs to it. If not, a look every now and then ends them."""
        return layer in self.system.status()["isolation"]["layers"]

    @property
    def shares_host(self):
        """Whether jobs have no namespaces: then there is no /workspace, and everybody can be named."""
        return self.system.tier == "process"

    def named(self):
        """Processes that a job of a shared host can name: the trusted, and parked neighbours with
        their keepers, of which some may have had their job meanwhile."""
        parked = self.system.roles.workers()
        return [*self.trusted(), *parked, *filter(None, map(procs.parent, parked))]

    def trusted(self):
        roles = self.system.roles
        zygotes = sorted(roles.python_zygotes())
        return roles.supervisor(), roles.gateway(), roles.slot_builder(), *zygotes

    def __enter__(self):
        self._census = self.system.census()
        self._trusted = self.trusted()
        self._neighbour.__enter__()
        return self

    def __exit__(self, kind, *_):
        self._neighbour.__exit__()
        if kind is not None:
            return
        self._neighbour.assert_fine()
        self.flag.assert_untouched()
        assert self.trusted() == self._trusted, "a trusted process was restarted"
        self.system.assert_census(self._census)
        reply = self.system.client.execute("print('after')")
        assert (reply.stdout, reply.timing.start) == ("after\n", "hot")
        assert self._trusted == self.trusted()

    def run(self, name, *arguments, **limits):
        """Runs a guest to its verdict; the output comes without the token, which must be there."""
        token = new_token()
        reply = self.system.client.execute(source(name), args=[token, *map(str, arguments)],
                                           limits=limits)
        if reply.get("stdout_encoding") == "base64":
            reply["stdout"] = base64.b64decode(reply.stdout).decode("utf-8", "replace")
        assert reply.stdout.startswith(token + "\n"), dict(reply)
        assert self.flag.secret not in reply.stdout + reply.stderr
        reply["stdout"] = reply.stdout[len(token) + 1:]
        return reply

    def start(self, name, *arguments, **limits):
        """A guest running in its sandbox, past its token, as a stream."""
        token = new_token()
        stream = self.system.client.stream(source(name), args=[token, *map(str, arguments)],
                                           limits=limits)
        stream.until_output(token)
        return stream

    def resident_peak(self):
        """Peak memory of supervisor and gateway together since forget_peak()."""
        return sum(int(procs.status(pid)["VmHWM"].split()[0]) * 1024 for pid in self._trusted[:2])

    def forget_peak(self):
        for pid in self._trusted[:2]:
            with open(f"/proc/{pid}/clear_refs", "w", encoding="ascii") as file:
                file.write("5")
