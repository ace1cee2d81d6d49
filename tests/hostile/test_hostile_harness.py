"""Guests that attack what is in the process with them: the channel, the interpreter, randomness."""

import os
import socket
import struct
import subprocess

import pytest

import weakened

PAYLOADS = ["done 0", "done 42", "parked", "failed", "unknown kind", "wrong magic",
            "half a frame", "one byte", "wild exit code", "random", "many", "capnp"]
FORGED_ENDS = {"done 0", "done 42", "wild exit code", "many"}


@pytest.mark.parametrize("payload", PAYLOADS)
def test_fake_frames_on_every_descriptor(attack, record, payload):
    """A forged frame may choose the exit code, which the job could do anyway, and nothing else."""
    reply = attack.run("fake_frames", payload)
    assert reply.status in ("ok", "error", "killed"), dict(reply)
    assert reply.exit_code is None or 0 <= reply.exit_code <= 255
    # Samples do not count the memory that a worker has from its zygote.
    assert reply.usage.peak_memory_bytes > 0 or attack.shares_host
    # A forged end is believed as an end, before the kernel's next tick has charged the job.
    assert reply.usage.cpu_us > 0 or payload in FORGED_ENDS

    ours, theirs = socket.socketpair()
    with ours, theirs:
        control = subprocess.run(
            [weakened.PYTHON, "-B", weakened.guest_path("fake_frames"), "token", payload],
            stdin=subprocess.DEVNULL, pass_fds=[theirs.fileno()], capture_output=True, check=False, timeout=60)
        theirs.close()
        received = ours.recv(65536)
    assert control.returncode == 7 and control.stdout.startswith(b"token\n")
    if payload in FORGED_ENDS:
        assert struct.unpack_from("<IH", received) == (0x64726257, 2)
    assert received
    record(f"fake frame: {payload}", f"{reply.status}, exit code {reply.exit_code}",
           f"{len(received)} bytes received")


def test_closing_every_descriptor(attack, record):
    """The channel's end is not the job's end, and not a verdict of its own."""
    reply = attack.run("close_all")
    assert reply.status in ("ok", "error", "killed") and reply.stdout == "went on\n", dict(reply)

    control = weakened.run("close_all")
    assert control.stdout == "went on\n"
    record("close every descriptor", f"{reply.status}, exit code {reply.exit_code}", "went on")


def test_leaving_without_goodbye(attack, record):
    reply = attack.run("quick_exit")
    assert (reply.status, reply.exit_code, reply.stdout) == ("ok", 0, ""), dict(reply)

    control = weakened.run("quick_exit")
    assert (control.exit_code, control.stdout) == (0, "")
    record("os._exit(0)", reply.status, f"exit code {control.exit_code}")


def draws(text):
    return dict(line.split(" ", 1) if not line.startswith("temporary") else
                ("temporary name", line.rsplit(" ", 1)[1]) for line in text.splitlines())


def test_siblings_draw_different_randomness(attack, record):
    """Forks of one warmed interpreter, each of which would otherwise continue the same stream."""
    siblings = [draws(attack.run("entropy").stdout) for _ in range(8)]
    for source in siblings[0]:
        assert len({sibling[source] for sibling in siblings}) == 8, (source, siblings)

    # CPython reseeds `random` itself after a fork; numpy's global generator nobody reseeds.
    control = subprocess.run(
        [weakened.PYTHON, "-B", "-c", "import os, sys, numpy\nnumpy.random.random()\n"
         f"code = compile(open({weakened.guest_path('entropy')!r}).read(), 'guest', 'exec')\n"
         "sys.argv = ['guest', 'token']\n"
         "for _ in range(2):\n"
         "    if os.fork() == 0:\n"
         "        exec(code)\n"
         "        os._exit(0)\n"
         "    os.wait()"], capture_output=True, check=True, timeout=60,
        env=dict(os.environ, OPENBLAS_NUM_THREADS="1"))
    values = [line for line in control.stdout.decode().splitlines() if line.startswith("numpy")]
    assert len(values) == 2 and values[0] == values[1]
    record("entropy of siblings", f"{len(siblings[0])} sources differ in 8 jobs",
           "numpy repeats itself")
