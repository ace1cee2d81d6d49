"""When a request is sent again: only where no job can have begun."""

from __future__ import annotations

import random
import time
from typing import Callable

from ._errors import BroodError, BusyError, TransportError

_FIRST_DELAY_SECONDS = 0.1

# A server that asks for more than this is left to the caller, as a used-up quota of a day is.
_LONGEST_DELAY_SECONDS = 10.0


class Attempts:
    """One call's tries: how many are left, and how much of its time."""

    def __init__(self, seconds: float, max_retries: int, is_harmless: bool,
                 clock: Callable[[], float] = time.monotonic) -> None:
        """`is_harmless` says that the request changes nothing, whenever it is repeated."""
        self._clock = clock
        self._deadline = clock() + seconds
        self._left = max_retries
        self._is_harmless = is_harmless
        self._delay = _FIRST_DELAY_SECONDS

    def remaining_seconds(self) -> float:
        """The time that is left; raises TransportError once there is none."""
        remaining = self._deadline - self._clock()
        if remaining <= 0:
            raise TransportError("no_answer_in_time", "the call's time is over",
                                 may_have_run=not self._is_harmless)
        return remaining

    def delay_after(self, error: BroodError) -> float:
        """Seconds to wait before the next try; raises `error` if there shall be none."""
        if self._left == 0 or not self._is_retriable(error):
            raise error
        delay = error.retry_after
        if delay is None:
            # Clients that failed together do not come back together.
            delay = self._delay * random.uniform(0.5, 1.5)
        if delay > _LONGEST_DELAY_SECONDS or self._clock() + delay >= self._deadline:
            raise error
        self._left -= 1
        self._delay *= 2
        return delay

    def _is_retriable(self, error: BroodError) -> bool:
        if isinstance(error, BusyError):
            # After a time-out in the queue another wait only makes the queue longer.
            return error.code != "queue_timeout"
        if isinstance(error, TransportError) and error.code == "connection_lost":
            return self._is_harmless
        return error.code == "connect_failed"
