"""Guests whose memory is somebody else's to pay: what waits in sockets, what the kernel keeps of a
group that is gone."""

import contextlib
import os
import re
import uuid

import pytest

import weakened
from eventually import eventually

MEGABYTE = 1 << 20
PAGE = os.sysconf("SC_PAGE_SIZE")
# The memory that a socket may hold whatever the limit, and that the kernel charges ahead for each
# CPU.
OF_EACH_SOCKET = 128 << 10
AHEAD = 8 * MEGABYTE


def in_sockets(protocol):
    """Bytes in all sockets of the host, of whichever network namespace."""
    with open("/proc/net/sockstat", encoding="ascii") as file:
        for line in file:
            words = line.split()
            if words[0] == f"{protocol.upper()}:":
                return int(words[words.index("mem") + 1]) * PAGE
    raise AssertionError("no line of it in /proc/net/sockstat")


@pytest.mark.parametrize("protocol", ["tcp", "udp"])
def test_memory_in_network_sockets(attack, record, protocol):
    limit, wanted = 48 * MEGABYTE, 192
    before = in_sockets(protocol)
    with attack.start("socket_hoard", protocol, wanted, memory_bytes=limit, open_files=512,
                      wall_time_ms=60_000) as stream:
        if attack.shares_host:
            # Sockets with an address are not to be had.
            assert stream.rest().status == "error"
            held, sockets = 0, 0
        elif attack.enforces("cgroup_memory"):
            said = stream.until_output("MiB")
            sockets = int(re.search(r"(\d+) sockets hold", said).group(1))
            held = in_sockets(protocol) - before
        else:
            # The memory that they can hold counts, and a look finds it.
            assert stream.rest().status == "memory_limit"
            held, sockets = 0, 0
    if attack.enforces("cgroup_memory"):
        assert held <= limit + sockets * 2 * OF_EACH_SOCKET + AHEAD, (held, sockets)
    eventually(lambda: in_sockets(protocol) <= before + AHEAD, "what waited in them is gone")

    with weakened.started("socket_hoard", protocol, wanted,
                          prefix=["prlimit", "--nofile=1024"]) as process:
        while b"MiB" not in (line := process.stdout.readline()):
            assert line, "the control ended"
        control = in_sockets(protocol) - before
    assert control > 2 * limit, control
    eventually(lambda: in_sockets(protocol) <= before + AHEAD, "what the control held is gone")
    record(f"memory in {protocol} sockets, limit {limit >> 20} MiB", f"{held >> 20} MiB held",
           f"{control >> 20} MiB held")


def memory_groups():
    """Groups of the kernel's that count memory, those among them of which only that is left."""
    with open("/proc/cgroups", encoding="ascii") as file:
        for line in file:
            name, hierarchy, number, _ = line.split()
            if name == "memory" and hierarchy != "0":
                return int(number)
    with open("/sys/fs/cgroup/cgroup.stat", encoding="ascii") as file:
        return sum(int(line.split()[1]) for line in file
                   if line.split()[0] in ("nr_descendants", "nr_dying_descendants"))


def cold_files(number):
    """So many that nobody has open, which we have the kernel forget."""
    found = []
    for directory, _, names in os.walk("/usr/share"):
        for name in names:
            path = os.path.join(directory, name)
            if os.path.isfile(path) and not os.path.islink(path) \
                    and 4096 < os.path.getsize(path) < 200_000:
                found.append(path)
        if len(found) >= number:
            break
    assert len(found) >= number, "too few files in /usr/share"
    return found[:number]


def forget(path):
    with open(path, "rb") as file:
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def memory_hierarchy():
    v1 = "/sys/fs/cgroup/memory"
    return v1 if os.path.isdir(v1) else "/sys/fs/cgroup"


def read_in_a_group_of_its_own(path):
    """As a job does, but the group is only removed."""
    directory = os.path.join(memory_hierarchy(), f"brood-control-{uuid.uuid4().hex[:8]}")
    os.mkdir(directory)
    forget(path)
    weakened.run("first_reader", path,
                 prefix=["sh", "-c", f'echo 0 > {directory}/cgroup.procs; exec "$@"', "sh"])

    def removed():
        with contextlib.suppress(OSError):
            os.rmdir(directory)
        return not os.path.exists(directory)
    eventually(removed, "the control's group is empty")


def test_groups_that_outlive_their_jobs(attack, record):
    """A page of a file belongs to the group that read it first, and keeps it while it is cached."""
    paths = cold_files(140)
    jobs, controls = paths[:100], paths[100:]
    before = memory_groups()
    for path in jobs:
        forget(path)
        reply = attack.run("first_reader", path)
        assert (reply.status, reply.stdout) == ("ok", "read\n"), dict(reply)
    # Some of the kernel's own work is still under way.
    allowed = 20
    eventually(lambda: memory_groups() <= before + allowed,
               lambda: f"{memory_groups() - before} groups are left of {len(jobs)} jobs")
    left = memory_groups() - before
    if not attack.enforces("cgroup_memory"):
        return record("groups left by a hundred jobs", "no groups", "not applicable")

    before = memory_groups()
    for path in controls:
        read_in_a_group_of_its_own(path)
    kept = memory_groups() - before
    assert kept > allowed, kept
    for path in controls:
        forget(path)
    record("memory groups left by jobs", f"{max(left, 0)} of {len(jobs)}",
           f"{kept} of {len(controls)}")
    return None
