"""Custom timeouts of whole operations, on a clock that only pretends."""

from __future__ import annotations

import math
import threading

import attrs
import pytest

from pulumi_ivschat.aws import custom_timeouts
from pulumi_ivschat.aws.custom_timeouts import FINISHING_SECONDS, finishing, limited, seconds_left, validate_wait
from pulumi_ivschat.errors import Conflict, Invalid, IvsChatError, TimedOut


@attrs.define
class Clock:
    """A clock that a test moves."""

    seconds: float = 1000.0

    def now(self) -> float:
        """Return the time."""
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_without_a_limit_a_call_is_sent_at_any_time(clock: Clock) -> None:
    with limited("customTimeouts.create", 0, clock.now):
        clock.seconds += 1e9
        validate_wait(1e9)
        assert seconds_left() == math.inf


def test_after_the_limit_an_error_names_it_and_what_to_do(clock: Clock) -> None:
    def act() -> None:
        validate_wait()
        clock.seconds += 300
        validate_wait()

    with pytest.raises(TimedOut) as caught, limited("customTimeouts.create", 300, clock.now):
        act()

    assert str(caught.value) == (
        "no time was left to send it (customTimeouts.create is 300 s; nothing was changed in AWS)\n"
        "Run again to go on.\nA longer customTimeouts.create allows more time."
    )


def test_a_wait_that_ends_after_the_limit_does_not_begin(clock: Clock) -> None:
    limit = limited("customTimeouts.update", 2, clock.now)

    with pytest.raises(TimedOut, match=r"must wait 3\.0 s for its turn \(customTimeouts\.update is 2 s"), limit:
        validate_wait(3)
    with limited("customTimeouts.update", 2, clock.now):
        validate_wait(1.9)


def test_an_error_after_the_limit_shows_what_was_done(clock: Clock) -> None:
    def act() -> None:
        custom_timeouts.record("UpdateRoom", "was done")
        custom_timeouts.record("ListTagsForResource", "was done")
        custom_timeouts.record("TagResource", "was done")
        custom_timeouts.record("UntagResource", "may have been done")
        custom_timeouts.forget("TagResource")
        clock.seconds += 2
        raise Conflict("busy")  # noqa: EM101

    with pytest.raises(Conflict) as caught, limited("customTimeouts.update", 2, clock.now):
        act()

    assert caught.value.message == (
        "busy (customTimeouts.update is 2 s; UpdateRoom was done, UntagResource may have been done)"
    )


def test_an_error_before_the_limit_does_not_mention_it(clock: Clock) -> None:
    with pytest.raises(IvsChatError) as caught, limited("customTimeouts.delete", 2, clock.now):
        raise Conflict("busy")  # noqa: EM101

    assert "customTimeouts" not in str(caught.value)


def test_finishing_has_some_seconds_more_and_no_more_than_that(clock: Clock) -> None:
    with limited("customTimeouts.create", 2, clock.now):
        clock.seconds += 3
        with finishing():
            validate_wait()
            assert seconds_left() == FINISHING_SECONDS - 1
            clock.seconds += FINISHING_SECONDS - 1
            with finishing(), pytest.raises(TimedOut):
                validate_wait()


def test_an_operation_in_another_thread_has_a_limit_of_its_own(clock: Clock) -> None:
    seen: list[float] = []
    with limited("customTimeouts.create", 2, clock.now):
        thread = threading.Thread(target=lambda: seen.append(seconds_left()))
        thread.start()
        thread.join()

        assert seen == [math.inf]
    assert seconds_left() == math.inf


@pytest.mark.parametrize("seconds", [-1.0, math.nan, math.inf])
def test_a_value_that_is_not_a_duration_is_refused(clock: Clock, seconds: float) -> None:
    limit = limited("customTimeouts.delete", seconds, clock.now)

    with pytest.raises(Invalid, match=r"customTimeouts\.delete must be a positive duration.*\n.*such as \"5m\""), limit:
        pass
