"""A job looks around: who it is, what it sees, what it can touch."""

import json
import os
import textwrap

import pytest

import procs
import system as system_module


def facts(client, code, **fields):
    """Runs code that sets `fact`; answers it."""
    program = textwrap.dedent(code) + "\nimport json\nprint(json.dumps(fact))"
    reply = client.execute(program, **fields)
    assert (reply.status, reply.stderr) == ("ok", ""), dict(reply)
    return json.loads(reply.stdout)


@pytest.fixture(scope="module")
def status(client):
    text = facts(client, "fact = open('/proc/self/status').read()")
    return {line.partition(":")[0]: line.partition(":")[2].strip() for line in text.splitlines()}


def test_identity(client):
    assert facts(client, "import os; fact = [os.getresuid(), os.getresgid(), os.getgroups()]") == [
        [1000] * 3, [1000] * 3, []]


@pytest.mark.parametrize("name", ["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"])
def test_no_capability_is_left(status, name):
    assert int(status[name], 16) == 0


def test_privileges_cannot_be_gained(status):
    assert status["NoNewPrivs"] == "1"


def test_seccomp_filters(status):
    assert status["Seccomp"] == "2"


def test_securebits_are_locked(client):
    """NOROOT and NO_SETUID_FIXUP with their locks, KEEP_CAPS locked off: no way back by exec."""
    bits = facts(client, "import ctypes; fact = ctypes.CDLL(None).prctl(27)")
    assert bits == -1 or bits & 0b101111 == 0b101111


def test_signals_are_as_a_program_expects(client, status):
    blocked = facts(client, "import signal; fact = [int(s) for s in"
                            " signal.pthread_sigmask(signal.SIG_BLOCK, [])]")
    assert blocked == []
    assert int(status["SigBlk"], 16) == 0


def test_hostname_is_the_sandboxes(client):
    names = facts(client, "import os, socket; fact = [os.uname().nodename, socket.gethostname(),"
                          " os.uname()[5:] ]")
    assert names[0] == names[1] != os.uname().nodename


def test_only_its_own_processes_exist(client):
    pids = facts(client, """
        import os
        fact = {"all": sorted(int(p) for p in os.listdir("/proc") if p.isdigit()),
                "self": os.getpid()}
    """)
    assert pids["all"] == [1, pids["self"]] and pids["self"] != 1


def test_pid_1_tells_nothing(client):
    """Its memory, its root, its descriptors and its environment are not the job's business."""
    outcome = facts(client, """
        import os
        fact = {}
        for name in ("mem", "environ", "root", "cwd", "exe", "fd", "maps", "map_files", "comm",
                     "cmdline", "status"):
            path = f"/proc/1/{name}"
            try:
                if name in ("root", "cwd", "exe"):
                    fact[name] = os.readlink(path)
                elif name in ("fd", "map_files"):
                    fact[name] = os.listdir(path)
                else:
                    with open(path, "rb") as file:
                        fact[name] = file.read(16).hex()
            except OSError as error:
                fact[name] = type(error).__name__
    """)
    assert set(outcome.values()) == {"PermissionError"}, outcome


def test_only_loopback_and_it_is_up(client):
    assert facts(client, """
        import socket, threading
        server = socket.create_server(("127.0.0.1", 0))
        def serve():
            connection, _ = server.accept()
            connection.sendall(connection.recv(100).upper())
            connection.close()
        threading.Thread(target=serve).start()
        with socket.create_connection(server.getsockname()) as connection:
            connection.sendall(b"over loopback")
            answer = connection.recv(100).decode()
        routes = open("/proc/net/route").read().splitlines()[1:]
        fact = [socket.if_nameindex(), answer, routes]
    """) == [[[1, "lo"]], "OVER LOOPBACK", []]


def test_ipv6_loopback_works_where_the_host_has_it(client):
    has_ipv6 = os.path.exists("/proc/net/if_inet6")
    outcome = facts(client, """
        import socket
        try:
            server = socket.create_server(("::1", 0), family=socket.AF_INET6)
            socket.create_connection(server.getsockname()[:2]).close()
            fact = True
        except OSError as error:
            fact = str(error)
    """)
    assert outcome is True or not has_ipv6, outcome


