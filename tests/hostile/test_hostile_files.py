"""Guests that write where they must not, look for what is not theirs, or leave things behind."""

import weakened

PLACES = ("/tmp", "/dev/shm", "/workspace")

# Both guests in one interpreter: what a worker used twice would be.
IN_ONE_PROCESS = f"""{weakened.PYTHON} -B -c '
for name in ("poison", "pristine"):
    exec(compile(open("{weakened.GUESTS_INSIDE}/" + name + ".py").read(), name, "exec"), dict())
' token"""


def test_write_outside(attack, record):
    """Every directory of the root, and every way around by /proc."""
    # On a shared host nobody can list his way to the places that he could name.
    roots = ["/"]
    if attack.shares_host:
        runtime = attack.system.runtime_dir
        roots += ["/bin", "/dev", "/etc", "/home", "/opt", "/run", "/tmp", "/usr", "/var",
                  attack.system.directory, runtime, f"{runtime}/slots", ".."]
    reply = attack.run("write_everywhere", ":".join([*PLACES, "/proc"]), *roots,
                       wall_time_ms=60_000, cpu_time_ms=60_000)
    assert (reply.status, reply.stdout) == ("ok", ""), reply.stdout[:1000]
    reply = attack.run("write_everywhere", ":".join(PLACES), "/proc/sys", "/proc/1/root",
                       "/proc/self/root/usr", "/proc/self/cwd/../usr", "/workspace/../etc",
                       wall_time_ms=60_000, cpu_time_ms=60_000)
    assert (reply.status, reply.stdout) == ("ok", ""), reply.stdout[:1000]

    control = weakened.run_in_own_namespaces(
        ["--mount"],
        "mkdir s && mount -t tmpfs none s && mkdir s/upper s/work &&"
        " mount -t overlay -o lowerdir=/usr,upperdir=$PWD/s/upper,workdir=$PWD/s/work none /usr &&"
        " mount -t tmpfs none /opt && guest write_everywhere '' /usr /opt")
    assert "wrote /usr\n" in control and "wrote /opt\n" in control
    record("write outside", "nowhere", "/usr and /opt written")


def test_find_the_flag(attack, record):
    reply = attack.run("find_flag", attack.flag.name, wall_time_ms=60_000, cpu_time_ms=60_000)
    assert (reply.status, reply.stdout) == ("ok", ""), dict(reply)
    reply = attack.run("find_flag", attack.flag.name, attack.system.directory)
    assert (reply.status, reply.stdout) == ("ok", ""), dict(reply)

    control = weakened.run("find_flag", attack.flag.name, attack.system.directory)
    assert control.stdout == f"found {attack.flag.secret}\n"
    record("find the flag file", "not found", "found")


def test_residue(attack, record):
    """Several jobs look, so that each recycled part has had its turn."""
    left = attack.run("residue_leave")
    for place in (".", "$TMPDIR") if attack.shares_host else PLACES:
        assert f"left {place}\n" in left.stdout, dict(left)
    for _ in range(6):
        looked = attack.run("residue_look")
        assert (looked.status, looked.stdout) == ("ok", ""), dict(looked)

    control = weakened.run_in_own_namespaces(
        ["--mount", "--ipc"],
        "for p in /tmp /dev/shm /var/tmp; do mount -t tmpfs none $p; done; cd /tmp; export HOME=/tmp;"
        " guest residue_leave; guest residue_look")
    for thing in ("/tmp", "/dev/shm", "shared memory", "a semaphore", "a queue",
                  "a posix queue"):
        assert f"found {thing}\n" in control, control
    record("residue", "none found", f"{control.count('found')} found")


def test_poisoned_interpreter(attack, record):
    poisoned = attack.run("poison")
    assert poisoned.status == "ok", dict(poisoned)
    for _ in range(4):
        reply = attack.run("pristine")
        assert (reply.status, reply.stdout) == ("ok", "wrong: \n"), dict(reply)

    control = weakened.run_in_own_namespaces(
        ["--mount"], "mount -t tmpfs none /tmp; export HOME=/tmp; " + IN_ONE_PROCESS)
    wrong = control.splitlines()[-1]
    for part in ("json", "random", "environment", "stdout", "print", "builtins"):
        assert part in wrong, control
    record("poisoned interpreter", "next is pristine", wrong)
