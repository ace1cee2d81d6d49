"""Fixtures of the hostile suite, and the table of cases at its end."""

import pytest

from attack import Attack, Flag
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
        request.config.stash[CASES].append((case, str(verdict), str(control)))
    return add


def pytest_terminal_summary(terminalreporter, config):
    rows = [("case", "in the sandbox", "control, without it"), *config.stash[CASES]]
    if len(rows) == 1:
        return
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    terminalreporter.write_sep("-", "hostile cases")
    for row in rows:
        terminalreporter.write_line("  ".join(
            text.ljust(width) for text, width in zip(row, widths)).rstrip())
