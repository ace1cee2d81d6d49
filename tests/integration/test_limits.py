"""Each limit of a job: that it holds, how it is reported, and what was said before it struck."""

import textwrap

import pytest


def run(client, code, **limits):
    return client.execute(textwrap.dedent(code), limits=limits)


def assert_limit(reply, status, name, limit):
    """The verdict names the limit, what it was and what was measured; answers the measurement."""
    assert reply.status == status, dict(reply)
    assert (reply.limit.name, reply.limit.limit) == (name, limit)
    for number in (limit, reply.limit.measured):
        assert str(number) in reply.message, reply.message
    return reply.limit.measured


def assert_killed(reply, status, name, limit):
    """The verdict of a job that we ended: no exit code, the signal, more than was allowed."""
    measured = assert_limit(reply, status, name, limit)
    assert (reply.exit_code, reply.signal) == (None, "SIGKILL")
    assert measured >= limit
    return measured


@pytest.fixture(autouse=True)
def the_next_job_is_fine(system, client):
    yield
    assert client.execute("print('next')").stdout == "next\n"
    system.settle()


def test_wall_time(client):
    reply = run(client, """
        print("before", flush=True)
        import time
        while True:
            time.sleep(100)
    """, wall_time_ms=300)
    measured = assert_killed(reply, "timeout", "wall_time_ms", 300)
    assert reply.stdout == "before\n"
    assert measured == reply.usage.wall_us // 1000
    assert reply.usage.cpu_us < 300_000


def test_wall_time_of_a_spinning_job(client):
    reply = run(client, "print('x')\nwhile True: pass", wall_time_ms=300, cpu_time_ms=60_000)
    assert_killed(reply, "timeout", "wall_time_ms", 300)
    assert reply.stdout == "x\n"


def test_wall_time_counts_children_that_outlive_the_program(client):
    """The program's end is the job's end; what it started ends with it, not at the deadline."""
    reply = run(client, """
        import subprocess
        subprocess.Popen(["/bin/sleep", "1000"], stdout=subprocess.DEVNULL)
        print("program done")
    """, wall_time_ms=60_000)
    assert (reply.status, reply.stdout) == ("ok", "program done\n")
    assert reply.usage.wall_us < 60_000_000


def test_cpu_time(client):
    reply = run(client, "print('x', flush=True)\nwhile True: pass", cpu_time_ms=400,
                wall_time_ms=60_000)
    measured = assert_killed(reply, "cpu_limit", "cpu_time_ms", 400)
    assert reply.stdout == "x\n"
    assert measured == reply.usage.cpu_us // 1000 < 5_000


def test_cpu_time_is_the_sum_over_processes(client):
    """Eight processes of which none comes near the limit alone before they do together."""
    reply = run(client, """
        import os
        wait, go = os.pipe()
        for _ in range(7):
            if os.fork() == 0:
                os.close(go)
                os.read(wait, 1)
                break
        os.close(go)
        while True:
            pass
    """, cpu_time_ms=1500, wall_time_ms=60_000)
    assert_killed(reply, "cpu_limit", "cpu_time_ms", 1500)
    assert reply.usage.processes_peak >= 8


def test_cpu_time_of_children_that_ended_counts(client):
    reply = run(client, """
        import os, time
        for _ in range(200):
            pid = os.fork()
            if pid == 0:
                start = time.process_time()
                while time.process_time() - start < 0.1:
                    pass
                os._exit(0)
            os.waitpid(pid, 0)
        print("never")
    """, cpu_time_ms=600, wall_time_ms=60_000)
    assert_killed(reply, "cpu_limit", "cpu_time_ms", 600)
    assert reply.stdout == ""


def test_memory(client):
    reply = run(client, """
        print("before", flush=True)
        block = bytearray(b"x") * (512 << 20)
        print("never")
    """, memory_bytes=96 << 20)
    measured = assert_limit(reply, "memory_limit", "memory_bytes", 96 << 20)
    assert reply.exit_code is None and reply.signal == "SIGKILL"
    assert reply.stdout == "before\n"
    assert 64 << 20 <= measured == reply.usage.peak_memory_bytes <= 96 << 20


def test_memory_within_the_limit_is_fine(client):
    reply = run(client, "block = bytearray(b'x') * (64 << 20)\nprint(len(block))",
                memory_bytes=160 << 20)
    assert (reply.status, reply.stdout) == ("ok", f"{64 << 20}\n")
    assert reply.usage.peak_memory_bytes >= 64 << 20


def test_memory_is_the_sum_over_processes(client):
    """Whichever process the kernel picks: the job ends there and then, not at its deadline."""
    reply = run(client, """
        import os, time
        for _ in range(7):
            if os.fork() == 0:
                break
        block = bytearray(b"x") * (32 << 20)
        while True:
            time.sleep(1)
    """, memory_bytes=128 << 20, wall_time_ms=60_000)
    assert_limit(reply, "memory_limit", "memory_bytes", 128 << 20)
    assert (reply.exit_code, reply.signal) == (None, "SIGKILL")
    assert reply.usage.wall_us < 60_000_000


