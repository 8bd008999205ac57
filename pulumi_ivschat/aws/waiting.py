"""Waiting for AWS, on a clock that a test may replace by one of its own."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

import attrs

# The dynamic host has four threads: together they stay below the 3 requests/s that AWS takes of an operation.
_FIRST: Final = 2.0
_GROWTH: Final = 1.5
_LONGEST: Final = 15.0


@attrs.frozen
class Time:
    """What time it is, and how it passes, in seconds; a test gives functions that only pretend."""

    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


class Waiting:
    """A wait of at most *limit* seconds, in pauses that grow from *first*, each by *growth*, to 15 seconds."""

    def __init__(self, limit: float, time: Time, *, first: float = _FIRST, growth: float = _GROWTH) -> None:
        self.limit = limit
        self._time = time
        self._end = time.now() + limit
        self._pause = first
        self._growth = growth

    def pause(self) -> bool:
        """Let some time pass; return False if there is none left. A last look at the limit is worth it."""
        left = self._end - self._time.now()
        if left <= 0:
            return False
        self._time.sleep(min(self._pause, left))
        self._pause = min(self._pause * self._growth, _LONGEST)
        return True
