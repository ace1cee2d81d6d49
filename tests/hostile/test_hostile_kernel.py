"""Guests that reach for the kernel: families, interfaces, namespaces, settings."""

import os
import pty

import weakened
from system import MARKER


def test_socket_families(attack, record):
    reply = attack.run("socket_families")
    assert (reply.status, reply.stdout) == ("ok", ""), dict(reply)

    control = weakened.run("socket_families")
    assert "family 16\n" in control.stdout and "family 17\n" in control.stdout, control.stdout
    record("socket families", "none beside three", f"{control.stdout.count('family')} more")


def test_kernel_interfaces(attack, record):
    reply = attack.run("kernel_interfaces")
    assert (reply.status, reply.stdout) == ("ok", ""), dict(reply)

    control = weakened.run("kernel_interfaces")
    for name in ("io_uring", "userfaultfd", "bpf", "perf_event_open", "add_key", "fsopen"):
        assert f"answered {name}\n" in control.stdout, control.stdout
    record("io_uring, bpf, perf, keys …", "none answers",
           f"{control.stdout.count('answered')} answer")


def test_nested_namespace(attack, record):
    reply = attack.run("nested_namespace")
    assert (reply.status, reply.stdout) == ("ok", ""), dict(reply)

    # In a mount namespace of its own: what it mounts is seen by nobody.
    control = weakened.run_in_own_namespaces(["--mount"], "guest nested_namespace")
    assert "unshared\n" in control and "mounted\n" in control
    record("user namespace, then mount", "refused", "mounted")


def test_terminal_input(attack, record):
    reply = attack.run("terminal_input")
    assert set(reply.stdout.split()) == {"EPERM"}, dict(reply)

    control = weakened.run("terminal_input")
    assert "EPERM" not in control.stdout, control.stdout
    record("TIOCSTI, with high bits", "EPERM", control.stdout.split()[0])


def test_kernel_settings(attack, record):
    reply = attack.run("kernel_settings")
    assert (reply.status, reply.stdout) == ("ok", ""), dict(reply)

    control = weakened.run("kernel_settings")
    assert "opened /proc/sys/kernel/core_pattern\n" in control.stdout, control.stdout
    record("core_pattern, sysrq, release_agent", "none opens",
           f"{control.stdout.count('opened')} open")


def test_descriptors_at_the_start(attack, record):
    reply = attack.run("open_descriptors")
    assert reply.stdout == "0 pipe\n1 pipe\n2 pipe\n3 socket\n", dict(reply)

    master, slave = pty.openpty()
    control = weakened.run("open_descriptors", pass_fds=[master, slave])
    os.close(master)
    os.close(slave)
    assert len(control.stdout.splitlines()) == 5, control.stdout
    record("descriptors at the start", "three pipes, the channel", "whatever is inherited")


def test_secrets_within(attack, record):
    secret = weakened.new_token()
    reply = attack.run("secrets_within", MARKER[1][::-1])
    assert (reply.status, reply.stdout) == ("ok", ""), dict(reply)

    control = weakened.run("secrets_within", secret[::-1],
                           env={"SECRET": secret, "PATH": "/usr/bin"})
    assert "found in environment\n" in control.stdout, control.stdout
    record("secrets in frames, objects, /proc", "none", "found")


def test_odd_names(attack, record):
    reply = attack.run("odd_names", 500)
    assert (reply.status, reply.stdout) == ("ok", "made 500\n"), dict(reply)

    control = weakened.run_in_own_namespaces(
        ["--mount"], "mount -t tmpfs none /mnt && cd /mnt && guest odd_names 500")
    assert "made 500" in control
    record("deep directories, names that are no text", "gone with the job", "made 500")
