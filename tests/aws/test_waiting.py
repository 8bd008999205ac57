"""Waiting, on a clock that only pretends."""

from __future__ import annotations

import attrs

from pulumi_ivschat.aws.custom_timeouts import limited
from pulumi_ivschat.aws.waiting import Time, Waiting

HOST_THREADS = 4
QUOTA = 3  # requests/s of an operation of logging configurations


@attrs.define
class Pretence:
    """A clock that moves when somebody sleeps."""

    seconds: float = 0.0
    slept: list[float] = attrs.field(factory=list)

    def time(self) -> Time:
        """Return it as the code under test takes it."""
        return Time(lambda: self.seconds, self.sleep)

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.slept.append(seconds)
        self.seconds += seconds


def test_pauses_grow_and_end_at_the_limit() -> None:
    clock = Pretence()
    waiting = Waiting(30, clock.time())

    while waiting.pause():
        pass

    assert clock.slept == [2, 3, 4.5, 6.75, 10.125, 3.625]


def test_pauses_may_stay_the_same() -> None:
    clock = Pretence()
    waiting = Waiting(10, clock.time(), first=3, growth=1)

    while waiting.pause():
        pass

    assert clock.slept == [3, 3, 3, 1]


def test_no_pause_is_longer_than_fifteen_seconds() -> None:
    clock = Pretence()
    waiting = Waiting(1000, clock.time())

    while waiting.pause():
        pass

    assert max(clock.slept) == 15


def test_all_threads_of_the_host_together_stay_below_the_quota() -> None:
    clock = Pretence()
    Waiting(1000, clock.time()).pause()

    assert HOST_THREADS / clock.slept[0] < QUOTA


def test_time_that_passes_otherwise_counts_too() -> None:
    clock = Pretence()
    waiting = Waiting(10, clock.time())
    clock.seconds = 11

    assert waiting.pause() is False


def test_a_custom_timeout_that_ends_sooner_is_the_limit_and_leaves_a_moment_for_a_last_call() -> None:
    clock = Pretence()
    with limited("customTimeouts.create", 5, clock.time().now):
        waiting = Waiting(30, clock.time())

        while waiting.pause():
            pass

    assert (waiting.limit, clock.slept) == (4.5, [2, 2.5])


def test_time_is_real_by_default() -> None:
    time = Time()
    before = time.now()

    time.sleep(0.01)

    assert time.now() - before >= 0.01
