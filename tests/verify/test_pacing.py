"""The pace of requests."""

from __future__ import annotations

from verify.pacing import Pace


class Clock:
    """A clock that sleeping advances."""

    def __init__(self) -> None:
        self.now = 100.0

    def time(self) -> float:
        """Return the time in seconds."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Let seconds pass at once."""
        self.now += seconds


def test_two_requests_a_second_are_half_a_second_apart() -> None:
    clock = Clock()
    pace = Pace(2.0, clock.time, clock.sleep)
    times = []
    for _ in range(4):
        pace.wait()
        times.append(clock.now)

    assert times == [100.0, 100.5, 101.0, 101.5]
    assert pace.passed == 4


def test_time_without_requests_is_not_saved_up() -> None:
    clock = Clock()
    pace = Pace(2.0, clock.time, clock.sleep)
    pace.wait()
    clock.now += 10
    pace.wait()
    pace.wait()

    assert clock.now == 110.5


def test_without_a_rate_nothing_waits() -> None:
    clock = Clock()
    pace = Pace(None, clock.time, clock.sleep)
    for _ in range(100):
        pace.wait()

    assert clock.now == 100.0
