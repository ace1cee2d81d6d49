"""Some things are so only on a kernel like the guest's: cgroups version 2 and nothing else, and
whatever Landlock it has. The suites of integration/ cover the rest."""

import os

import kernel
from system import System

# As in a container whose cgroup is its hierarchy's root: with processes in it, it passes no
# controller on.
BOX = "/sys/fs/cgroup/box"
IN_A_BOX = [
    "sh", "-c", f"mkdir -p {BOX} && echo 0 >{BOX}/cgroup.procs && exec unshare --cgroup --mount sh -c '"
    "umount /sys/fs/cgroup && mount -t cgroup2 cgroup2 /sys/fs/cgroup && "
    "exec \"$@\"' sh \"$@\"", "sh"]


def test_this_is_such_a_kernel():
    assert kernel.is_cgroup2_alone()
    assert kernel.landlock_version() > 0


def test_all_layers_are_in_force_and_what_one_lacks_is_named(system, client):
    assert system.status()["cgroup"] == "v2"
    isolation = client.execute("print(1)").isolation
    assert isolation.missing == kernel.layers_in_part()
    for layer in ("landlock", "cgroup", "cgroup_memory", "cgroup_pids", "cgroup_cpu"):
        assert layer in isolation.layers
    doctor = system.brood("doctor").stdout.decode()
    assert "v2 at /sys/fs/cgroup" in doctor and f"ABI {kernel.landlock_version()}" in doctor


def test_memory_of_several_processes_ends_all_of_them(client):
    reply = client.execute(
        "import os, time\n"
        "for _ in range(3):\n"
        "    if os.fork() == 0: kept = bytearray(b'x') * (40 << 20); time.sleep(600)\n"
        "print('started', flush=True)\n"
        "time.sleep(600)\n", limits={"memory_bytes": 64 << 20, "wall_time_ms": 200_000})
    assert (reply.status, reply.stdout) == ("memory_limit", "started\n"), dict(reply)
    assert reply.usage.peak_memory_bytes >= 60 << 20


def test_processes_over_the_limit_are_refused_and_counted(client):
    reply = client.execute(
        "import os, time\n"
        "for _ in range(8):\n"
        "    if os.fork() == 0: time.sleep(600)\n", limits={"processes": 4})
    assert reply.status == "process_limit", dict(reply)
    assert reply.usage.processes_refused >= 1


def test_cpu_of_all_processes_together(client):
    reply = client.execute(
        "import os\n"
        "for _ in range(2): os.fork()\n"
        "while True: pass\n", limits={"cpu_time_ms": 1000, "wall_time_ms": 200_000})
    assert reply.status == "cpu_limit", dict(reply)
    assert reply.usage.cpu_us >= 1_000_000


def test_a_job_sees_its_own_cgroup_only(client):
    reply = client.execute("print(open('/proc/self/cgroup').read(), end='')")
    assert reply.stdout == "0::/\n"


def test_nothing_is_left_of_a_daemon(system, client):
    before = system.census()
    reply = client.execute(
        "import os, time\n"
        "if os.fork() == 0:\n"
        "    os.setsid()\n"
        "    if os.fork() == 0:\n"
        "        for fd in (0, 1, 2): os.close(fd)\n"
        "        time.sleep(600)\n"
        "    os._exit(0)\n"
        "print('gone')\n")
    assert (reply.status, reply.stdout) == ("ok", "gone\n")
    system.assert_census(before)


def test_controllers_that_are_not_delegated_are_named_and_jobs_sampled():
    with System(prefix=IN_A_BOX) as system:
        why = system.status()["cgroup"]
        assert why.startswith("none: cgroup v2 does not delegate a controller"), why
        missing = system.client.execute("print(1)").isolation.missing
        for layer in ("cgroup_memory", "cgroup_pids", "cgroup_cpu"):
            assert any(line.startswith(f"{layer}: cgroups are none: ") for line in missing), missing
        reply = system.client.execute("import os\nwhile True: os.fork()",
                                      limits={"processes": 8, "wall_time_ms": 200_000})
        assert reply.status == "process_limit", dict(reply)
    os.rmdir(BOX)
