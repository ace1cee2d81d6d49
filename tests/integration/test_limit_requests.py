"""A job may ask for limits: defaults, maxima, refusals; and a neighbour never notices."""

import json
import textwrap

import pytest

from system import System

LIMITS = ("wall_time_ms", "cpu_time_ms", "memory_bytes", "processes", "output_bytes",
          "file_bytes", "open_files", "workspace_bytes", "workspace_inodes")

# How each limit looks from inside.
SEEN_INSIDE = """
    import os, resource
    space = os.statvfs("/workspace")
    print(resource.getrlimit(resource.RLIMIT_NOFILE)[0],
          resource.getrlimit(resource.RLIMIT_FSIZE)[0],
          space.f_blocks * space.f_frsize, space.f_files)
"""


@pytest.fixture(scope="module")
def maxima(system):
    """As the system itself says."""
    settings = {each["key"]: each["value"]
                for each in json.loads(system.brood("config", "--json").stdout)}
    return {name: settings[f"limits.{name}.max"] for name in LIMITS}


def seen_inside(client, **limits):
    reply = client.execute(textwrap.dedent(SEEN_INSIDE), limits=limits)
    assert reply.status == "ok", dict(reply)
    return tuple(map(int, reply.stdout.split()))


@pytest.mark.parametrize("name", LIMITS)
def test_the_most_may_be_asked_for_and_no_more(client, maxima, name):
    most = maxima[name]
    assert client.execute("print(1)", limits={name: most}).stdout == "1\n"
    response = client.post("/v1/execute", {"language": "python", "code": "print(1)",
                                           "limits": {name: most + 1}})
    assert response.status == 400
    error = response.json.error
    assert (error.code, error.field) == ("invalid_limit", f"limits.{name}")
    assert error.message.startswith(f"limits.{name} must be ")
    assert error.message.endswith(f"..{most}, got {most + 1}")


def test_all_at_once(client, maxima):
    assert client.execute("print(1)", limits=maxima).stdout == "1\n"


def test_defaults_apply_when_nothing_is_asked(client):
    assert seen_inside(client) == (256, 64 << 20, 64 << 20, 16_384)


def test_requested_limits_apply(client):
    asked = {"open_files": 77, "file_bytes": 1 << 20, "workspace_bytes": 8 << 20,
             "workspace_inodes": 100}
    assert seen_inside(client, **asked) == (77, 1 << 20, 8 << 20, 100)
    more = {"open_files": 1000, "file_bytes": 256 << 20, "workspace_bytes": 128 << 20,
            "workspace_inodes": 50_000}
    assert seen_inside(client, **more) == (1000, 256 << 20, 128 << 20, 50_000)
    # Neither has changed anything for those that come after.
    assert seen_inside(client) == (256, 64 << 20, 64 << 20, 16_384)


def test_a_workspace_of_another_size_costs_no_start(system, client):
    """The sandbox of a parked worker is changed where it is."""
    system.settle()
    reply = client.execute("import os; print(os.statvfs('/workspace').f_files)",
                           limits={"workspace_bytes": 1 << 20, "workspace_inodes": 32})
    assert (reply.stdout, reply.timing.start) == ("32\n", "hot")


def test_space_in_the_workspace(client):
    reply = client.execute(textwrap.dedent("""
        import errno
        written = 0
        try:
            with open("/workspace/big", "wb", 0) as file:
                while True:
                    written += file.write(b"x" * 65536)
        except OSError as error:
            print(errno.errorcode[error.errno], written)
    """), limits={"workspace_bytes": 2 << 20})
    assert reply.status == "ok", dict(reply)
    reason, written = reply.stdout.split()
    # /workspace also holds the program.
    assert reason == "ENOSPC" and (2 << 20) - 4096 <= int(written) <= 2 << 20


def test_inodes_in_the_workspace(client):
    reply = client.execute(textwrap.dedent("""
        import errno
        made = 0
        try:
            while True:
                open(f"/workspace/{made}", "x").close()
                made += 1
        except OSError as error:
            print(errno.errorcode[error.errno], made)
    """), limits={"workspace_inodes": 64})
    # The directory itself and the program are two.
    assert (reply.status, reply.stdout) == ("ok", "ENOSPC 62\n")


def test_the_mount_of_a_resized_workspace_keeps_its_flags(client):
    code = """print([line.split()[3].split(",")[:3] for line in open("/proc/self/mounts")
                     if line.split()[1] == "/workspace"])"""
    usual = client.execute(code).stdout
    assert "nosuid" in usual and "nodev" in usual
    assert client.execute(code, limits={"workspace_bytes": 1 << 20}).stdout == usual


