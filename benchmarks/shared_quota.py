"""
Processes that share a quota without knowing of each other, as on several machines: a simulation of their calls.

Each process has the real `Pace` and the real patience, on a clock that only pretends. So a thousand seconds of 100 processes
take seconds.
"""

from __future__ import annotations

import collections
import heapq
import itertools
import random
import statistics
from collections.abc import Callable, Iterator
from typing import Final, Protocol

import attrs

from pulumi_ivschat.aws.attempts import patience_of
from pulumi_ivschat.aws.pacing import Pace
from pulumi_ivschat.aws.waiting import Time
from pulumi_ivschat.settings import Connection

RATE: Final = 5
"""Calls of a room operation in a second, by AWS's quota."""
_BETWEEN_CALLS: Final = 0.015
"""Seconds of the engine between two calls of a thread."""
_STARTS: Final = 2.0
"""Seconds in which the processes start."""
_SECONDS_AWAY: Final = (0.003, 0.08, 0.2)
_SEEDS: Final = 8
_LARGE: Final = 5000
"""A fleet of so many calls or more is simulated with two seeds: luck evens out."""


class Quota(Protocol):
    """The ways in which AWS may count calls."""

    def take(self, now: float) -> bool:
        """Return whether a call passes."""
        ...


class Window:
    """Takes so many calls in any second; a refused one does not count. The local service counts like this."""

    def __init__(self) -> None:
        self._passed: collections.deque[float] = collections.deque()

    def take(self, now: float) -> bool:
        """Return whether a call passes."""
        while self._passed and self._passed[0] <= now - 1:
            self._passed.popleft()
        if len(self._passed) >= RATE:
            return False
        self._passed.append(now)
        return True


class TokenBucket:
    """Has a token for each call, and gets so many a second, up to those of a second."""

    def __init__(self) -> None:
        self._tokens = float(RATE)
        self._filled_at = 0.0

    def take(self, now: float) -> bool:
        """Return whether a call passes."""
        self._tokens = min(RATE, self._tokens + (now - self._filled_at) * RATE)
        self._filled_at = now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True


_QUOTAS: Final[tuple[Callable[[], Quota], ...]] = (Window, TokenBucket)


@attrs.frozen
class Outcome:
    """
    How processes fared.

    Attributes:
        over_bound: the time from the first start to the last end, over the time that the quota alone takes.
        over_median: the time of the slowest one over that of the median.
        refused: refused calls for each call that was to be made.
        failed: calls that gave up.
    """

    over_bound: float
    over_median: float
    refused: float
    failed: int


class Clock:
    """A clock that runs what is due, in order."""

    def __init__(self) -> None:
        self.now = 0.0
        self._due: list[tuple[float, int, Callable[[], None]]] = []
        self._count = itertools.count()

    def after(self, seconds: float, act: Callable[[], None]) -> None:
        """Run *act* after so many seconds."""
        heapq.heappush(self._due, (self.now + seconds, next(self._count), act))

    def run(self) -> None:
        """Run until nothing is due."""
        while self._due:
            self.now, _, act = heapq.heappop(self._due)
            act()


@attrs.define
class Process:
    """A process with so many calls to make, in threads, all at one pace."""

    clock: Clock
    quota: Quota
    seconds_away: float
    calls: int
    pace: Pace = attrs.field(init=False)
    under_way: int = 0
    refused: int = 0
    failed: int = 0
    ended_at: float = 0.0

    def __attrs_post_init__(self) -> None:
        """Set the pace up."""
        self.pace = Pace("CreateRoom", RATE, free=False, time=Time(lambda: self.clock.now))

    def begin(self) -> None:
        """Make the next call, if any is left."""
        if self.calls:
            self.calls -= 1
            self.under_way += 1
            self._wait(None, is_new=True)
        elif not self.under_way:
            self.ended_at = self.clock.now

    def _wait(self, refused_at: float | None, *, is_new: bool) -> None:
        turn = self.pace.ask(is_new=is_new)
        if turn.is_taken:
            way = self.seconds_away / 2 * random.uniform(0.9, 1.3)  # noqa: S311
            self.clock.after(turn.seconds + way, lambda: self._arrive(way, refused_at))
        else:
            self.clock.after(turn.seconds, lambda: self._wait(refused_at, is_new=False))

    def _arrive(self, way: float, refused_at: float | None) -> None:
        if self.quota.take(self.clock.now):
            self.clock.after(way, self._pass)
        else:
            self.clock.after(way, lambda: self._refuse(refused_at))

    def _pass(self) -> None:
        self.pace.passed()
        self._end()

    def _refuse(self, refused_at: float | None) -> None:
        self.refused += 1
        first = self.pace.refused() if refused_at is None else min(refused_at, self.pace.refused())
        if patience_of(Connection().max_attempts).is_over(self.pace, first):
            self.failed += 1
            self._end()
        else:
            self._wait(first, is_new=True)

    def _end(self) -> None:
        self.under_way -= 1
        self.clock.after(_BETWEEN_CALLS, self.begin)


def simulate(  # noqa: PLR0913  what a fleet is like
    processes: int, quota: Quota, seconds_away: float, *, calls: int = 50, threads: int = 4, seed: int = 0
) -> Outcome:
    """Return how so many processes fare, each of which makes *calls* calls, AWS being a round trip of *seconds_away* away."""
    random.seed(seed)
    clock = Clock()
    made = [Process(clock, quota, seconds_away, calls) for _ in range(processes)]
    starts = [random.uniform(0, _STARTS) for _ in made]  # noqa: S311
    began = min(starts)
    for start, process in zip(starts, made, strict=True):
        for _ in range(threads):
            clock.after(start, process.begin)
    clock.run()
    seconds = [process.ended_at - began for process in made]
    return Outcome(
        max(seconds) / (processes * calls / RATE),
        max(seconds) / statistics.median(seconds),
        sum(process.refused for process in made) / (processes * calls),
        sum(process.failed for process in made),
    )


def runs(processes: int, calls: int) -> Iterator[Outcome]:
    """Yield the outcomes of both ways to count, at AWS near and far, with several seeds."""
    seeds = 2 if processes * calls >= _LARGE else _SEEDS
    for quota, away, seed in itertools.product(_QUOTAS, _SECONDS_AWAY, range(seeds)):
        yield simulate(processes, quota(), away, calls=calls, seed=seed)
