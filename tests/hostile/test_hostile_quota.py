"""Guests that hold what nobody counts: memory of the kernel's, and quotas of the whole host.

What each allowed call can hold, and what bounds it, is in docs/decisions/0001.
"""

import os


import weakened

FILE = "/usr/share/common-licenses/GPL-3"


def refused(reply, *reasons):
    """The guest did not get over its first call, for one of these reasons."""
    assert reply.status == "error" and reply.stdout == "", dict(reply)
    found = [reason for reason in reasons if reason in reply.stderr]
    assert found, dict(reply)
    return found[0]


def test_netlink_queues(attack, record):
    reply = attack.run("netlink_queue", 50)
    why = refused(reply, "[Errno 97]", "PermissionError")

    control = weakened.run("netlink_queue", 50)
    assert int(control.stdout.split()[1]) > 50_000, control.stdout
    record("answers that wait in routing sockets", why, f"{control.stdout.split()[1]} bytes of 50")


def test_socket_buffers(attack, record):
    reply = attack.run("socket_buffers")
    assert reply.status == "ok", dict(reply)
    held = int(reply.stdout.split()[1])
    assert held <= 512, "KiB, which is two buffers of the kernel's default"

    control = weakened.run("socket_buffers")
    assert int(control.stdout.split()[1]) > 2 * held, control.stdout
    record("a pair of sockets with large buffers", f"{held} KiB", f"{control.stdout.split()[1]} KiB")


def test_socket_options(attack, record):
    reply = attack.run("socket_options")
    assert (reply.status, reply.stdout) == ("ok", ""), dict(reply)

    control = weakened.run("socket_options")
    for name in ("save_syn", "zerocopy", "group", "flow_label", "sticky"):
        assert f"took {name}\n" in control.stdout, control.stdout
    record("socket options that keep memory", "none taken", f"{control.stdout.count('took')} taken")


def test_connections_that_nobody_accepts(attack, record):
    if attack.shares_host:
        outcome = refused(attack.run("unaccepted", 60), "PermissionError")
    else:
        reply = attack.run("unaccepted", 60)
        assert reply.status == "ok", dict(reply)
        _, left, _, _, connections = reply.stdout.split()
        assert (int(left), int(connections)) <= (24, 60), reply.stdout
        many = attack.run("unaccepted", 400)
        assert many.status == "ok" and 120 <= int(many.stdout.split()[-1]) <= 140, dict(many)
        outcome = f"{left} MiB, and at most {many.stdout.split()[-1]}"

    control = weakened.run("unaccepted", 60)
    assert int(control.stdout.split()[1]) > 60, control.stdout
    record("bytes in 60 connections that nobody accepts", outcome, control.stdout.strip())


def test_filters_of_its_own(attack, record):
    reply = attack.run("own_filters", 3)
    assert (reply.status, reply.stdout) == ("ok", "installed 0\n"), dict(reply)

    control = weakened.run("own_filters", 3)
    assert control.stdout == "installed 3\n", control.stdout
    record("filters of a job's own", "none", control.stdout.strip())


def test_signals_of_everybody(attack, record):
    reply = attack.run("signal_quota", 2000)
    assert reply.status == "ok", dict(reply)
    made = int(reply.stdout.split()[1])
    assert made <= 1024

    control = weakened.run("signal_quota", 2000)
    assert control.stdout == "made 2000\n", control.stdout
    record("timers, of which each is a pending signal", f"{made} of 2000", control.stdout.strip())


def test_watching_files(attack, record):
    why = refused(attack.run("watch_files"), "[Errno 38]")

    control = weakened.run("watch_files")
    assert control.stdout == "saw True\n", control.stdout
    record("files that others open, by inotify", why, control.stdout.strip())


def test_unlisted_prctls(attack, record):
    reply = attack.run("unlisted_prctls")
    assert (reply.status, reply.stdout) == ("ok", ""), dict(reply)

    control = weakened.run("unlisted_prctls")
    assert "took machine checks\n" in control.stdout, control.stdout
    record("prctl for what no program needs", "none taken", f"{control.stdout.count('took')} taken")


def test_foreign_kin(attack, record):
    reply = attack.run("foreign_kin")
    assert (reply.status, reply.stdout) == ("ok", ""), dict(reply)

    control = weakened.run("foreign_kin")
    assert control.stdout == "got a sibling\ngot a sharer\n", control.stdout
    record("children of the zygote, shared descriptors", "refused", "got both")


def is_cached(path):
    """Whether the kernel has the beginning of the file in memory."""
    with open(path, "rb") as file:
        try:
            return os.preadv(file.fileno(), [bytearray(4096)], 0, os.RWF_NOWAIT) > 0
        except BlockingIOError:
            return False


def test_caches_of_the_host(attack, record):
    reply = attack.run("drop_cache", FILE)
    assert (reply.status, reply.stdout) == ("ok", ""), dict(reply)
    assert is_cached(FILE)

    weakened.run("drop_cache", FILE)
    assert not is_cached(FILE)
    record("the host's caches", "still there", "forgotten")


def test_disks_of_the_host(attack, record):
    reply = attack.run("write_out", FILE)
    assert (reply.status, reply.stdout) == ("ok", ""), dict(reply)

    control = weakened.run("write_out", FILE)
    assert control.stdout == "reached fsync\nreached fdatasync\nreached syncfs\n", control.stdout
    record("the host's disks", "nothing done", "reached fsync")


def test_memory_policies(attack, record):
    """A node and a policy for each other page of a file, which need not have the pages."""
    reply = attack.run("memory_policies", 2000)
    assert (reply.status, reply.stdout) == ("ok", "kept 0\n"), dict(reply)

    control = weakened.run("memory_policies", 2000)
    assert control.stdout == "kept 2000\n", control.stdout
    record("policies for pages that are not there", "none kept", control.stdout.strip())


def test_locks_of_nobody(attack, record):
    reply = attack.run("locks_of_nobody", 100)
    assert (reply.status, reply.stdout) == ("ok", "locked 0\n"), dict(reply)

    control = weakened.run("locks_of_nobody", 100)
    assert control.stdout == "locked 100\n", control.stdout
    record("locks that no process has in /proc/locks", "none", control.stdout.strip())


def test_message_queues(attack, record):
    reply = attack.run("message_queues")
    assert reply.status == "ok" and "made" not in reply.stdout, dict(reply)

    control = weakened.run("message_queues")
    assert control.stdout == "made\n", control.stdout
    record("POSIX message queues", reply.stdout.strip(), control.stdout.strip())


def test_limit_of_core_dumps(attack, record):
    """tests/vm/test_core_pattern.py covers a core_pattern that is a program."""
    reply = attack.run("core_limit")
    assert (reply.status, reply.stdout) == ("ok", "limit 1\n"), dict(reply)

    control = weakened.run("core_limit")
    assert control.stdout == "limit 0\n", control.stdout
    record("the limit of core dumps, set to 0", reply.stdout.strip(), control.stdout.strip())