def test_memory_of_a_child_ends_the_program_that_waits_for_it(client):
    reply = run(client, """
        import subprocess, sys, time
        print("starts", flush=True)
        subprocess.run([sys.executable, "-c", "bytearray(512 << 20)[::4096] = b'x' * (512 << 8)"])
        print("went on", flush=True)
        while True:
            time.sleep(1)
    """, memory_bytes=96 << 20, wall_time_ms=60_000)
    assert_limit(reply, "memory_limit", "memory_bytes", 96 << 20)
    assert reply.stdout in ("starts\n", "starts\nwent on\n")
    assert reply.usage.wall_us < 60_000_000


# 64 MiB of each kind, a mebibyte at a time.
KINDS_OF_MEMORY = {
    "files in /workspace": """
        with open("/workspace/big", "wb") as file:
            for _ in range(64): file.write(b"x" * (1 << 20))
        """,
    "files in /tmp": """
        with open("/tmp/big", "wb") as file:
            for _ in range(64): file.write(b"x" * (1 << 20))
        """,
    "POSIX shared memory": """
        from multiprocessing.shared_memory import SharedMemory
        shared = SharedMemory(create=True, size=60 << 20)
        for n in range(60): shared.buf[n << 20:(n + 1) << 20] = b"x" * (1 << 20)
        """,
    "System V shared memory": """
        import ctypes
        libc = ctypes.CDLL(None, use_errno=True)
        libc.shmat.restype = ctypes.c_void_p
        shared = libc.shmat(libc.shmget(0, 64 << 20, 0o1600), None, 0)
        ctypes.memset(shared, 120, 64 << 20)
        """,
    "memfd": """
        import os
        file = os.memfd_create("big")
        for _ in range(64): os.write(file, b"x" * (1 << 20))
        """,
    "shared anonymous memory": """
        import mmap
        shared = mmap.mmap(-1, 64 << 20)
        for n in range(64): shared[n << 20:(n + 1) << 20] = b"x" * (1 << 20)
        """,
    "a child's memory": """
        import os
        if os.fork() == 0: block = bytearray(b"x") * (64 << 20)
        os.wait()
        """,
    "pipe buffers": """
        import os
        for _ in range(2):
            if os.fork() == 0:
                ends = [os.pipe() for _ in range(400)]
                for _, end in ends: os.write(end, b"x" * 65536)
                os.kill(os.getpid(), 19)
        os.wait()
        """,
}


@pytest.mark.parametrize("kind", KINDS_OF_MEMORY)
def test_memory_of_every_kind_counts(client, kind):
    limits = {"file_bytes": 128 << 20, "open_files": 1024, "wall_time_ms": 60_000}
    code = 'print("before", flush=True)\n' + textwrap.dedent(KINDS_OF_MEMORY[kind])
    reply = run(client, code, memory_bytes=32 << 20, **limits)
    measured = assert_limit(reply, "memory_limit", "memory_bytes", 32 << 20)
    assert 24 << 20 < measured <= 32 << 20
    assert reply.stdout == "before\n"


def test_peak_memory_of_a_small_job_is_small(client):
    """The interpreter's memory from before the fork is the zygote's, not the job's."""
    assert run(client, "print(1)").usage.peak_memory_bytes < 64 << 20


def test_processes(client):
    reply = run(client, """
        import os, time
        for number in range(100):
            if os.fork() == 0:
                time.sleep(1000)
            print(number, flush=True)
    """, processes=12)
    assert assert_limit(reply, "process_limit", "processes", 12) == 12
    assert reply.exit_code == 1
    assert "BlockingIOError" in reply.stderr
    assert len(reply.stdout.splitlines()) == 11
    assert reply.usage.processes_refused == 1


def test_processes_at_the_most_that_may_be_asked_for(client):
    """The per-user limit behind the cgroup's lies further out, or nothing would be counted."""
    reply = run(client, """
        import os, signal
        for number in range(300):
            if os.fork() == 0:
                signal.pause()
    """, processes=256, memory_bytes=1 << 30, wall_time_ms=60_000, cpu_time_ms=60_000)
    assert assert_limit(reply, "process_limit", "processes", 256) == 256
    assert reply.usage.processes_refused == 1


def test_threads_are_processes_too(client):
    reply = run(client, """
        import threading
        gate = threading.Event()
        started = 0
        try:
            for _ in range(100):
                threading.Thread(target=gate.wait, daemon=True).start()
                started += 1
        finally:
            print(started, flush=True)
            gate.set()
    """, processes=12)
    assert assert_limit(reply, "process_limit", "processes", 12) == 12
    assert int(reply.stdout) == 11


