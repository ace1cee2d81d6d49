"""Guests that reach others through what all share: inodes, the kernel's tables, terminals."""

import contextlib
import fcntl
import os
import struct

import weakened
from eventually import eventually

# Paths of the host and of the template; the last is each sandbox's own only where it may make
# devices.
SHARED = ("/usr", "/usr/bin", "/usr/bin/bash", "/usr/lib/os-release")
OF_THE_TEMPLATE = ("/", "/etc", "/etc/passwd", "/etc/ld.so.cache")


def paths_for(attack):
    devices = ("/dev/null", "/dev/zero") if attack.system.tier == "root" else ()
    return [*SHARED, *OF_THE_TEMPLATE, *devices]


@contextlib.contextmanager
def locked_by_the_host(paths):
    """Exclusively, which flock(2) grants to readers as well, and against writers."""
    with contextlib.ExitStack() as stack:
        for path in paths:
            fd = os.open(path, os.O_RDONLY)
            stack.callback(os.close, fd)
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if not os.path.isdir(path):
                fcntl.fcntl(fd, fcntl.F_SETLK, struct.pack("hhqqi4x", fcntl.F_RDLCK, 0, 0, 0, 0))
        yield


def met_by_the_host(paths):
    """On which of them somebody else's lock is in our way."""
    met = []
    for path in paths:
        fd = os.open(path, os.O_RDONLY)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            met.append(path)
        finally:
            os.close(fd)
    return met


def test_locks_on_shared_files(attack, record):
    """A job's locks are in nobody's way, and nobody's in its: the host's, a neighbour's, a
    predecessor's."""
    paths = paths_for(attack)
    own_inodes = attack.enforces("own_inodes")
    assert own_inodes == (not attack.shares_host)
    with attack.start("file_locks", ":".join(paths), "hold", wall_time_ms=60_000) as holder:
        holder.until_output("locked")
        # Without inodes of their own, which the result then says, jobs can do this.
        assert met_by_the_host(SHARED) == ([] if own_inodes else list(SHARED))
        beside = attack.run("file_locks", ":".join(paths))
        assert ("met" not in beside.stdout) == own_inodes, dict(beside)
        assert "locked 0" not in beside.stdout
    # Gone with who had them.
    eventually(lambda: not met_by_the_host(SHARED), "the job's locks are gone")
    if own_inodes:
        with locked_by_the_host(SHARED):
            # More of them than there are sandboxes waiting: each kept root has its turn.
            for _ in range(8):
                after = attack.run("file_locks", ":".join(paths))
                assert after.stdout == f"locked {len(paths)}\n", dict(after)

    with locked_by_the_host(SHARED):
        control = weakened.run("file_locks", ":".join(SHARED))
    for path in SHARED:
        assert f"met flock {path}\n" in control.stdout, control.stdout
    assert "met fcntl /usr/bin/bash\n" in control.stdout, control.stdout
    record("locks on files that all share", "meet nobody's" if own_inodes else "meet others'",
           f"{control.stdout.count('met')} met")


def test_files_that_are_only_mapped(attack, record):
    """The file that an interpreter was started from has the host's inode; no descriptor of it can
    be had."""
    reply = attack.run("map_files")
    assert (reply.status, reply.stdout) == ("ok", ""), dict(reply)

    control = weakened.run("map_files")
    assert control.stdout == "opened a mapping\nopened exe\n", control.stdout
    record("descriptors of mapped files", "none", "opened")


def test_facts_of_the_host(attack, record):
    fd = os.open("/usr/bin/bash", os.O_RDONLY)
    try:
        # A lock of an open file description belongs to no process, so every /proc shows it.
        fcntl.fcntl(fd, fcntl.F_OFD_SETLK, struct.pack("hhqqi4x", fcntl.F_RDLCK, 0, 0, 0, 0))
        reply = attack.run("host_facts")
        control = weakened.run("host_facts", prefix=["unshare", "--pid", "--fork", "--mount-proc"])
    finally:
        os.close(fd)
    assert (reply.status, reply.stdout) == ("ok", ""), dict(reply)
    for name in ("cmdline", "locks", "sys/kernel/random/boot_id"):
        assert f"read {name}\n" in control.stdout, control.stdout
    record("what /proc tells of the host", "nothing", f"{len(control.stdout.splitlines())} told")


def test_terminals(attack, record):
    """A few, of its own, and with no protocol in the kernel behind them."""
    reply = attack.run("terminals", 100, open_files=512)
    if attack.shares_host:
        assert reply.stdout == "terminals 0\ndisciplines\n", dict(reply)
    else:
        assert reply.stdout == "terminals 16\ndisciplines EPERM\nlisted 17\n", dict(reply)

    control = weakened.run("terminals", 100)
    assert control.stdout.startswith("terminals 100\ndisciplines set\n"), control.stdout
    record("terminals", reply.stdout.splitlines()[0], "100, any discipline")
