"""Reading /proc: who is whose child, what runs there, in which namespaces and cgroups.

Every function answers None or an empty value for a process that has gone meanwhile.
"""

import os
import select
import signal
import stat


def all_pids():
    return [int(name) for name in os.listdir("/proc") if name.isdigit()]


def read(pid, name):
    try:
        with open(f"/proc/{pid}/{name}", "rb") as file:
            return file.read().decode("utf-8", "replace")
    except OSError:
        return ""


def link(pid, name):
    try:
        return os.readlink(f"/proc/{pid}/{name}")
    except OSError:
        return ""


def status(pid):
    """The fields of /proc/PID/status, as text."""
    pairs = (line.partition(":") for line in read(pid, "status").splitlines())
    return {key: value.strip() for key, _, value in pairs}


def executable(pid):
    """Base name of the program, also when its file has been replaced by a new build."""
    return os.path.basename(link(pid, "exe").removesuffix(" (deleted)"))


def name(pid):
    """Returns the process's own name."""
    return status(pid).get("Name", "")


def parent(pid):
    return int(status(pid).get("PPid", 0))


def is_zombie(pid):
    return status(pid).get("State", "").startswith("Z")


def uid(pid):
    return int((status(pid).get("Uid") or "-1").split()[0])


def inner_pid(pid):
    """The process's id in its innermost PID namespace, or None if it is in ours."""
    chain = status(pid).get("NSpid", "").split()
    return int(chain[-1]) if len(chain) > 1 else None


def start_time(pid):
    """Clock tick at which the process began: with the pid it names a process for good."""
    text = read(pid, "stat")
    return int(text.rpartition(")")[2].split()[19]) if text else None


def descendants(root):
    """All processes below `root`, nearest first; `root` itself is not among them."""
    children = {}
    for pid in all_pids():
        children.setdefault(parent(pid), []).append(pid)
    found, frontier = [], [root]
    while frontier:
        frontier = [child for pid in frontier for child in children.get(pid, [])]
        found += frontier
    return found


def fd_links(pid):
    try:
        names = os.listdir(f"/proc/{pid}/fd")
    except OSError:
        return {}
    return {int(name): link(pid, f"fd/{name}") for name in names}


def mount_count(pid):
    return len(read(pid, "mountinfo").splitlines())


def holding(path_end):
    """Processes with a file open whose path ends in `path_end`, whatever their root."""
    return [pid for pid in all_pids()
            if any(target.endswith(path_end) for target in fd_links(pid).values())]


def resident_bytes(pid):
    return int(status(pid).get("VmRSS", "0 kB").split()[0]) * 1024


def is_running(pid):
    return bool(read(pid, "stat")) and not is_zombie(pid)


def is_regular(path):
    try:
        return stat.S_ISREG(os.lstat(path).st_mode)
    except OSError:
        return False


class PidHandle:
    """A process held by pidfd: signals cannot reach another that was given the same number."""

    def __init__(self, pid):
        self.pid = pid
        self._fd = os.pidfd_open(pid)

    def send(self, number):
        try:
            signal.pidfd_send_signal(self._fd, number)
        except ProcessLookupError:
            pass

    def has_ended(self, seconds=0.0):
        return bool(select.select([self._fd], [], [], seconds)[0])

    def close(self):
        os.close(self._fd)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def kill_and_wait(pid, number=signal.SIGKILL, seconds=30.0):
    """Kills one process and blocks until the kernel says that it has ended."""
    with PidHandle(pid) as handle:
        handle.send(number)
        assert handle.has_ended(seconds), f"process {pid} survived {signal.Signals(number).name}"