def test_root_is_read_only_everywhere_but_in_three_places(client):
    """Walks all of the root: what can be written to is exactly what is meant to be."""
    writable = facts(client, """
        import os
        fact = []
        for directory, names, _ in os.walk("/"):
            names[:] = [n for n in names if os.path.join(directory, n) != "/proc"]
            try:
                path = os.path.join(directory, "brood-write-probe")
                open(path, "w").close()
                os.unlink(path)
                fact.append(directory)
                names.clear()
            except OSError as error:
                assert error.errno in (1, 13, 30), (directory, error)
    """, limits={"wall_time_ms": 60_000, "cpu_time_ms": 60_000})
    assert sorted(writable) == ["/dev/shm", "/tmp", "/workspace"]


@pytest.mark.parametrize("path", [
    "/", "/usr", "/usr/bin", "/usr/lib", "/usr/local", "/etc", "/bin", "/lib", "/dev", "/proc",
    "/proc/sys/kernel", "/var", "/home", "/root", "/run", "/sys", "/opt", "/mnt", "/boot"])
def test_no_write_at(client, path):
    outcome = facts(client, f"""
        import os
        try:
            open(os.path.join({path!r}, "x"), "w")
            fact = "written"
        except OSError as error:
            fact = error.__class__.__name__
    """)
    assert outcome in ("OSError", "PermissionError", "FileNotFoundError")


def test_existing_files_cannot_be_changed(client):
    outcome = facts(client, """
        import os, sys
        fact = {}
        targets = [sys.executable, os.__file__, "/etc/ld.so.cache", "/etc/passwd",
                   "/proc/sys/kernel/core_pattern", "/proc/sysrq-trigger",
                   "/proc/sys/kernel/hostname"]
        for path in targets:
            if not os.path.exists(path):
                continue
            attempts = {"open": lambda: open(path, "r+"), "chmod": lambda: os.chmod(path, 0o777),
                        "unlink": lambda: os.unlink(path), "utime": lambda: os.utime(path)}
            for name, attempt in attempts.items():
                try:
                    attempt()
                    fact[f"{name} {path}"] = "done"
                except OSError:
                    pass
    """)
    assert outcome == {}


@pytest.mark.parametrize("place", ["/workspace", "/tmp", "/dev/shm"])
def test_writable_places_hold_files(client, place):
    assert facts(client, f"""
        import os
        path = os.path.join({place!r}, "file")
        with open(path, "w") as file:
            file.write("kept")
        os.mkdir(path + ".d"); os.symlink(path, path + ".l"); os.rename(path, path + ".2")
        fact = [open(path + ".2").read(), os.stat(path + ".2").st_uid, os.listdir(path + ".d")]
    """) == ["kept", 1000, []]


def test_working_directory_and_home(client):
    cwd, home, temporary = facts(client, "import os, tempfile; fact = [os.getcwd(),"
                                         " os.path.expanduser('~'), tempfile.gettempdir()]")
    assert (cwd, temporary) == ("/workspace", "/tmp")
    assert home in ("/workspace", "/tmp")


def test_workspace_is_empty_at_the_start(client):
    names = facts(client, "import os; fact = {p: os.listdir(p) for p in"
                          " ('/workspace', '/tmp', '/dev/shm')}")
    assert names["/tmp"] == names["/dev/shm"] == []
    assert set(names["/workspace"]) <= {"main.py"}


def test_no_variable_of_the_supervisor(system, client):
    assert system_module.MARKER[1] in procs.read(system.roles.supervisor(), "environ")
    text, names = facts(client, """
        import os
        fact = [open("/proc/self/environ", errors="replace").read() + repr(dict(os.environ)),
                sorted(os.environ)]
    """)
    assert system_module.MARKER[0] not in text and system_module.MARKER[1] not in text
    assert not [name for name in names if name.startswith("BROOD")]
    assert set(names) <= {"PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "USER", "LOGNAME", "PWD",
                          "SHELL", "TMPDIR", "TERM", "TZ", "HOSTNAME", "MPLBACKEND",
                          "MPLCONFIGDIR", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS",
                          "PYTHONUNBUFFERED", "PYTHONIOENCODING", "PYTHONDONTWRITEBYTECODE",
                          "XDG_CACHE_HOME", "SHLVL", "_"}, names


