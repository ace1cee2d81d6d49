"""Fixtures of the hostile suite, and the table of cases at its end."""

import os

import pytest

from attack import Attack, Flag
import tiers
from catalogue import ELSEWHERE, numbers_of
from system import System

CASES = pytest.StashKey()


def pytest_configure(config):
    config.stash[CASES] = []


@pytest.fixture(scope="module")
def flagged_system():
    with System() as running:
        yield running, Flag(running.directory)


@pytest.fixture
def attack(flagged_system):
    """An Attack; the common oracle is asked when the test body has ended without a failure."""
    with Attack(*flagged_system) as one:
        yield one


@pytest.fixture
def record(request):
    """record(case, sandboxed outcome, outcome of the control)."""
    def add(case, verdict, control):
        request.config.stash[CASES].append(
            (numbers_of(request.node.originalname), case, str(verdict), str(control)))
    return add


HEADINGS = ("no.", "case", "in the sandbox", "control, without it")


def pytest_terminal_summary(terminalreporter, config):
    cases = config.stash[CASES]
    if not cases:
        return
    rows = [HEADINGS, *cases]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS))]
    terminalreporter.write_sep("-", "hostile cases")
    for row in rows:
        terminalreporter.write_line("  ".join(
            text.ljust(width) for text, width in zip(row, widths)).rstrip())
    path = os.environ.get("BROOD_HOSTILE_TABLE")
    if path and not terminalreporter.stats.get("failed"):
        write_table(path, cases)


def first_number(row):
    return int(row[0].split(",")[0].split("-")[0] or 0)


TITLES = {"root": "Hostile cases", "user": "Hostile cases, as an ordinary user",
          "process": "Hostile cases, without namespaces"}
COMMANDS = {"root": "./dev hostile", "user": "./dev hostile --tier user",
            "process": "./dev hostile --tier process"}
# The differences between the tables, and their reasons.
REMARKS = {
    "root": "",
    "user": "Nobody has capabilities here and there are no cgroups: the supervisor looks every 10 ms "
            "and ends\nwhat is over a limit, with the figure that it saw.\n\n",
    "process": "An ordinary user who can make no namespace: jobs have the host's processes and paths in "
               "sight and\nare kept from them by Landlock and seccomp. There is no /workspace and no "
               "/dev/shm, no socket has an\naddress, and what a job keeps in files is measured: more "
               "than its limit ends it.\n\n"}


def write_table(path, cases):
    """All that ran, and where the cases of the catalogue are that are tested elsewhere."""
    with open(path, "w", encoding="utf-8") as file:
        tier = tiers.current()
        file.write(f"# {TITLES[tier]}\n\nWritten by `{COMMANDS[tier]}`, tier {tier}: what each guest "
                   "of `tests/hostile` comes\nto in a sandbox, and what the same guest does without "
                   "one. After each, a census of processes, files, mounts, cgroups\nand network "
                   "namespaces is back where it was, an honest neighbour's jobs were right, the pool "
                   "is full\nagain, and a flag file outside is untouched.\n\n" + REMARKS[tier])
        file.write("| " + " | ".join(HEADINGS) + " |\n|---|---|---|---|\n")
        for row in sorted(cases, key=first_number):
            file.write("| " + " | ".join(text.replace("|", "\\|") for text in row) + " |\n")
        file.write("\nThe rest of the catalogue:\n\n| no. | case | where |\n|---|---|---|\n")
        for row in ELSEWHERE:
            file.write("| " + " | ".join(row) + " |\n")
