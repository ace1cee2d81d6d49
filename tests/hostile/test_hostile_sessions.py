"""Cells that want to be more than a cell: to end what is not theirs, to outlive, to reach the agent."""

import os
import select
import struct
import subprocess
import textwrap

import procs
import pytest
import weakened
from attack import Flag
from session_over_http import SessionOverHttp
from system import SESSIONS, System

# A pool that follows the load would change the census.
SETTINGS = SESSIONS | {"profiles": {"session": {"language": "python", "preload": ["IPython"],
                                                "min_idle": 1, "target_idle": 1, "max_idle": 1}}}


@pytest.fixture(scope="module")
def flagged_system():
    with System(SETTINGS) as running:
        yield running, Flag(running.directory)


MAGIC, CELL_DONE = 0x64726257, 6
CHANNEL = 3


def frame(number, exit_code=0):
    """The end of the cell with this number, as rpc/wire/worker_frames.h has it."""
    return struct.pack("<IHHiiQ40s", MAGIC, CELL_DONE, 0, exit_code, 0, number, b"")


def writes(data, then=""):
    """A cell that writes to its context's channel."""
    return f"import os\nos.write({CHANNEL}, {data!r})\n" + textwrap.dedent(then)


def opened(attack):
    return SessionOverHttp(attack.system.client)


def arrives_natively(data):
    """Whether a reader who only counts bytes would take the frame for the end: without our checks."""
    read, write = os.pipe()
    with subprocess.Popen([weakened.PYTHON, "-c", writes(data).replace("3,", f"{write},")],
                          pass_fds=(write,)):
        os.close(write)
        arrived = os.read(read, 64)
    os.close(read)
    return struct.unpack("<IHHiiQ40s", arrived)[1] == CELL_DONE


def test_an_end_that_is_forged(attack, record):
    """Text after the forged end reaches no other context, and its own is ended when the real end comes."""
    session = opened(attack)
    assert session.ask("POST", session.path + "/contexts", {"name": "other"}).status == 201
    session.cell(writes(frame(1), "for _ in range(2000): print('after', flush=True)"))
    for turn in range(3):
        beside = session.cell(f"print('mine {turn}')", context="other")
        assert (beside.status, beside.stdout) == ("ok", f"mine {turn}\n"), dict(beside)
    lost = session.cell("print('mine')")
    assert (lost.status, lost.context.state) == ("killed", "lost"), dict(lost)
    fresh = session.cell("print('mine')")
    assert (fresh.stdout, fresh.late_output, fresh.context.new) == ("mine\n", "", True), dict(fresh)
    session.close()
    assert arrives_natively(frame(1))
    record("an end of the cell that is forged", "no other context has its output, its own is lost",
           "taken for the end")


def test_ends_of_other_cells(attack, record):
    session = opened(attack)
    for number in (0, 2, 1 << 63):
        session.cell("x = 1")
        answer = session.cell(writes(frame(number), "while True: pass"), timeout_ms=20_000)
        assert (answer.status, answer.context.state) == ("killed", "lost"), dict(answer)
        fresh = session.cell("print('x' in dir())")
        assert (fresh.stdout, fresh.context.new) == ("False\n", True)
    session.close()
    assert arrives_natively(frame(2))
    record("ends of cells with other numbers", "the context is lost, the session is not", "taken for ends")


def test_a_channel_that_is_flooded_or_closed(attack, record):
    session = opened(attack)
    for code in (f"import os\nwhile True: os.write({CHANNEL}, b'x' * 65536)",
                 f"import os\nos.close({CHANNEL})\nwhile True: pass",
                 f"import os\nos.dup2(1, {CHANNEL})\nwhile True: print('x' * 1000)"):
        answer = session.cell(code, timeout_ms=5000)
        assert answer.context.state == "lost", dict(answer)
        assert session.cell("print('lives')").stdout == "lives\n"
    session.close()
    read, write = os.pipe()
    with subprocess.Popen([weakened.PYTHON, "-c", f"import os\nwhile True: os.write({write}, b'x' * 65536)"],
                          pass_fds=(write,)) as process:
        assert select.select([read], [], [], 20)[0]
        process.kill()
    os.close(read)
    os.close(write)
    record("a channel that is flooded, closed, replaced", "the context is lost, the session lives", "goes on")


SURVIVOR = """
import os, signal, time
for stops in (False, True):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            if stops: os.kill(os.getpid(), signal.SIGSTOP)
            while True: time.sleep(100)
        os._exit(0)
print('left behind', flush=True)
"""


def test_processes_that_want_to_outlive_their_session(attack, record):
    """The census at the end counts processes."""
    for _ in range(3):
        session = opened(attack)
        assert session.cell(SURVIVOR).stdout == "left behind\n"
        assert session.close().status == 204
    with subprocess.Popen([weakened.PYTHON, "-c", SURVIVOR.replace("100)", "100.25)")],
                          stdout=subprocess.DEVNULL) as parent:
        parent.wait()
        left = [pid for pid in procs.all_pids() if "100.25" in procs.read(pid, "cmdline")]
        for pid in left:
            with procs.PidHandle(pid) as handle:
                handle.send(9)
    assert len(left) == 2
    record("double fork, setsid and SIGSTOP before the close", "gone with the session", "2 left behind")


REACHES = """
import os
seen = reached = 0
for pid in %s:
    if pid == os.getpid():
        continue
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        continue
    except PermissionError:
        pass
    seen += 1
    try:
        os.close(os.open(f'/proc/{pid}/mem', os.O_RDWR))
        reached += 1
    except OSError:
        pass
print('seen', seen, 'reached', reached)
"""


def test_the_file_agent_is_closed_to_contexts(attack, record):
    """It has no more rights than they have, but its answers are read outside."""
    session = opened(attack)
    assert session.ask("PUT", session.path + "/files/a.txt", "content").status == 200
    answer = session.cell(REACHES % "range(2, 64)")
    seen, reached = map(int, answer.stdout.split()[1::2])
    assert seen > 0 and reached == 0, dict(answer)
    session.close()
    with subprocess.Popen(["/usr/bin/sleep", "1000"]) as process:
        done = subprocess.run([weakened.PYTHON, "-c", REACHES % [process.pid]], capture_output=True,
                              text=True, check=False)
        process.kill()
    assert done.stdout == "seen 1 reached 1\n"
    record("memory of the file agent", answer.stdout.strip(), done.stdout.strip())
