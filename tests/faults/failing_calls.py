"""Makes system calls of a running process fail, or its end: strace's fault injection, by pid."""

import collections
import re
import signal
import subprocess
import tempfile

import procs
from eventually import eventually


class InjectedCalls:
    """While entered, every process that `pid` forks, and it itself, has `what` happen to it at its
    `nth` call of `name`. The counter is each process's own. With `alone` it is `pid` only."""

    def __init__(self, pid, name, nth, what, alone=False):
        self._pid = pid
        self._follow = [] if alone else ["-f"]
        self._options = ["-e", f"trace={name}", "-e", f"inject={name}:{what}:when={nth}"]
        self._log = tempfile.NamedTemporaryFile(prefix="brood-calls-")
        self._strace = None

    def __enter__(self):
        self._strace = subprocess.Popen(
            ["strace", *self._follow, "-qq", "-o", self._log.name, *self._options, "-p", str(self._pid)],
            stdin=subprocess.DEVNULL, stderr=subprocess.PIPE)
        eventually(self._is_attached, "strace is attached")
        return self

    def _is_attached(self):
        assert self._strace.poll() is None, self._strace.stderr.read()
        return procs.status(self._pid).get("TracerPid") == str(self._strace.pid)

    def __exit__(self, *_):
        self._strace.send_signal(signal.SIGINT)
        self._strace.communicate()

    def lines(self):
        with open(self._log.name, encoding="utf-8", errors="replace") as log:
            return log.readlines()


class FailingCalls(InjectedCalls):
    """The call fails with `error`."""

    def __init__(self, pid, name, nth, error, alone=False):
        super().__init__(pid, name, nth, f"error={error}", alone)

    def happened(self):
        return any("(INJECTED)" in line for line in self.lines())


class SignalledCalls(InjectedCalls):
    """The process gets the signal `name` (KILL, STOP) as it makes the call."""

    def __init__(self, pid, call, nth, name):
        super().__init__(pid, call, nth, f"signal={name}")
        self._signal = name

    def happened(self):
        ending = f"+++ killed by SIG{self._signal}" if self._signal == "KILL" else "--- stopped by"
        return any(ending in line for line in self.lines())


class CountedCalls(InjectedCalls):
    """Makes no call fail: counts which calls are made, and how often by one process."""

    def __init__(self, pid, names, alone=False):
        super().__init__(pid, ",".join(names), 1, "error=ENOSYS", alone)
        self._options = ["-e", f"trace={','.join(names)}"]

    def counts(self):
        """{name: most calls of any one process}."""
        per_process = collections.Counter()
        for line in self.lines():
            # If it traces one process alone, strace does not say which.
            call = re.match(r"(?:(\d+) +)?(\w+)\(", line)
            if call:
                per_process[call.groups()] += 1
        most = collections.Counter()
        for (_, name), count in per_process.items():
            most[name] = max(most[name], count)
        return dict(most)
