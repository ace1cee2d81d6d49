"""Each technique that makes workers quick does what it says, and can be switched off."""

import pytest
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


def test_frozen_heap(quick):
    assert int(quick.client.execute(FROZEN).stdout) > 1000
    with without("freeze_heap") as plain:
        assert plain.client.execute(FROZEN).stdout == "0\n"