def test_a_job_that_copes_with_the_process_limit_is_ok(client):
    reply = run(client, """
        import os, time
        refused = False
        for _ in range(100):
            try:
                if os.fork() == 0:
                    time.sleep(1000)
            except BlockingIOError:
                refused = True
                break
        print(refused)
    """, processes=12)
    assert (reply.status, reply.stdout) == ("ok", "True\n")
    assert "limit" not in reply and reply.usage.processes_refused == 1


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_output_keeps_the_head(client, stream):
    reply = run(client, f"""
        import sys
        number = 0
        while True:
            print(number, file=sys.{stream})
            number += 1
    """, output_bytes=10_000, wall_time_ms=60_000, cpu_time_ms=60_000)
    assert assert_killed(reply, "output_limit", "output_bytes", 10_000) > 10_000
    whole = "".join(f"{n}\n" for n in range(3000))
    assert reply[stream] == whole[:10_000]
    other = "stderr" if stream == "stdout" else "stdout"
    assert reply[f"{stream}_truncated"] is True and reply[f"{other}_truncated"] is False
    assert reply[other] == ""


def test_output_of_exactly_the_limit_is_whole(client):
    reply = run(client, "print('x' * 9_999)", output_bytes=10_000)
    assert (reply.status, reply.stdout_truncated) == ("ok", False)
    assert reply.stdout == "x" * 9_999 + "\n"
    reply = run(client, "print('x' * 10_000)", output_bytes=10_000)
    assert assert_killed(reply, "output_limit", "output_bytes", 10_000) == 10_001
    assert reply.stdout == "x" * 10_000
    assert reply.stdout_truncated is True


def test_output_limit_is_per_stream(client):
    reply = run(client, """
        import sys
        sys.stdout.write("o" * 9_000)
        sys.stderr.write("e" * 9_000)
    """, output_bytes=10_000)
    assert reply.status == "ok"
    assert (len(reply.stdout), len(reply.stderr)) == (9_000, 9_000)


def test_file_size(client):
    reply = run(client, """
        with open("/workspace/big", "wb") as file:
            print(file.write(b"x" * 1_000_000), flush=True)
            file.write(b"x" * 1_000_000)
    """, file_bytes=1_500_000)
    assert (reply.status, reply.exit_code) == ("error", 1)
    assert reply.stdout == "1000000\n" and "File too large" in reply.stderr


def test_file_size_beyond(client):
    reply = run(client, """
        import errno
        with open("/workspace/big", "wb", 0) as file:
            file.seek(1_500_000)
            try:
                file.write(b"x")
            except OSError as error:
                print(errno.errorcode[error.errno])
    """, file_bytes=1_500_000)
    assert (reply.status, reply.stdout) == ("ok", "EFBIG\n")


def test_a_program_that_does_not_catch_the_signal_of_a_large_file(client):
    reply = run(client, """
        import signal
        print("before", flush=True)
        signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
        with open("/workspace/big", "wb", 0) as file:
            file.write(b"x" * 2_000_000)
            file.write(b"x")
    """, file_bytes=1_500_000)
    assert (reply.status, reply.signal, reply.stdout) == ("killed", "SIGXFSZ", "before\n")
    assert_limit(reply, "killed", "file_bytes", 1_500_000)


@pytest.mark.parametrize("name", ["SIGSEGV", "SIGABRT", "SIGBUS", "SIGFPE", "SIGILL", "SIGTERM",
                                  "SIGKILL", "SIGHUP", "SIGXCPU", "SIGSYS", "SIGTRAP"])
def test_deaths_by_signal_are_named(client, name):
    """Also by one that a limit might have sent, but did not."""
    reply = run(client, f"""
        import os, signal
        print("before", flush=True)
        signal.signal(signal.{name}, signal.SIG_DFL) if "{name}" != "SIGKILL" else None
        os.kill(os.getpid(), signal.{name})
    """)
    assert (reply.status, reply.signal, reply.exit_code) == ("killed", name, None)
    assert reply.message == f"ended by {name}" and "limit" not in reply
    assert reply.stdout == "before\n"


def test_open_files(client):
    reply = run(client, """
        files = []
        while True:
            files.append(open("/dev/null"))
    """, open_files=50)
    assert (reply.status, reply.exit_code) == ("error", 1)
    assert "OSError: [Errno 24] Too many open files" in reply.stderr


def test_a_job_cannot_raise_its_limits(client):
    reply = run(client, """
        import resource
        for name in ("RLIMIT_NOFILE", "RLIMIT_FSIZE", "RLIMIT_CORE", "RLIMIT_CPU"):
            kind = getattr(resource, name)
            soft, hard = resource.getrlimit(kind)
            try:
                resource.setrlimit(kind, (hard + 1, hard + 1))
                if resource.getrlimit(kind) != (soft, hard):
                    print(name, "raised")
            except (ValueError, PermissionError, OSError):
                pass
    """)
    assert (reply.status, reply.stdout) == ("ok", "")
