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

import attrs

from pulumi_ivschat.aws import custom_timeouts
from pulumi_ivschat.aws.turns import InMemory, TurnKeeper, Turns
from pulumi_ivschat.aws.waiting import Time

_LOG: Final = logging.getLogger(__name__)

# Calls arrive closer together than they went out.
_SECOND: Final = 1.04

# Additive increase, multiplicative decrease, with jitter: processes that share a quota without knowing of each other come to
# equal shares of it. Found by benchmarks/shared_quota.py, a simulation of 1 to 100 processes at windows and token buckets, 3
# to 200 ms away, with several seeds each. For each call that passes, AWS refuses half a call of 2 processes, three of 20, and six
# of 100. Fewer refusals would leave some of the quota unused, since calls that come at random miss turns.
_FASTER: Final = 0.04
_FASTER_AGAIN: Final = 0.02
"""How much more a share grows for each pass that follows others without a refusal: some of the processes have ended."""
_FEW_PASSES: Final = 2
"""After more passes in a row than these."""
_SLOWER: Final = 1.08
"""What a small share is divided by."""
_SLOWER_OF_ALL: Final = 0.1
"""How much more the whole quota is divided by: many processes that start at once come to their shares sooner."""
_MANY_REFUSALS: Final = 15
_MUCH_SLOWER: Final = 1.4
"""After many refusals in a row: more processes are there than so far."""
_SLOWEST: Final = 0.035
"""The smallest share, that of 100 processes: from a smaller one, a process that had bad luck would end long after the others."""
_ONE_REFUSAL: Final = 0.4
"""Seconds in which all refusals are one: they were on their way together."""
_JITTER: Final = 0.3
"""How much shorter or longer a pause may be: processes that were refused together must not retry together."""
_LOOK_AGAIN: Final = 1.0
"""Seconds after which a call that waits at a reduced pace looks again: the pace may be another by then."""

_SHOWN_AFTER: Final = 5.0


@attrs.frozen
class Turn:
    """When a call may be sent: in so many *seconds*, or, unless *is_taken*, when to ask again."""

    seconds: float
    is_taken: bool = True


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
        turn = self.ask()
        while True:
            if turn.seconds > 0:
                self._time.sleep(turn.seconds)
            if turn.is_taken:
                return
            turn = self.ask(is_new=False)

    def ask(self, *, is_new: bool = True) -> Turn:
        """
        Return the next turn, or the seconds after which to ask again if the pace is a reduced one.

        Raises TimedOut, and takes no turn, if it comes after a custom timeout.

        Args:
            is_new: whether the call asks for the first time.
        """
        if self.is_free:
            return Turn(0.0)
        with self._keeper.turns() as turns:
            now = self._time.now()
            moment = self._next(turns, now)
            custom_timeouts.validate_wait(moment - now)
            shown = self._queue.joined(now, moment, is_new=is_new)
            is_taken = moment <= now or turns.share == 1.0
            if is_taken:
                turns.taken = [*turns.taken, moment][-self._burst :]
                turns.jitter = random.uniform(1 - _JITTER, 1 + _JITTER)  # noqa: S311
        if shown:
            _LOG.warning(shown)
        seconds = max(0.0, moment - now)
        return Turn(seconds) if is_taken else Turn(min(seconds, _LOOK_AGAIN), is_taken=False)

    def passed(self) -> None:
        """Take note of a call that was not refused: others leave more of the quota."""
        if self.is_free:
            return
        with self._keeper.turns() as turns:
            turns.passed_at = self._time.now()
            turns.refusals = 0
            turns.passes += 1
            faster = _FASTER + _FASTER_AGAIN * max(0, turns.passes - _FEW_PASSES)
            turns.share = min(1.0, turns.share + faster, 2 * turns.share)

    def refused(self) -> float:
        """Take note of a call that came too fast; return the time."""
        with self._keeper.turns() as turns:
            now = self._time.now()
            turns.passes = 0
            if self.is_free:  # nobody has counted what went out so far: more than enough
                turns.taken = [now] * self._burst
                self.is_free = False
            if now - turns.slowed_at >= _ONE_REFUSAL:
                turns.refusals += 1
                few = turns.refusals <= _MANY_REFUSALS
                slower = _SLOWER + _SLOWER_OF_ALL * turns.share if few else _MUCH_SLOWER
                turns.share = max(_SLOWEST, turns.share / slower)
                turns.slowed_at = now
            return now

    def seconds_without_pass(self, since: float) -> float:
        """Return the seconds in which no call of the operation has passed, counted from *since* at the earliest."""
        with self._keeper.turns() as turns:
            return self._time.now() - max(since, turns.passed_at)

    def refusals(self) -> int:
        """Return how many refusals have followed each other since a call passed."""
        with self._keeper.turns() as turns:
            return turns.refusals

    def _next(self, turns: Turns, now: float) -> float:
        moment = now
        if turns.taken and turns.share < 1.0:
            moment = max(moment, turns.taken[-1] + turns.jitter / (self._rate * turns.share))
        if len(turns.taken) >= self._burst:
            moment = max(moment, turns.taken[-self._burst] + self._window)
        return moment


class _Queue:
    """The messages about a queue: how many calls have waited, and how long, at 5 s, 10 s, 20 s …"""

    def __init__(self, what: str, rate: float) -> None:
        self._what = what
        self._rate = rate
        self._since = self._free_at = float("-inf")
        self._waited = 0
        self._shown_at = _SHOWN_AFTER

    def joined(self, now: float, turn: float, *, is_new: bool) -> str | None:
        """Record a call that waits until *turn*, and count it if it *is_new*; return the message to print now, if any."""
        if turn <= now:
            return None
        if now > self._free_at + 1:
            self._since, self._waited, self._shown_at = now, 0, _SHOWN_AFTER
        self._waited += is_new
        self._free_at = turn
        if turn - self._since < self._shown_at:
            return None
        self._shown_at *= 2
        return (
            f"{self._what}: {self._waited} calls have waited their turn in the last {turn - self._since:.0f} s, "
            f"since AWS takes no more than {self._rate:g} of them a second."
        )
