"""The turns of calls, on a clock that only pretends."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

import attrs
import pytest

from benchmarks.shared_quota import Window, runs, simulate
from pulumi_ivschat.aws.custom_timeouts import limited
from pulumi_ivschat.aws.pacing import Pace, Turn
from pulumi_ivschat.aws.waiting import Time
from pulumi_ivschat.errors import TimedOut


@attrs.define
class Pretence:
    """A clock that moves when somebody sleeps."""

    seconds: float = 1000.0

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.seconds += seconds

    def time(self) -> Time:
        """Return it as the code under test takes it."""
        return Time(lambda: self.seconds, self.sleep)


@pytest.fixture
def clock() -> Pretence:
    return Pretence()


@pytest.fixture
def pace(clock: Pretence) -> Pace:
    """Return the turns of an operation that AWS takes five times a second."""
    return Pace("CreateRoom in us-west-2", 5, free=False, time=clock.time())


def sent(clock: Pretence, call: Callable[[], object], count: int) -> list[float]:
    """Return when each of *count* calls is sent, in seconds after the first."""
    times = []
    for _ in range(count):
        call()
        times.append(clock.seconds)
    return [round(time - times[0], 3) for time in times]


def test_as_many_as_a_second_takes_go_at_once_and_the_next_ones_a_second_later(clock: Pretence, pace: Pace) -> None:
    assert sent(clock, pace.wait, 12) == [0, 0, 0, 0, 0, 1.04, 1.04, 1.04, 1.04, 1.04, 2.08, 2.08]


def test_who_comes_slowly_never_waits(clock: Pretence, pace: Pace) -> None:
    def come() -> None:
        clock.sleep(0.25)
        pace.wait()

    assert sent(clock, come, 20)[-1] == 19 * 0.25


def test_a_rate_below_one_a_second_is_kept_too(clock: Pretence) -> None:
    pace = Pace("CreateRoom in us-west-2", 0.5, free=False, time=clock.time())

    assert sent(clock, pace.wait, 3) == [0, 2.08, 4.16]


def test_no_call_waits_before_the_first_refusal_if_calls_are_not_known_to_be_counted(clock: Pretence) -> None:
    pace = Pace("CreateRoom in us-west-2", 5, free=True, time=clock.time())

    assert sent(clock, pace.wait, 100)[-1] == 0
    pace.refused()
    assert sent(clock, pace.wait, 100)[-1] > 15


def test_a_refusal_slows_down_and_what_passes_speeds_up_again(clock: Pretence, pace: Pace) -> None:
    for _ in range(10):
        clock.sleep(1)
        pace.refused()
    seconds = 10 / (5 * 0.277)
    assert seconds * 0.7 <= sent(clock, pace.wait, 11)[-1] <= seconds * 1.3

    for _ in range(15):
        pace.passed()
    clock.sleep(10)
    assert sent(clock, pace.wait, 6) == [0, 0, 0, 0, 0, 1.04]


def test_calls_that_pass_without_a_refusal_speed_up_ever_more(clock: Pretence, pace: Pace) -> None:
    for _ in range(30):
        clock.sleep(1)
        pace.refused()
    for _ in range(5):
        pace.passed()
    assert sent(clock, pace.wait, 6)[-1] > 1.6

    for _ in range(5):  # 25 of 4 % each would do the same
        pace.passed()
    clock.sleep(10)
    assert sent(clock, pace.wait, 6)[-1] == 1.04


def test_many_refusals_in_a_row_slow_down_to_one_call_in_six_seconds(clock: Pretence, pace: Pace) -> None:
    for _ in range(30):
        clock.sleep(1)
        pace.refused()

    assert 3 * 4 <= sent(clock, pace.wait, 4)[-1] <= 3 * 7.5


def test_a_call_that_waits_at_a_reduced_pace_takes_up_a_quicker_one(clock: Pretence, pace: Pace) -> None:
    for _ in range(30):
        clock.sleep(1)
        pace.refused()
    pace.wait()

    assert pace.ask() == Turn(1.0, is_taken=False)
    for _ in range(40):
        pace.passed()
    assert pace.ask(is_new=False) == Turn(0.0)


def test_refusals_that_were_on_their_way_together_are_one(clock: Pretence, pace: Pace) -> None:
    for _ in range(50):
        pace.refused()

    assert sent(clock, pace.wait, 11)[-1] < 10 / (5 / 1.18) * 1.3


def test_patience_counts_from_the_calls_own_refusal_and_from_what_has_passed_since(clock: Pretence, pace: Pace) -> None:
    pace.refused()
    clock.sleep(3600)

    since = pace.refused()
    assert pace.seconds_without_pass(since) == 0
    clock.sleep(39)
    assert pace.seconds_without_pass(since) == 39
    pace.passed()
    clock.sleep(7)
    assert pace.seconds_without_pass(since) == 7


def test_threads_take_turns_of_the_same_rate() -> None:
    slept: list[float] = []
    pace = Pace("GetRoom in us-west-2", 5, free=False, time=Time(lambda: 1000.0, slept.append))
    threads = [threading.Thread(target=_five, args=(pace,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(round(seconds, 2) for seconds in slept) == [1.04] * 5 + [2.08] * 5 + [3.12] * 5


def _five(pace: Pace) -> None:
    for _ in range(5):
        pace.wait()


def test_a_queue_of_more_than_a_few_seconds_is_reported_ever_more_seldom(
    clock: Pretence, pace: Pace, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        sent(clock, pace.wait, 200)

    assert caplog.messages[0] == (
        "CreateRoom in us-west-2: 5 calls have waited their turn in the last 5 s, "
        "since AWS takes no more than 5 of them a second."
    )
    assert [message.split("calls")[0] for message in caplog.messages[1:]] == [
        f"CreateRoom in us-west-2: {count} " for count in (10, 20, 39)
    ]


def test_a_short_queue_is_not_worth_a_word(clock: Pretence, pace: Pace, caplog: pytest.LogCaptureFixture) -> None:
    for _ in range(10):
        sent(clock, pace.wait, 20)
        clock.sleep(5)

    assert caplog.messages == []


def test_a_turn_after_the_custom_timeout_is_left_to_others(clock: Pretence, pace: Pace) -> None:
    sent(clock, pace.wait, 5)
    before = clock.seconds

    limit = limited("customTimeouts.create", 1, clock.time().now)
    with pytest.raises(TimedOut, match=r"must wait 1\.0 s for its turn"), limit:
        pace.wait()

    assert clock.seconds == before
    assert sent(clock, pace.wait, 5)[-1] == 0


@pytest.mark.parametrize(
    ("processes", "calls"),
    [
        (2, 50),
        pytest.param(15, 50, marks=[pytest.mark.long, pytest.mark.nightly]),
        pytest.param(20, 20, marks=pytest.mark.long),
    ],
)
def test_processes_that_do_not_know_of_each_other_share_a_quota_evenly(processes: int, calls: int) -> None:
    outcomes = [*runs(processes, calls)]

    assert sum(each.failed for each in outcomes) == 0
    assert max(each.over_bound for each in outcomes) <= 1.2
    assert max(each.over_median for each in outcomes) <= 1.5
    assert max(each.refused for each in outcomes) <= 3.5


@pytest.mark.long
def test_a_hundred_processes_share_a_quota_and_none_gives_up() -> None:
    outcome = simulate(100, Window(), 0.08)

    assert outcome.failed == 0
    assert outcome.over_bound <= 1.2
    assert outcome.over_median <= 1.5
    assert outcome.refused <= 6