def test_no_variable_of_the_supervisor_in_memory(client):
    """The interpreter was forked from a process of ours: its heap must not hold the marker.

    The job knows the marker only mirrored, and mirrors what it reads before it compares, so that
    it cannot find its own copy.
    """
    hidden = bytes(byte ^ 0x55 for byte in system_module.MARKER[1].encode()).hex()
    found = facts(client, f"""
        mirror = bytes(n ^ 0x55 for n in range(256))
        needle = bytes.fromhex({hidden!r})
        fact, searched = [], 0
        with open("/proc/self/mem", "rb", 0) as memory:
            for line in open("/proc/self/maps"):
                span, mode = line.split()[:2]
                if mode[0] != "r" or "[v" in line:
                    continue
                start, end = (int(x, 16) for x in span.split("-"))
                if end - start > 1 << 36:  # A sanitizer reserves this much.
                    continue
                for at in range(start, end, 1 << 20):
                    try:
                        memory.seek(at)
                        chunk = memory.read(min(1 << 20, end - at))
                    except OSError:
                        break
                    searched += len(chunk)
                    if needle in chunk.translate(mirror):
                        fact.append(line)
        fact = [fact, searched > 10 << 20]
    """, limits={"wall_time_ms": 60_000, "cpu_time_ms": 60_000})
    assert found == [[], True]


def test_descriptors_are_an_exact_set(client):
    listed = facts(client, """
        import os
        fact = {n: os.readlink(f"/proc/self/fd/{n}") for n in os.listdir("/proc/self/fd")
                if os.path.lexists(f"/proc/self/fd/{n}")}  # Not the listing's own.
    """)
    assert set(listed) == {"0", "1", "2", "3"}
    assert all(listed[n].startswith("pipe:") for n in "012") and listed["3"].startswith("socket:")
    assert len({listed[n] for n in "012"}) == 3


def test_subprocesses_get_only_the_standard_three(client):
    listed = facts(client, """
        import subprocess
        fact = subprocess.check_output(["/bin/ls", "/proc/self/fd"], close_fds=False).split()
        fact = [name.decode() for name in fact]
    """)
    assert set(listed) == {"0", "1", "2", "3"}  # 3 is the directory that ls has opened.


def test_mounts_tell_nothing_of_the_host(system, client):
    lines = [line.split() for line in facts(client, """
        fact = open("/proc/self/mountinfo").read().splitlines()
    """)]
    for fields in lines:
        point, options = fields[4], fields[5].split(",")
        kind = fields[fields.index("-") + 1]
        is_scratch = point in ("/workspace", "/tmp", "/dev/shm")
        assert kind in ("tmpfs", "proc", "devpts") or "ro" in options, fields
        assert "ro" in options or is_scratch or kind == "proc" or point.startswith("/dev/"), fields
        assert "nosuid" in options, fields
        assert system.directory not in " ".join(fields), fields
    points = {fields[4] for fields in lines}
    assert {"/", "/usr", "/proc", "/workspace", "/tmp", "/dev/shm"} <= points
    assert not [p for p in points if p.startswith(("/sys", "/run", "/var", "/home"))]


@pytest.mark.parametrize("path", [
    "/etc/shadow", "/etc/ssh", "/etc/machine-id", "/etc/sudoers", "/root/.ssh", "/var/log",
    "/var/run/docker.sock", "/sys/class", "/dev/sda", "/dev/vda", "/dev/mem", "/dev/kmsg",
    "/dev/fuse", "/dev/net/tun", "/dev/kvm", "/proc/kcore.x", "/boot/vmlinuz"])
def test_absent(client, path):
    assert facts(client, f"import os; fact = os.path.lexists({path!r})") is False


def test_runtime_directory_is_not_visible(system, client):
    assert facts(client, f"import os; fact = [os.path.lexists(p) for p in"
                         f" ({system.directory!r}, {system.runtime_dir!r})]") == [False, False]


def test_device_nodes_are_the_harmless_ones(client):
    names = facts(client, "import os; fact = sorted(os.listdir('/dev'))")
    assert {"null", "zero", "urandom"} <= set(names)
    assert set(names) <= {"null", "zero", "full", "random", "urandom", "tty", "shm", "fd", "stdin",
                          "stdout", "stderr", "mqueue", "pts", "ptmx"}
    assert facts(client, """
        open("/dev/null", "w").write("x")
        fact = [open("/dev/zero", "rb").read(4).hex(), len(open("/dev/urandom", "rb").read(16))]
    """) == ["00000000", 16]


