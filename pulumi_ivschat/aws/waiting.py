"""Waiting for AWS, on a clock that a test may replace by one of its own."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

import attrs

from pulumi_ivschat.aws import custom_timeouts

# The dynamic host has four threads: together they stay below the 3 requests/s that AWS takes of an operation.
_FIRST: Final = 2.0
_GROWTH: Final = 1.5
_LONGEST: Final = 15.0

_LAST_CALL: Final = 1.0
"""Seconds before the end of a custom timeout at which a wait ends; of a short one, 10 %."""


@attrs.frozen
class Time:
    """The clock, in seconds: the time, and a wait. Tests replace both functions."""

    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


class Waiting:
    """
    A wait of at most *limit* seconds, in pauses that grow from *first*, each by *growth*, to 15 seconds.

    A custom timeout that ends sooner limits it, with a moment left for a last call.
    """

    def __init__(self, limit: float, time: Time, *, first: float = _FIRST, growth: float = _GROWTH) -> None:
        left = custom_timeouts.seconds_left()
        allowed = left - min(_LAST_CALL, left / 10)
        self.limit = min(limit, allowed)
        self._is_shortened = allowed < limit
        self._time = time
        self._end = time.now() + self.limit
        self._pause = first
        self._growth = growth

    def pause(self) -> bool:
        """Let some time pass; return False if there is none left. A last look at the limit is worth it."""
        left = self._end - self._time.now()
        if left <= 0:
            if self._is_shortened:
                custom_timeouts.reach()
            return False
        self._time.sleep(min(self._pause, left))
        self._pause = min(self._pause * self._growth, _LONGEST)
        return True
