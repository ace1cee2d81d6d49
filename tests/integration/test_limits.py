"""Each limit of a job: that it holds, how it is reported, and what was said before it struck."""

import textwrap

import pytest

from system import System


def run(client, code, **limits):
    return client.execute(textwrap.dedent(code), limits=limits)


def assert_killed(reply, status, message):
    """The verdict of a job that we ended: no exit code, the signal, what was measured."""
    assert reply.status == status, dict(reply)
    assert (reply.exit_code, reply.signal) == (None, "SIGKILL")
    assert message in reply.message, reply.message


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
    assert_killed(reply, "timeout", "Wall-clock time")
    assert reply.stdout == "before\n"
    assert reply.usage.wall_us >= 300_000
    assert reply.usage.cpu_us < 300_000


def test_wall_time_of_a_spinning_job(client):
    reply = run(client, "print('x')\nwhile True: pass", wall_time_ms=300, cpu_time_ms=60_000)
    assert_killed(reply, "timeout", "limit 300 ms")
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
    assert_killed(reply, "cpu_limit", "limit 400 ms")
    assert reply.stdout == "x\n"
    assert 400_000 <= reply.usage.cpu_us < 5_000_000


def test_cpu_time_is_the_sum_over_processes(client):
    """Eight processes of which none comes near the limit alone before they do together."""
    reply = run(client, """
        import os
        for _ in range(7):
            if os.fork() == 0:
                break
        while True:
            pass
    """, cpu_time_ms=600, wall_time_ms=60_000)
    assert_killed(reply, "cpu_limit", "limit 600 ms")
    assert reply.usage.cpu_us >= 600_000
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
    assert_killed(reply, "cpu_limit", "limit 600 ms")
    assert reply.stdout == ""


def test_memory(client):
    reply = run(client, """
        print("before", flush=True)
        block = bytearray(b"x") * (512 << 20)
        print("never")
    """, memory_bytes=96 << 20)
    assert reply.status == "memory_limit", dict(reply)
    assert reply.exit_code is None and reply.signal == "SIGKILL"
    assert reply.stdout == "before\n"
    assert 64 << 20 <= reply.usage.peak_memory_bytes <= 96 << 20
    assert f"limit {96 << 20} bytes" in reply.message


def test_memory_within_the_limit_is_fine(client):
    reply = run(client, "block = bytearray(b'x') * (64 << 20)\nprint(len(block))",
                memory_bytes=160 << 20)
    assert (reply.status, reply.stdout) == ("ok", f"{64 << 20}\n")
    assert reply.usage.peak_memory_bytes >= 64 << 20


def test_memory_is_the_sum_over_processes(client):
    """Whichever process the kernel picks: if the program lives on, the deadline ends the job."""
    reply = run(client, """
        import os, time
        for _ in range(7):
            if os.fork() == 0:
                break
        block = bytearray(b"x") * (32 << 20)
        while True:
            time.sleep(1)
    """, memory_bytes=128 << 20, wall_time_ms=3_000)
    assert reply.status == "memory_limit", dict(reply)


@pytest.mark.parametrize("place", ["/dev/shm", "/tmp", "/workspace"])
def test_memory_includes_files_in_memory(client, place):
    reply = run(client, f"""
        with open("{place}/big", "wb") as file:
            for _ in range(64):
                file.write(b"x" * (1 << 20))
        print("never")
    """, memory_bytes=48 << 20, file_bytes=128 << 20)
    assert reply.status == "memory_limit", dict(reply)


def test_peak_memory_of_a_small_job_is_small(client):
    """What the interpreter had before the fork is the zygote's, not the job's."""
    assert run(client, "print(1)").usage.peak_memory_bytes < 64 << 20


def test_processes(client):
    reply = run(client, """
        import os, time
        for number in range(100):
            if os.fork() == 0:
                time.sleep(1000)
            print(number, flush=True)
    """, processes=12)
    assert reply.status == "process_limit", dict(reply)
    assert reply.exit_code == 1
    assert "BlockingIOError" in reply.stderr
    assert 8 <= len(reply.stdout.splitlines()) <= 12
    assert "limit 12" in reply.message


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
    assert reply.status == "process_limit", dict(reply)
    assert 8 <= int(reply.stdout) <= 12


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


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_output_keeps_the_head(client, stream):
    reply = run(client, f"""
        import sys
        number = 0
        while True:
            print(number, file=sys.{stream})
            number += 1
    """, output_bytes=10_000, wall_time_ms=60_000, cpu_time_ms=60_000)
    assert_killed(reply, "output_limit", "10000 bytes")
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
    assert reply.status == "output_limit" and reply.stdout == "x" * 10_000
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


def test_open_files(client):
    reply = run(client, """
        files = []
        while True:
            files.append(open("/dev/null"))
    """, open_files=50)
    assert (reply.status, reply.exit_code) == ("error", 1)
    assert "OSError: [Errno 24] Too many open files" in reply.stderr


@pytest.mark.parametrize("place", ["/workspace", "/tmp", "/dev/shm"])
def test_space_of_each_place_is_bounded(tight_system, place):
    reply = run(tight_system.client, f"""
        import errno
        written = 0
        try:
            with open("{place}/big", "wb", 0) as file:
                while True:
                    written += file.write(b"x" * 65536)
        except OSError as error:
            print(errno.errorcode[error.errno], written)
    """, file_bytes=64 << 20)
    assert reply.status == "ok", dict(reply)
    reason, written = reply.stdout.split()
    # /workspace also holds the program.
    assert reason == "ENOSPC" and (4 << 20) - 4096 <= int(written) <= 4 << 20


@pytest.fixture(scope="module")
def tight_system():
    size = 4 << 20
    with System({"sandbox": {"tmp_bytes": size, "shm_bytes": size},
                 "limits": {"workspace_bytes": {"default": size}}}) as running:
        yield running


def test_defaults_apply_when_nothing_is_asked(client):
    reply = client.execute("import resource; print(resource.getrlimit(resource.RLIMIT_NOFILE)[0],"
                           " resource.getrlimit(resource.RLIMIT_FSIZE)[0])")
    assert reply.stdout == f"256 {64 << 20}\n"


def test_a_job_cannot_raise_its_limits(client):
    reply = run(client, """
        import resource
        for name in ("RLIMIT_NOFILE", "RLIMIT_FSIZE", "RLIMIT_CORE", "RLIMIT_CPU"):
            kind = getattr(resource, name)
            soft, hard = resource.getrlimit(kind)
            try:
                resource.setrlimit(kind, (hard + 1, hard + 1))
                print(name, "raised")
            except (ValueError, PermissionError, OSError):
                pass
    """)
    assert (reply.status, reply.stdout) == ("ok", "")