def test_the_distribution_is_known_by_name(client):
    with open("/etc/os-release", encoding="utf-8") as file:
        name = next(line for line in file if line.startswith("ID=")).strip()
    reply = client.post("/v1/execute", {"language": "bash",
                                        "code": ". /etc/os-release && echo ID=$ID"}).json
    assert (reply["stdout"], reply["stderr"]) == (name + "\n", ""), reply


def test_terminals(client):
    """Terminals are the sandbox's own: the first one is the first."""
    assert facts(client, """
        import os, pty
        master, slave = pty.openpty()
        os.write(slave, b"to the master")
        fact = [os.isatty(slave), os.ttyname(slave), os.read(master, 100).decode(),
                sorted(os.listdir("/dev/pts"))]
    """) == [True, "/dev/pts/0", "to the master", ["0", "ptmx"]]


def test_a_file_is_the_same_one_whenever_it_is_looked_at(client):
    """Device and number, which programs compare: by path, by descriptor, and after others."""
    assert facts(client, """
        import os
        def look(path):
            with open(path, "rb") as file:
                a, b = os.stat(path), os.fstat(file.fileno())
            assert (a.st_dev, a.st_ino) == (b.st_dev, b.st_ino)
            return a.st_dev, a.st_ino
        paths = ["/usr/bin/bash", "/etc/passwd", "/usr/lib/os-release"]
        first = [look(path) for path in paths]
        for directory, _, names in os.walk("/usr/lib/python3"):
            for name in names[:5]:
                os.lstat(os.path.join(directory, name))
        fact = [first == [look(path) for path in paths], len(set(first)),
                max(number for _, number in first) < 2 ** 53,
                os.path.samefile("/bin", "/usr/bin") if os.path.islink("/bin") else True]
    """) == [True, 3, True, True]


def test_setuid_programs_gain_nothing(client):
    """mount(8), su(1) and the like are there with /usr; their bit is not honoured."""
    outcome = facts(client, """
        import os, stat, subprocess
        programs = [os.path.join("/usr/bin", n) for n in os.listdir("/usr/bin")]
        setuid = [p for p in programs if os.path.isfile(p)
                  and os.stat(p).st_mode & (stat.S_ISUID | stat.S_ISGID)]
        own = "/workspace/own-id"
        with open("/usr/bin/id", "rb") as source, open(own, "wb") as copy:
            copy.write(source.read())
        os.chmod(own, 0o6755)
        fact = [bool(os.statvfs("/usr").f_flag & os.ST_NOSUID), setuid[:3],
                subprocess.run([own, "-u"], capture_output=True, text=True).stdout]
    """)
    assert outcome[0] is True
    assert outcome[2].strip() in ("1000", "")


def test_limits_are_in_place_from_the_first_line(client):
    limits = facts(client, """
        import resource
        fact = {n: resource.getrlimit(getattr(resource, n)) for n in
                ("RLIMIT_NOFILE", "RLIMIT_FSIZE", "RLIMIT_CORE", "RLIMIT_CPU")}
    """, limits={"open_files": 99, "file_bytes": 1 << 20, "cpu_time_ms": 5000})
    assert limits["RLIMIT_NOFILE"] == [99, 99]
    assert limits["RLIMIT_FSIZE"] == [1 << 20, 1 << 20]
    assert limits["RLIMIT_CORE"] == [1, 1]
    assert limits["RLIMIT_CPU"][1] in range(5, 16)


def test_namespaces_are_not_the_hosts(client):
    inside = facts(client, "import os; fact = {n: os.readlink(f'/proc/self/ns/{n}') for n in"
                           " ('user', 'mnt', 'pid', 'net', 'ipc', 'uts', 'cgroup')}")
    for name, identity in inside.items():
        assert identity != os.readlink(f"/proc/self/ns/{name}"), name


def test_two_jobs_share_no_namespace(client):
    code = "import os; fact = {n: os.readlink(f'/proc/self/ns/{n}') for n in ('user', 'mnt'," \
           " 'pid', 'ipc')}"
    with client.stream("print('up', flush=True)\ninput()\nimport time\nwhile True: time.sleep(60)",
                       stdin="x\n") as other:
        other.until_output("up")
        first, second = facts(client, code), facts(client, code)
    assert all(first[name] != second[name] for name in first)


def test_cgroup_path_is_hidden(system, client):
    text = facts(client, "fact = open('/proc/self/cgroup').read()")
    assert system.cgroup_parent not in text
