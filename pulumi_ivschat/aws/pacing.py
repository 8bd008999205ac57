"""
Pacing: calls are sent no faster than AWS takes them, from all who share a `TurnKeeper` together.

AWS counts the calls of each operation in an account and region, and so does a `Pace`. Others share that quota, on other
machines or as another user, and this process cannot see them. If AWS refuses a call, calls slow down, until each process has a
share. A refused call waits for another turn, and does not count as an attempt.

Only AWS is known to count. Towards any other endpoint, calls are paced from the first refusal on.
"""

from __future__ import annotations

import logging
import random
from typing import Final

from pulumi_ivschat.aws import custom_timeouts
from pulumi_ivschat.aws.turns import InMemory, TurnKeeper, Turns
from pulumi_ivschat.aws.waiting import Time

_LOG: Final = logging.getLogger(__name__)

# Calls arrive closer together than they went out.
_SECOND: Final = 1.04
# Of several processes that share a quota, each is refused about every other time, and the quota is used up to the twentieth
# part: found by a simulation of 3 and 10 of them, at windows and token buckets, 3 and 80 ms away.
_SLOWER: Final = 0.85
_FASTER: Final = 0.2
_SLOWEST: Final = 0.2
_ONE_REFUSAL: Final = 0.2
"""Seconds in which all refusals are one: they were on their way together."""

_SHOWN_AFTER: Final = 5.0


class Pace:
    """
    The turns of one operation's calls in one region, at *rate* calls a second, safe to use from many threads.

    Args:
        what: the operation and its region, for the message that calls wait.
        rate: calls per second.
        free: whether there are no turns to wait for until the first refusal.
        time: how time passes; the same clock for all who share *keeper*.
        keeper: who shares the turns; omitted: the threads that share this object.
    """

    def __init__(
        self, what: str, rate: float, *, free: bool, time: Time | None = None, keeper: TurnKeeper | None = None
    ) -> None:
        self._rate = rate
        self.is_free = free
        self._time = time or Time()
        self._keeper = keeper or InMemory()
        self._burst = max(1, int(rate))
        self._window = self._burst / rate * _SECOND
        self._queue = _Queue(what, rate)

    def wait(self) -> None:
        """Wait for the next turn, unless calls are free; raise TimedOut, and take none, if it comes after a custom timeout."""
        if self.is_free:
            return
        with self._keeper.turns() as turns:
            now = self._time.now()
            turn = self._next(turns, now)
            custom_timeouts.validate_wait(turn - now)
            turns.taken = [*turns.taken, turn][-self._burst :]
            shown = self._queue.joined(now, turn)
        if shown:
            _LOG.warning(shown)
        if turn > now:
            self._time.sleep(turn - now)

    def passed(self) -> None:
        """Take note of a call that was not refused: others leave more of the quota."""
        if self.is_free:
            return
        with self._keeper.turns() as turns:
            turns.passed_at = self._time.now()
            turns.share = min(1.0, turns.share + _FASTER)

    def refused(self) -> float:
        """Take note of a call that came too fast; return the time."""
        with self._keeper.turns() as turns:
            now = self._time.now()
            if self.is_free:  # nobody has counted what went out so far: more than enough
                turns.taken = [now] * self._burst
                self.is_free = False
            if now - turns.slowed_at >= _ONE_REFUSAL:
                turns.share = max(_SLOWEST, turns.share * _SLOWER)
                turns.slowed_at = now
            return now

    def seconds_without_pass(self, since: float) -> float:
        """Return the seconds in which no call of the operation has passed, counted from *since* at the earliest."""
        with self._keeper.turns() as turns:
            return self._time.now() - max(since, turns.passed_at)

    def _next(self, turns: Turns, now: float) -> float:
        turn = now
        if turns.taken and turns.share < 1.0:
            # Processes that were refused together must not retry together.
            turn = max(turn, turns.taken[-1] + random.uniform(0.8, 1.2) / (self._rate * turns.share))  # noqa: S311
        if len(turns.taken) >= self._burst:
            turn = max(turn, turns.taken[-self._burst] + self._window)
        return turn


class _Queue:
    """The messages about a queue: how many calls have waited, and how long, at 5 s, 10 s, 20 s …"""

    def __init__(self, what: str, rate: float) -> None:
        self._what = what
        self._rate = rate
        self._since = self._free_at = float("-inf")
        self._waited = 0
        self._shown_at = _SHOWN_AFTER

    def joined(self, now: float, turn: float) -> str | None:
        """Record a call that waits until *turn*; return the message to print now, if any."""
        if turn <= now:
            return None
        if now > self._free_at + 1:
            self._since, self._waited, self._shown_at = now, 0, _SHOWN_AFTER
        self._waited += 1
        self._free_at = turn
        if turn - self._since < self._shown_at:
            return None
        self._shown_at *= 2
        return (
            f"{self._what}: {self._waited} calls have waited their turn in the last {turn - self._since:.0f} s, "
            f"since AWS takes no more than {self._rate:g} of them a second."
        )
