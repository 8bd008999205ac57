"""Evidence by time that this stack lost a resource, and doubts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta, timezone

import pytest

from pulumi_ivschat.stacks.engine import Update
from pulumi_ivschat.stacks.evidence import FLIGHT, Timeline
from tests.stacks.conftest import exported

NOON = datetime(2026, 1, 31, 12, tzinfo=timezone.utc)


def at(minutes: float) -> datetime:
    """Return a time after noon, when the stack was created."""
    return NOON + timedelta(minutes=minutes)


def ended(start: float, end: float, result: str = "succeeded", kind: str = "update") -> Update:
    return Update(kind, at(start), at(end), result)


def timeline(*history: Update, since: datetime | None = NOON, written: float = 60, is_whole: bool = True) -> Timeline:
    """Return the timeline of a stack with these updates, latest first."""
    return Timeline(since, at(written), history, is_whole)


def is_evidence(
    created: float, *history: Update, is_pending: bool = True, recorded: float | None = None, written: float = 60
) -> bool:
    """Return whether a resource created at that minute is this stack's."""
    since = at(recorded) if recorded is not None else None
    return not timeline(*history, written=written).doubt(at(created), is_pending=is_pending, recorded=since)


@pytest.mark.parametrize(
    ("created", "history", "is_lost"),
    [
        (0, [], True),
        (-0.01, [], False),  # of the stack that had this name before
        (10, [ended(1, 2)], True),
        (1.5, [ended(1, 2)], False),  # recorded then, and taken out of the state since
        (1, [ended(2, 3)], False),  # the next update would have created it, if the program had it
        (10, [ended(11, 12, "failed"), ended(1, 2)], True),
        (10, [ended(11, 12, kind="refresh"), ended(1, 2)], True),
        (60 + 15.1, [], False),  # long after the state was written
        (60 + 14.9, [], True),
    ],
)
def test_a_pending_create_has_made_what_is_younger_than_the_last_update_that_succeeded(
    created: float,
    history: Sequence[Update],
    is_lost: bool,  # noqa: FBT001
) -> None:
    assert is_evidence(created, *history) is is_lost
    assert timedelta(minutes=15) == FLIGHT


@pytest.mark.parametrize(
    ("created", "is_lost"),
    [
        (10, True),  # the interrupted update, before the one that created the recorded resource
        (21, False),  # within that one
        (5, False),  # within the one before the interruption
        (3, False),  # older than that
        (30, False),  # between an update and the next one, which succeeded: nothing was interrupted there
        (50, True),  # a replacement that was interrupted last
    ],
)
def test_what_was_repeated_since_was_made_before_the_update_that_repeated_it(
    created: float,
    is_lost: bool,  # noqa: FBT001
) -> None:
    history = [ended(40, 45), ended(20, 22), ended(4, 6)]

    assert is_evidence(created, *history, recorded=21) is is_lost


@pytest.mark.parametrize(
    ("created", "history", "is_lost"),
    [
        (10, [], False),
        (10.5, [ended(10, 11, "failed")], True),  # a create whose answer was lost
        (14, [ended(10, 11, "failed")], True),  # clocks differ
        (17, [ended(10, 11, "failed")], False),
        (9.9, [ended(10, 11, "failed")], False),
        (10.5, [ended(20, 21), ended(10, 11, "failed")], False),
        (10, [ended(20, 21, kind="refresh")], True),  # it may have cleared a pending create
        (10, [ended(20, 21, kind="refresh"), ended(11, 12)], False),
        (30, [ended(20, 21, kind="refresh")], False),
        (10.5, [ended(10, 11, "failed", "destroy")], False),
        (14, [ended(10, 11)], False),  # of a stack of this name in another backend
        (30, [Update("update", at(20), None, "in-progress")], True),
    ],
)
def test_without_a_pending_create_an_update_must_be_known_that_may_have_lost_it(
    created: float,
    history: Sequence[Update],
    is_lost: bool,  # noqa: FBT001
) -> None:
    assert is_evidence(created, *history, is_pending=False) is is_lost


def test_a_state_without_resources_proves_nothing_unless_an_update_succeeded_before() -> None:
    assert "does not show since when" in timeline(since=None).doubt(at(1), is_pending=True)
    assert timeline(ended(1, 2), since=None).doubt(at(3), is_pending=True) == ""


def test_a_history_that_is_cut_short_proves_nothing_about_the_time_before() -> None:
    history = ended(20, 21, "failed")

    assert timeline(history).doubt(at(10), is_pending=True) == ""
    assert "before what this stack may have lost" in timeline(history, is_whole=False).doubt(at(10), is_pending=True)


def test_a_timeline_is_that_of_the_state_and_the_history() -> None:
    resource = {"type": "pulumi:pulumi:Stack", "created": "2026-01-31T12:00:00.9Z"}

    found = Timeline.of(exported(resource), [ended(1, 2)], is_whole=False)

    assert (found.since, found.written) == (NOON, datetime(2100, 1, 1, tzinfo=timezone.utc))
    assert (found.history, found.is_whole) == ([ended(1, 2)], False)
