"""Programs compiled and run at once by as many clients as there may be jobs.

Linux refuses to execute a file that anybody has open for writing (ETXTBSY). Who writes a program and
forks before closing it, as anything with many jobs does, meets this under load.
"""

import concurrent.futures
import errno
import os
import subprocess
import threading

import pytest

from attack import Attack, Flag
from client import Client
from system import System

CLIENTS = 64
ROUNDS = 3
# Each round has sources of one client's own, and one source that so many clients have in common.
SHARED_BY = 16

# Not about time: how long 64 compilers take depends on the machine.
PATIENT = {"wall_time_ms": {"default": 120_000, "max": 120_000},
           "cpu_time_ms": {"default": 60_000, "max": 60_000}}


def program(name):
    return ("#include <stdio.h>\n"
            "int main(int count, char** words) {\n"
            f'  printf("%s for %s\\n", "{name}", words[1]);\n'
            "}\n")


def name_of(client, turn):
    return f"shared {turn}" if client < SHARED_BY else f"client {client}, round {turn}"


@pytest.fixture(scope="module")
def flagged_system():
    with System({"compile_limits": PATIENT, "limits": PATIENT}) as running:
        yield running, Flag(running.directory)


@pytest.fixture
def attack(flagged_system):
    with Attack(*flagged_system) as one:
        yield one


def compile_and_run(system, client, together):
    """One client's jobs, the next round as soon as all are there; what each came to, in order."""
    connection = Client(system.client.host, system.client.port)
    replies = []
    try:
        for turn in range(ROUNDS):
            together.wait()
            replies.append(connection.execute(program(name_of(client, turn)), language="c",
                                              args=[str(client)]))
    except BaseException:
        together.abort()  # Nobody waits for a client that is gone.
        raise
    finally:
        connection.close()
    return replies


def busy_natively(tmp_path):
    """The errno of executing a program while a process forked meanwhile has it open for writing."""
    (tmp_path / "main.c").write_text(program("control"))
    subprocess.run(["gcc", "main.c", "-o", "main"], cwd=tmp_path, check=True)
    command = [tmp_path / "main", "64"]
    writer = os.open(command[0], os.O_WRONLY)
    with subprocess.Popen(["cat"], stdin=subprocess.PIPE, pass_fds=[writer]) as bystander:
        os.close(writer)
        with pytest.raises(OSError) as refusal:
            subprocess.run(command, check=False)
        bystander.stdin.close()
        bystander.wait()
    assert subprocess.run(command, capture_output=True, check=True).stdout == b"control for 64\n"
    return refusal.value.errno


def test_compiled_and_run_under_load(attack, tmp_path, record):
    together = threading.Barrier(CLIENTS)
    with concurrent.futures.ThreadPoolExecutor(CLIENTS) as pool:
        working = [pool.submit(compile_and_run, attack.system, client, together)
                   for client in range(CLIENTS)]
    for client, done in enumerate(working):
        for turn, reply in enumerate(done.result()):
            expected = f"{name_of(client, turn)} for {client}\n"
            assert (reply.status, reply.stdout, reply.stderr) == ("ok", expected, ""), dict(reply)
    assert busy_natively(tmp_path) == errno.ETXTBSY
    record(f"{CLIENTS} clients compile and run at once", f"{CLIENTS * ROUNDS} right answers",
           "ETXTBSY: a fork still has the program open")
