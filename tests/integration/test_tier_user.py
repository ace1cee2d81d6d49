"""Brood started by an ordinary user without capabilities: run with BROOD_TIER=user."""

import json
import textwrap

import procs


def run(client, code, **limits):
    return client.execute(textwrap.dedent(code), limits=limits)


def test_nothing_of_it_has_a_host_id_but_the_users(system):
    assert system.tier == "user"
    pids = [pid for pid in system.pids() if not procs.is_zombie(pid)]
    assert {procs.uid(pid) for pid in pids} == {system.uids[0]}


def test_sandboxes_have_every_namespace_and_say_so(system, client):
    reply = client.execute("print(1)")
    assert (reply.status, reply.stdout, reply.timing.start) == ("ok", "1\n", "hot")
    assert (reply.isolation.level, reply.isolation.tier) == ("namespaces", "user")
    for layer in ("user", "mount", "pid", "net", "ipc", "uts", "cgroup", "own_root",
                  "read_only_root", "landlock", "seccomp_numbers", "seccomp_arguments"):
        assert layer in reply.isolation.layers, reply.isolation
    missing = {line.split(":")[0] for line in reply.isolation.missing}
    assert "uid_per_slot" in missing, reply.isolation.missing
    health = json.loads(client.get("/health").body)
    assert health["isolation"]["tier"] == "user"


def test_another_job_is_out_of_reach_although_it_has_the_same_host_id(client):
    reply = run(client, """
        import os
        print(sorted(int(p) for p in os.listdir("/proc") if p.isdigit()) == [1, os.getpid()])
        try:
            os.kill(1, 9)
        except OSError as error:
            print(error.strerror)
        print(os.path.exists("/proc/1"))
        """)
    # Init has the job's own id here; the kernel protects it as the first of its namespace.
    assert reply.stdout.splitlines()[0] == "True", reply
    assert reply.stdout.splitlines()[-1] == "True", reply


def test_memory_is_measured_and_the_job_ended(client):
    reply = run(client, """
        print("before", flush=True)
        held = []
        while True:
            held.append(b"x" * (1 << 20))
        """, memory_bytes=96 << 20)
    assert (reply.status, reply.stdout) == ("memory_limit", "before\n")
    assert (reply.limit.name, reply.limit.limit) == ("memory_bytes", 96 << 20)
    assert reply.limit.measured > 96 << 20


def test_memory_that_processes_share_counts_once(client):
    reply = run(client, """
        import os
        held = b"x" * (60 << 20)
        children = []
        for _ in range(4):
            pid = os.fork()
            if pid == 0:
                import select
                select.select([], [], [], 0.2)
                os._exit(0)
            children.append(pid)
        for pid in children:
            os.waitpid(pid, 0)
        print("shared")
        """, memory_bytes=128 << 20)
    assert (reply.status, reply.stdout) == ("ok", "shared\n"), reply


def test_memory_in_files_of_a_tmpfs_counts(client):
    reply = run(client, """
        import signal
        with open("/workspace/file", "wb", buffering=0) as file:
            for _ in range(48):
                file.write(b"x" * (1 << 20))
        signal.pause()
        """, memory_bytes=32 << 20)
    assert (reply.status, reply.limit.name) == ("memory_limit", "memory_bytes"), reply


def test_cpu_time_is_the_sum_over_processes(client):
    reply = run(client, """
        import os
        for _ in range(3):
            os.fork()
        while True:
            pass
        """, cpu_time_ms=600)
    assert (reply.status, reply.limit.name) == ("cpu_limit", "cpu_time_ms"), reply
    assert reply.limit.measured >= 600


def test_cpu_time_of_children_that_ended_counts(client):
    reply = run(client, """
        import os, time
        while True:
            pid = os.fork()
            if pid == 0:
                end = time.process_time() + 0.1
                while time.process_time() < end:
                    pass
                os._exit(0)
            os.waitpid(pid, 0)
        """, cpu_time_ms=600)
    assert (reply.status, reply.limit.name) == ("cpu_limit", "cpu_time_ms"), reply


def test_processes_beyond_the_limit_end_the_job(system, client):
    reply = run(client, """
        import os, signal
        for _ in range(40):
            if os.fork() == 0:
                signal.pause()
        signal.pause()
        """, processes=12)
    assert (reply.status, reply.limit.name, reply.limit.limit) == (
        "process_limit", "processes", 12), reply
    assert reply.limit.measured > 12
    system.settle()
    assert client.execute("print(2)").stdout == "2\n"
