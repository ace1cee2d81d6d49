"""class System: one Brood of its own, from the real binaries, for a test to use and to hurt."""

import contextlib
import itertools
import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import threading

import census
import patience
import preconditions
import procs
import tiers
from client import Client
from eventually import eventually
from roles import Roles

_serial = itertools.count()

# In the supervisor's environment; no job may ever see it.
MARKER = ("SECRET_OF_THE_HOST", "marker-7f3a9c")

START_SECONDS = 90.0
STOP_SECONDS = patience.seconds(60.0)


def default_settings():
    """Small pools, a free port: the least that still has every part."""
    # To import what is preloaded otherwise takes an emulated CPU a minute for each system.
    preload = {"preload": []} if patience.is_needed() else {}
    return {
        "gateway": {"host": "127.0.0.1", "port": 0},
        "supervisor": {"max_concurrent_jobs": 64},
        "sandbox": {"max_slots": 96, "spare_slots": 2},
        "executed": {"min_idle": 1, "target_idle": 1, "max_workers": 64},
        "profiles": {"default": {"language": "python", "min_idle": 1, "target_idle": 3,
                                 "max_workers": 64} | preload},
        # They would have a zygote more in every system.
        "sessions": {"enabled": "off"},
    }


SESSIONS = {"sessions": {"enabled": "on"}}


def merged(base, changes):
    result = dict(base)
    for key, value in changes.items():
        both_tables = isinstance(value, dict) and isinstance(result.get(key), dict)
        result[key] = merged(result[key], value) if both_tables else value
    return result


def to_toml(table, prefix=""):
    values = [f"{key} = {json.dumps(value)}" for key, value in table.items()
              if not isinstance(value, dict)]
    text = (f"[{prefix}]\n" if prefix and values else "") + "".join(f"{v}\n" for v in values)
    for key, value in table.items():
        if isinstance(value, dict):
            text += to_toml(value, f"{prefix}.{key}" if prefix else key)
    return text


