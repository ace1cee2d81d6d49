"""Brood started where no namespace can be made: run with BROOD_TIER=process."""

import json
import os
import textwrap


def run(client, code, **limits):
    return client.execute(textwrap.dedent(code), limits=limits)


def test_it_says_what_is_there_and_what_is_not(system, client):
    assert system.tier == "process"
    reply = client.execute("print(1)")
    assert (reply.status, reply.stdout, reply.timing.start) == ("ok", "1\n", "hot")
    assert (reply.isolation.level, reply.isolation.tier) == ("process", "process")
    for layer in ("landlock", "seccomp_numbers", "seccomp_arguments", "no_new_privs", "capabilities",
                  "securebits", "dumpable", "descriptors", "rlimits"):
        assert layer in reply.isolation.layers, reply.isolation
    missing = dict(line.split(": ", 1) for line in reply.isolation.missing)
    for layer in ("user", "mount", "pid", "net", "ipc", "uts", "cgroup", "uid_per_slot", "own_root",
                  "read_only_root", "own_inodes", "masked_proc", "cgroup_memory", "cgroup_pids", "cgroup_cpu"):
        assert layer in missing, reply.isolation
    assert "Landlock instead" in missing["own_root"]
    assert json.loads(client.get("/health").body)["isolation"]["tier"] == "process"


def test_a_job_is_at_home_in_its_own_directory(client):
    reply = run(client, """
        import os
        home = os.environ["HOME"]
        print(os.getcwd() == home == os.environ["PWD"], os.path.dirname(__file__) == home)
        print(os.path.exists("/workspace"), os.environ["TMPDIR"].startswith(os.path.dirname(home)))
        print(len(os.path.basename(os.path.dirname(home))) >= 16)
        """)
    assert reply.stdout == "True True\nFalse True\nTrue\n", dict(reply)


def test_the_distribution_is_known_by_name(client):
    reply = client.post("/v1/execute", {"language": "bash",
                                        "code": ". /etc/os-release && echo $ID"}).json
    assert reply["status"] == "ok" and reply["stdout"].strip(), reply


def test_another_jobs_directory_is_closed(system, client):
    """By its exact name, which nobody can guess: by path, and by mode."""
    stream = client.stream(
        "import os, signal; open('secret', 'w').write('x'); print(os.getcwd(), flush=True)\n"
        "signal.pause()")
    place = stream.until_output("workspace\n").strip()
    reply = run(client, f"""
        import ctypes, os
        libc = ctypes.CDLL(None, use_errno=True)
        place = {place!r}
        for act in (lambda: os.listdir(place), lambda: open(place + "/secret").read(),
                    lambda: open(place + "/secret", "a"), lambda: os.unlink(place + "/secret"),
                    lambda: os.rename(place, place + "-"), lambda: os.link(place + "/secret", "s"),
                    lambda: os.truncate(place + "/secret", 0), lambda: os.chmod(place, 0)):
            try:
                print("could", act())
            except OSError:
                pass
        # Past the library that makes chmod(2) an open.
        print(libc.syscall(90, place.encode(), 0), ctypes.get_errno())
        """)
    assert reply.stdout == "-1 1\n", dict(reply)
    assert os.stat(place).st_mode & 0o777 == 0o700
    with open(os.path.join(place, "secret"), encoding="ascii") as file:
        assert file.read() == "x"
    stream.close()


def test_more_in_files_than_its_workspace_may_hold_ends_a_job(client):
    reply = run(client, """
        import signal
        print("before", flush=True)
        for number in range(64):
            with open(f"file{number}", "wb") as file:
                file.write(b"x" * (1 << 20))
        signal.pause()
        """, workspace_bytes=8 << 20, wall_time_ms=60_000)
    assert (reply.status, reply.stdout, reply.limit.name) == ("killed", "before\n", "workspace_bytes")
    assert reply.limit.measured > reply.limit.limit == 8 << 20


def test_neither_unlinking_nor_closing_a_directory_nor_tmp_hides_files(client):
    for how in ("file = open('f', 'wb'); os.unlink('f'); file.write(block); file.flush()",
                "os.mkdir('d'); open('d/f', 'wb').write(block); os.chmod('d', 0)",
                "open('f', 'wb').write(block); os.chmod('.', 0)",
                "open(os.environ['TMPDIR'] + '/f', 'wb').write(block)"):
        reply = run(client, f"""
            import os, signal
            block = b"x" * (16 << 20)
            {how}
            signal.pause()
            """, workspace_bytes=8 << 20, wall_time_ms=60_000)
        assert (reply.status, reply.limit.name) == ("killed", "workspace_bytes"), (how, dict(reply))


def test_files_left_at_the_end_count(client):
    reply = run(client, "open('f', 'wb').write(b'x' * (16 << 20))", workspace_bytes=8 << 20)
    assert (reply.status, reply.limit.name) == ("killed", "workspace_bytes"), dict(reply)


def test_a_process_that_nobody_can_look_into_is_ended(client):
    """A program that may be executed and not be read hides what it holds."""
    reply = run(client, """
        import os, shutil
        shutil.copy("/usr/bin/sleep", "sleep"); os.chmod("sleep", 0o111)
        os.execl("./sleep", "sleep", "60")
        """, wall_time_ms=60_000)
    assert reply.status == "killed" and reply.get("limit") is None, dict(reply)
    assert "cannot be looked into" in reply.message, dict(reply)


def test_files_below_closed_directories_count(client):
    reply = run(client, """
        import os, signal
        for _ in range(40):
            os.mkdir("d"); os.chdir("d")
        with open("f", "wb") as file:
            for _ in range(40):
                os.chdir(".."); os.chmod("d", 0)
            file.write(b"x" * (16 << 20))
        signal.pause()
        """, workspace_bytes=8 << 20, wall_time_ms=20_000)
    assert (reply.status, reply.limit.name) == ("killed", "workspace_bytes"), dict(reply)


def test_memory_and_cpu_are_measured_over_all_processes(client):
    reply = run(client, """
        import os, signal
        for _ in range(3):
            if os.fork() == 0: break
        held = b"x" * (40 << 20)
        signal.pause()
        """, memory_bytes=96 << 20, wall_time_ms=60_000)
    assert (reply.status, reply.limit.name) == ("memory_limit", "memory_bytes"), dict(reply)
    reply = run(client, """
        import os
        for _ in range(3): os.fork()
        while True: pass
        """, cpu_time_ms=600, wall_time_ms=60_000)
    assert (reply.status, reply.limit.name) == ("cpu_limit", "cpu_time_ms"), dict(reply)


def test_a_call_that_ends_a_job_is_named_also_from_a_child(client):
    reply = run(client, """
        import ctypes, os
        if os.fork() == 0:
            ctypes.CDLL(None).syscall(246, 0, 0, 0, 0)
        os.wait()
        """)
    assert (reply.status, reply.signal) == ("killed", "SIGSYS"), dict(reply)


def test_exit_codes_and_signals_are_the_jobs(client):
    assert client.execute("import os; os._exit(7)").exit_code == 7
    for name in ("SIGSEGV", "SIGKILL", "SIGTERM"):
        reply = client.execute(f"import os, signal; os.kill(os.getpid(), signal.{name})")
        assert (reply.status, reply.signal) == ("killed", name), dict(reply)
