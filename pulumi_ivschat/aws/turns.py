"""
The turns of callers that share a quota: which ones are taken, and how the calls went.

The threads of one process share it in memory. The processes of one user on one machine share it in a small file. (A stack with
several providers has a process for each of them.) A process that is killed holds nothing up. The file is locked only while it
is read and written, and the system releases the lock. A line that a kill has cut off counts as nothing.

Turns are times of a clock that begins when the machine starts. The file has the time of day of that start. So turns of another
clock are ignored: from before a restart, or of another machine that shares the disk.
"""

from __future__ import annotations

import contextlib
import json
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final, Protocol

import attrs

from pulumi_ivschat.aws.shared_folder import locked

_CLOCK: Final = "clock"
_SAME_CLOCK: Final = 5.0
"""Seconds by which the start of one clock may differ: the time of day is corrected now and then."""


@attrs.define
class Turns:
    """
    The turns that were taken, at most as many as a burst has, and how the calls went; times are seconds of one clock.

    Attributes:
        taken: when the last calls are sent, in order; it may be in the future.
        share: the part of the quota that calls use, above 0 and at most 1.
        slowed_at: when that part was last made smaller.
        passed_at: when a call last passed.
        refusals: how many refusals have followed each other since then.
        passes: how many calls have passed since the last refusal.
        jitter: what the pause before the next turn is multiplied with, if the share is below 1.
    """

    taken: list[float] = attrs.field(factory=list)
    share: float = 1.0
    slowed_at: float = float("-inf")
    passed_at: float = float("-inf")
    refusals: int = 0
    passes: int = 0
    jitter: float = 1.0


class TurnKeeper(Protocol):
    """Those who share turns, one at a time."""

    def turns(self) -> contextlib.AbstractContextManager[Turns]:
        """Return the turns, to be read and changed by nobody else until the block ends."""
        ...


class InMemory:
    """The turns of the threads of this process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._turns = Turns()

    @contextlib.contextmanager
    def turns(self) -> Iterator[Turns]:
        """Yield the turns, which nobody else reads or changes meanwhile."""
        with self._lock:
            yield self._turns


class InFile:
    """The turns of all processes that name the same file; if it cannot be used, each has its own."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()  # the lock of a file is between processes only
        self._turns = Turns()

    @contextlib.contextmanager
    def turns(self) -> Iterator[Turns]:
        """Yield the turns, which nobody else reads or changes meanwhile."""
        with self._lock, contextlib.ExitStack() as stack:
            descriptor = self._opened(stack)
            if descriptor is not None:
                self._turns = _read(descriptor)
            yield self._turns
            if descriptor is not None:
                _write(descriptor, self._turns)

    def _opened(self, stack: contextlib.ExitStack) -> int | None:
        with contextlib.suppress(OSError):
            file = stack.enter_context(self._path.open("a+b", buffering=0))
            stack.enter_context(locked(file))
            return file.fileno()
        return None


def _read(descriptor: int) -> Turns:
    """Return what a file holds; it may be empty, of another clock, or cut off by a kill."""
    try:
        found = json.loads(os.pread(descriptor, os.fstat(descriptor).st_size, 0))
        is_of_our_clock = abs(found.pop(_CLOCK) - _clock()) <= _SAME_CLOCK
        return Turns(**found) if is_of_our_clock else Turns()
    except (ValueError, TypeError, AttributeError, KeyError):
        return Turns()


def _clock() -> float:
    """Return what distinguishes the clock of turns from others: the time of day at which it began."""
    return time.time() - time.monotonic()


def _write(descriptor: int, turns: Turns) -> None:
    with contextlib.suppress(OSError):  # the disk is full: nobody else hears of this turn
        os.ftruncate(descriptor, 0)
        os.write(descriptor, json.dumps({_CLOCK: _clock(), **attrs.asdict(turns)}).encode())