class System:
    """Starts in start(), is gone after stop(). Also a context manager."""

    def __init__(self, settings=None, environment=None, prefix=()):
        """`prefix` is a command that executes the rest of its arguments, somehow confined."""
        preconditions.check()
        number = next(_serial)
        self.directory = tempfile.mkdtemp(prefix="brood-test-")
        os.chmod(self.directory, 0o711)  # The gateway runs as nobody and must reach the socket.
        self.tier = tiers.current()
        self.runtime_dir = os.path.join(self.directory, "run")
        # A killed run may have left cgroups, and process ids come again.
        self.cgroup_parent = f"{os.path.basename(self.directory)}-{number}"
        uid_base = 1_000_000 + (os.getpid() % 4000) * 4096 + number * 256
        own = {"supervisor": {"runtime_dir": self.runtime_dir},
               "sandbox": {"uid_base": uid_base, "cgroup_parent": self.cgroup_parent}}
        self.settings = merged(merged(default_settings(), own), settings or {})
        # None: those that there are by default.
        self.settings["profiles"] = self.settings["profiles"] or {}
        for profile in [*self.settings["profiles"].values(), self.settings["executed"]]:
            # A pool that follows the load is never at rest where a test can wait for it.
            if "target_idle" in profile:
                profile.setdefault("max_idle", profile["target_idle"])
        self.uids = range(uid_base, uid_base + 2 * self.settings["sandbox"]["max_slots"])
        self.config_path = os.path.join(self.directory, "brood.toml")
        with open(self.config_path, "w", encoding="utf-8") as file:
            file.write(to_toml(self.settings))
        self._extra_environment = environment or {}
        if self.tier != "root":
            # An id that nobody else has tells its processes from other people's.
            os.chown(self.directory, uid_base, uid_base)
        self._prefix = [*tiers.prefix(self.tier, uid_base), *prefix]
        self.serve = None
        self.client = None
        self._lines = []
        self._lines_changed = threading.Condition()
        self._reader = None
        self._asked_to_stop = False

    # --- Life ---------------------------------------------------------------------------------

    def environment(self):
        kept = {name: value for name, value in os.environ.items()
                if name in ("PATH", "LANG", "HOME") or name.endswith("SAN_OPTIONS")}
        return kept | {"BROOD_CONFIG": self.config_path, MARKER[0]: MARKER[1]} \
            | self._extra_environment

    def start(self):
        """Returns once the system is ready and its pools are full."""
        self.spawn()
        address = self.wait_for_line(r"http://([0-9.]+):(\d+)")
        self.client = Client(address.group(1), int(address.group(2)))
        self.wait_ready()
        self.settle()
        return self

    def spawn(self):
        assert self.serve is None
        self._asked_to_stop = False
        self._lines = []
        # A group of its own, so that a terminal's signals do not reach it around the tests.
        self.serve = subprocess.Popen(
            [*self._prefix, preconditions.binary("brood"), "serve"], env=self.environment(),
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            start_new_session=True)
        self._reader = threading.Thread(target=self._read_lines, args=(self.serve.stdout,))
        self._reader.start()

    def _read_lines(self, pipe):
        with pipe:
            for line in pipe:
                with self._lines_changed:
                    self._lines.append(line.decode("utf-8", "replace").rstrip("\n"))
                    self._lines_changed.notify_all()
        with self._lines_changed:
            self._lines.append(None)
            self._lines_changed.notify_all()

    def wait_for_line(self, pattern, seconds=START_SECONDS):
        """Blocks on the system's output until a line matches; answers the match."""
        def look():
            for line in self._lines:
                match = line is not None and re.search(pattern, line)
                if match:
                    return match
            return "end" if self._lines and self._lines[-1] is None else None

        with self._lines_changed:
            found = self._lines_changed.wait_for(look, patience.seconds(seconds))
        assert found and found != "end", f"no line like {pattern!r} in:\n{self.log()}"
        return found

    def log(self):
        return "\n".join(line for line in self._lines if line is not None)

    def wait_ready(self):
        def ready():
            assert self.serve.poll() is None, f"brood serve ended:\n{self.log()}"
            with contextlib.suppress(OSError):
                return self.client.get("/ready").status == 200
        eventually(ready, lambda: f"/ready answers 200:\n{self.log()}", START_SECONDS)

    def ask_to_stop(self):
        """SIGTERM, once: a second one means "at once" to the serve process."""
        if not self._asked_to_stop:
            self._asked_to_stop = True
            self.serve.send_signal(signal.SIGTERM)

    def stop(self, expect_exit_code=0):
        """SIGTERM, then nothing of the system may be left."""
        if self.client:
            self.client.close()
        if self.serve is not None:
            before = self.identities()
            self.ask_to_stop()
            code = self.serve.wait(STOP_SECONDS)
            self._reader.join()
            assert code == expect_exit_code, f"brood serve exited {code}:\n{self.log()}"
            self.serve = None
            self.assert_gone(before)
            left = census.cgroup_directories(self.cgroup_parent)
            assert left == [], f"cgroups left behind: {left}\n{self.log()}"

    def identities(self):
        """(pid, start time) of everything that is part of the system now."""
        return {(pid, procs.start_time(pid)) for pid in self.pids()}

    def pids(self):
        return census.owned_pids(self.serve_pid, self.uids, self.cgroup_parent)

    def assert_gone(self, identities, seconds=30.0):
        def left():
            alive = [pid for pid, started in identities
                     if started is not None and procs.start_time(pid) == started
                     and not procs.is_zombie(pid)]
            return alive + [pid for pid in self.pids() if not procs.is_zombie(pid)]
        eventually(lambda: not left(), lambda: f"processes left behind: "
                   f"{[(pid, procs.read(pid, 'cmdline')) for pid in left()]}", seconds)

    def destroy(self):
        """The last resort of a failed test: ends what is there and removes what it left."""
        if self.serve is not None:
            ours = self.pids()
            for pid in [self.serve.pid, *ours]:
                with contextlib.suppress(OSError), procs.PidHandle(pid) as handle:
                    handle.send(signal.SIGKILL)
            self.serve.wait()
            self._reader.join()
            self.serve = None
            eventually(lambda: not [p for p in self.pids() if not procs.is_zombie(p)],
                       "the killed system's processes end")
        for directory in reversed(census.cgroup_directories(self.cgroup_parent)):
            with contextlib.suppress(OSError):
                os.rmdir(directory)
        shutil.rmtree(self.directory, ignore_errors=True)

    def __enter__(self):
        try:
            return self.start()
        except BaseException:
            self.destroy()
            raise

    def __exit__(self, kind, *_):
        try:
            if kind is None:
                self.stop()
        finally:
            self.destroy()

    # --- Looking --------------------------------------------------------------------------------

    @property
    def serve_pid(self):
        return self.serve.pid if self.serve is not None else None

    @property
    def roles(self):
        return Roles(self.serve_pid, self.tier)

    def brood(self, *arguments, **options):
        """Runs the CLI with this system's configuration."""
        return self.run([preconditions.binary("brood"), *arguments], **options)

    def run(self, command, **options):
        """Runs any command so; its standard input is empty unless something else is said."""
        if "input" not in options:
            options.setdefault("stdin", subprocess.DEVNULL)
        return subprocess.run(
            command, env=self.environment(),
            **({"capture_output": True, "timeout": patience.seconds(120), "check": False}
               | options))

    def status(self):
        done = self.brood("status", "--json")
        assert done.returncode == 0, (done.stdout, done.stderr)
        return json.loads(done.stdout)

    def is_settled(self):
        """No job, nothing being torn down or started, every pool at its target."""
        status = self.status()
        profiles = [profile for runtime in status["runtimes"] for profile in runtime["profiles"]]
        profiles.append(status["executed"])
        pools_full = all(profile["ready"] and profile["idle"] == profile["target"]
                         and profile["starting"] == 0
                         and profile["primed"] >= profile["primed_target"] for profile in profiles)
        return (pools_full and status["slots"]["ready"] == status["slots"]["target"]
                and status["slots"]["tearing_down"] == 0 and status["slots"]["groups_kept"] == 0
                and status["jobs"]["running"] == 0 and status["jobs"]["queued"] == 0)

    def pools(self):
        """The parts of the status that is_settled looks at."""
        status = self.status()
        return status["slots"], status["jobs"], [
            {key: profile[key] for key in ("idle", "target", "starting", "primed", "primed_target")}
            for runtime in status["runtimes"] for profile in runtime["profiles"]]

    def settle(self, seconds=30.0):
        eventually(self.is_settled, lambda: f"system at rest: {self.pools()}\n{self.log()[-3000:]}",
                   seconds)

    def census(self):
        """Taken at rest: connections just closed still count for a moment, so it must hold still."""
        self.client.close()
        self.settle()
        looks = []

        def holds_still():
            looks.append(census.take(self))
            return len(looks) >= 5 and all(look == looks[-1] for look in looks[-5:])
        eventually(holds_still, lambda: f"census holds still: {looks[-2:]}")
        return looks[-1]

    def assert_census(self, before, seconds=30.0):
        """The system is back to `before`, once the background work of teardown is done."""
        self.client.close()
        self.settle()
        eventually(lambda: census.take(self) == before,
                   lambda: f"census back to baseline; differs in "
                           f"{census.difference(before, census.take(self))}", seconds)
