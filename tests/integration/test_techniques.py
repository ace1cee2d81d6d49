"""Each technique that makes workers quick does what it says, and can be switched off."""

import procs
import pytest
from eventually import eventually
from system import System

FROZEN = "import gc\nprint(gc.get_freeze_count())"


def kilobytes(pid, name):
    with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as file:
        return next(int(line.split()[1]) for line in file if line.startswith(name + ":"))


@pytest.fixture(scope="module")
def quick():
    with System() as system:
        yield system


def without(technique):
    return System({"techniques": {technique: "off"}})


def test_huge_pages(quick):
    assert kilobytes(quick.roles.python_zygote(), "AnonHugePages") >= 4096
    with without("huge_pages") as plain:
        assert kilobytes(plain.roles.python_zygote(), "AnonHugePages") == 0
        assert plain.client.execute("print(6 * 7)").stdout == "42\n"


def test_pages_a_job_will_need_are_there_before_it(quick):
    quick.settle()
    taken = kilobytes(quick.roles.workers()[0], "Private_Dirty")
    with without("touch_pages") as plain:
        plain.settle()
        assert kilobytes(plain.roles.workers()[0], "Private_Dirty") < taken
        assert plain.client.execute("print(6 * 7)").stdout == "42\n"


def own_memory_at_rest(system):
    """Returns the memory of each worker, in KiB, the largest first."""
    system.settle()
    return sorted((kilobytes(pid, "Private_Dirty") for pid in system.roles.workers()), reverse=True)


# How much of its memory a job has for itself from the beginning, by its own account.
OWN_MEMORY = """
with open("/proc/self/smaps_rollup", encoding="ascii") as file:
    print(next(int(line.split()[1]) for line in file if line.startswith("Private_Dirty:")))
"""


def test_large_jobs_get_workers_that_are_primed_for_them(quick):
    primed, *others = own_memory_at_rest(quick)
    assert primed > 3 * max(others), (primed, others)
    # The text of a job is all that is known of it before it runs.
    for _ in range(3):
        quick.settle()
        large = quick.client.execute("# pandas" + OWN_MEMORY)
        small = quick.client.execute(OWN_MEMORY)
        assert large.timing.start == small.timing.start == "hot"
        assert int(small.stdout) < primed // 2 < int(large.stdout), (small.stdout, large.stdout, primed)
    # Imports stand at the beginning of a program.
    quick.settle()
    late = quick.client.execute(OWN_MEMORY + "#" * 20_000 + "\n# pandas")
    assert int(late.stdout) < primed // 2


def test_priming_is_no_jobs_time(quick):
    """It takes milliseconds of a worker that has not got its job yet."""
    quick.settle()
    reply = quick.client.execute("# pandas\nimport time\nprint(time.process_time())")
    assert reply.usage.cpu_us < float(reply.stdout) * 1e6 - 2000, dict(reply)


def test_workers_are_primed_only_where_that_is_wanted():
    with without("prime_idle") as plain:
        largest, *_, smallest = own_memory_at_rest(plain)
        assert largest < 2 * smallest
        assert plain.client.execute("import pandas\nprint(6 * 7)").stdout == "42\n"


def most_wake_ups(system):
    """Returns how often any parked worker has waited for something, at most."""
    def of(pid):
        with open(f"/proc/{pid}/status", encoding="ascii") as file:
            return next(int(line.split()[1]) for line in file
                        if line.startswith("voluntary_ctxt_switches"))
    return max(of(pid) for pid in system.roles.workers())


def test_the_next_worker_is_kept_warm_for_a_moment(quick):
    quick.settle()
    quick.client.execute("print(1)")
    quick.settle()
    looks = []

    def is_left_alone_again():
        looks.append(most_wake_ups(quick))
        return len(looks) >= 5 and len(set(looks[-5:])) == 1
    eventually(is_left_alone_again, lambda: f"it is let alone: {looks[-5:]}")
    assert looks[-1] > 50
    with without("keep_warm") as plain:
        plain.client.execute("print(1)")
        plain.settle()
        assert most_wake_ups(plain) < 30
        assert plain.client.execute("print(6 * 7)").stdout == "42\n"


def test_frozen_heap(quick):
    assert int(quick.client.execute(FROZEN).stdout) > 1000


# The kernel's number of a network namespace, which no other ever has. Asking leaves no trace.
NETWORK = """
import socket
SO_NETNS_COOKIE = 71
with socket.socket(socket.AF_UNIX) as any_socket:
    print(int.from_bytes(any_socket.getsockopt(socket.SOL_SOCKET, SO_NETNS_COOKIE, 8), "little"))
"""


def networks(system, jobs):
    replies = [system.client.execute(NETWORK) for _ in range(jobs)]
    assert all(reply.status == "ok" for reply in replies), [dict(reply) for reply in replies]
    return [reply.stdout for reply in replies]


def test_networks_are_used_again(quick):
    """More jobs than there are networks: those come round that nobody has touched."""
    seen = networks(quick, 60)
    assert len(set(seen)) < len(seen)


def test_networks_can_be_each_slots_own():
    with without("reuse_networks") as plain:
        plain.settle()
        builder = plain.roles.slot_builder()
        held = [target for target in procs.fd_links(builder).values() if target.startswith("net:[")]
        assert held == []
        assert len(set(networks(plain, 30))) == 30


def test_allocations_of_a_job_lie_together(quick):
    code = ("blocks = [bytes(size) for size in range(1, 440, 16)]\n"
            "places = sorted(map(id, blocks))\n"
            "print(places[-1] - places[0])")

    def spread(system):
        return int(system.client.execute(code).stdout)
    with without("fill_holes") as plain:
        assert spread(quick) < 1 << 20 < spread(plain)


def test_workers_share_their_zygotes_huge_pages(quick):
    """A page that a worker writes to takes a huge one apart: such pages lie together."""
    def shared(system):
        system.settle()
        whole = kilobytes(system.roles.python_zygote(), "AnonHugePages")
        # The one that is primed has taken most of them apart.
        return max(kilobytes(pid, "AnonHugePages") for pid in system.roles.workers()) / whole
    with without("fill_holes") as plain:
        assert shared(plain) < 0.8 < shared(quick)


def test_mappings_are_joined(quick):
    def count(system):
        with open(f"/proc/{system.roles.python_zygote()}/maps", encoding="ascii") as file:
            return len(file.readlines())
    with without("join_mappings") as plain:
        assert count(quick) < count(plain) * 3 // 4
        assert plain.client.execute("print(6 * 7)").stdout == "42\n"