@pytest.mark.parametrize("name", ["file_bytes", "workspace_bytes"])
def test_a_program_that_its_own_limits_do_not_hold(client, name):
    code = "#" * 8000
    response = client.post("/v1/execute", {"language": "python", "code": code,
                                           "limits": {name: 4096}})
    assert response.status == 400
    assert response.json.error.field == f"limits.{name}"
    assert "8000" in response.json.error.message


@pytest.mark.parametrize("place", ["/workspace", "/tmp", "/dev/shm"])
def test_space_of_each_place_is_bounded(tight_system, place):
    reply = tight_system.client.execute(textwrap.dedent(f"""
        import errno
        written = 0
        try:
            with open("{place}/big", "wb", 0) as file:
                while True:
                    written += file.write(b"x" * 65536)
        except OSError as error:
            print(errno.errorcode[error.errno], written)
    """), limits={"file_bytes": 64 << 20})
    assert reply.status == "ok", dict(reply)
    reason, written = reply.stdout.split()
    assert reason == "ENOSPC" and (4 << 20) - 4096 <= int(written) <= 4 << 20


@pytest.fixture(scope="module")
def tight_system():
    size = 4 << 20
    with System({"sandbox": {"tmp_bytes": size, "shm_bytes": size},
                 "limits": {"workspace_bytes": {"default": size}}}) as running:
        yield running


# Each goes over one limit, after a word on stdout.
OVERRUNS = {
    "timeout": ("while True: time.sleep(100)", {"wall_time_ms": 200}),
    "cpu_limit": ("while True: pass", {"cpu_time_ms": 100}),
    "memory_limit": ("block = bytearray(b'x') * (512 << 20)", {"memory_bytes": 48 << 20}),
    "process_limit": ("while os.fork(): pass\ntime.sleep(100)", {"processes": 8}),
    "output_limit": ("while True: print('flood', file=sys.stderr)", {"output_bytes": 1000}),
}


@pytest.mark.parametrize("streamed", [False, True], ids=["whole", "streamed"])
def test_the_neighbour_of_a_job_over_its_limits_notices_nothing(client, streamed):
    """It computes and writes and answers all the while, within its own limits."""
    neighbour = """
        import sys
        print("up", flush=True)
        total = 0
        for line in sys.stdin:
            total += sum(range(1000))
        with open("/workspace/sum", "w") as file: file.write(str(total))
        print(total)
    """
    prelude = "import os, sys, time\nprint('before', flush=True)\n"
    with client.stream(textwrap.dedent(neighbour), stdin="line\n" * 100_000) as stream:
        stream.until_output("up\n")
        for status, (code, limits) in OVERRUNS.items():
            if streamed:
                with client.stream(prelude + code, limits=limits) as other:
                    verdict, output = other.rest(), other.output()
            else:
                verdict = client.execute(prelude + code, limits=limits)
                output = verdict.stdout
            (name, limit), = limits.items()
            assert (verdict.status, output) == (status, "before\n"), dict(verdict)
            assert (verdict.limit.name, verdict.limit.limit) == (name, limit)
        verdict = stream.rest()
    assert verdict.status == "ok", dict(verdict)
    assert stream.output() == f"up\n{100_000 * sum(range(1000))}\n"


def test_the_command_line_names_limit_and_measurement(system, tmp_path):
    program = tmp_path / "spin.py"
    program.write_text("print('before', flush=True)\nwhile True: pass\n")
    done = system.brood("run", "--limit", "cpu_time_ms=150ms", str(program))
    assert (done.returncode, done.stdout) == (124, b"before\n")
    assert done.stderr.startswith(b"brood: cpu_limit: CPU time") and b"limit 150 ms" in done.stderr
    done = system.brood("run", "--json", "--limit", "cpu_time_ms=150", str(program))
    limit = json.loads(done.stdout)["limit"]
    assert limit["name"] == "cpu_time_ms" and limit["measured"] >= limit["limit"] == 150


def test_the_command_line_is_told_the_maximum(system, tmp_path):
    program = tmp_path / "any.py"
    program.write_text("print(1)")
    done = system.brood("run", "--limit", "workspace_bytes=100Gi", str(program))
    assert (done.returncode, done.stdout) == (125, b"")
    assert b"limits.workspace_bytes must be 4096..268435456" in done.stderr
