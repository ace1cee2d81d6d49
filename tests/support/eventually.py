"""Waiting for a condition that no descriptor reports.

Most waits in these suites block on a pipe, a socket or a pidfd. What is left are facts of the
kernel's that can only be looked up again (a directory is gone, a process is gone, a counter is
back), and they all go through here: the deadline says when to give up, and a short select between
two looks keeps the machine for the system under test.
"""

import select
import time

import patience

LOOK_AGAIN_SECONDS = 0.02


def eventually(condition, what, seconds=30.0):
    """Returns the first true value of `condition()`; fails naming `what` after `seconds`."""
    seconds = patience.seconds(seconds)
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() >= deadline:
            detail = what() if callable(what) else what
            raise AssertionError(f"not within {seconds:g} s: {detail}")
        select.select([], [], [], LOOK_AGAIN_SECONDS)
