"""What is particular to a room."""

from __future__ import annotations

from typing import Any

import pytest

from pulumi_ivschat.client import BotoControlPlane
from pulumi_ivschat.errors import Invalid
from pulumi_ivschat.lifecycle.room import ROOM, ReviewedRoom, canonical_review_handler
from pulumi_ivschat.service_model import UNKNOWN
from pulumi_ivschat.settings import Settings
from pulumi_ivschat.waiting import Time
from tests.conftest import REGION, LocalService

HANDLER = "arn:aws:lambda:us-west-2:000000000000:function:review"
REFUSAL = {
    "error": "ValidationException",
    "members": {"fieldList": [{"name": "uri", "message": "Invalid Lambda Permission"}]},
}


@pytest.fixture
def slept() -> list[float]:
    """Give the pauses so far, each of which takes no time."""
    return []


@pytest.fixture
def rooms(control_plane: BotoControlPlane, slept: list[float]) -> ReviewedRoom:
    return ReviewedRoom(ROOM, Settings(REGION), control_plane, Time(lambda: sum(slept), slept.append))


def checked(rooms: ReviewedRoom, handler: str | None = HANDLER, **inputs: Any) -> dict[str, Any]:
    handled = {"message_review_handler": {"uri": handler}} if handler else {}
    return rooms.check({"name": "lobby", **handled, **inputs}, {}).inputs


def test_a_create_waits_for_the_permission_of_its_handler_and_makes_one_room(
    rooms: ReviewedRoom, service: LocalService, slept: list[float]
) -> None:
    service.fault("CreateRoom", count=2, **REFUSAL)

    rooms.create(checked(rooms))

    assert service.calls() == ["CreateRoom"] * 3
    assert slept == [3, 3]
    assert len(service.client().list_rooms()["rooms"]) == 1


def test_an_update_waits_for_it_too_before_it_changes_anything(
    rooms: ReviewedRoom, service: LocalService, slept: list[float]
) -> None:
    arn, state = rooms.create(checked(rooms, handler=None))
    service.fault("UpdateRoom", count=2, **REFUSAL)

    rooms.update(arn, state, checked(rooms, tags={"a": "b"}))

    assert service.calls() == ["CreateRoom", "UpdateRoom", "UpdateRoom", "UpdateRoom", "TagResource"]
    assert slept == [3, 3]


def test_a_permission_that_does_not_come_is_an_error_with_what_allows_it(
    rooms: ReviewedRoom, service: LocalService, slept: list[float]
) -> None:
    service.fault("CreateRoom", count=None, **REFUSAL)

    with pytest.raises(Invalid) as caught:
        rooms.create(checked(rooms))

    assert slept == [3] * 10
    assert "ivschat.amazonaws.com" in caught.value.remedy
    assert "arn:aws:ivschat:us-west-2:000000000000:room/*" in caught.value.remedy
    assert f"--function-name {HANDLER}" in caught.value.remedy
    assert service.client().list_rooms()["rooms"] == []


@pytest.mark.parametrize(
    ("handler", "fault"),
    [
        (None, REFUSAL),
        (HANDLER, {"error": "ValidationException"}),
        (HANDLER, {**REFUSAL, "error": "ConflictException"}),
    ],
)
def test_nothing_else_is_waited_for(
    rooms: ReviewedRoom, service: LocalService, slept: list[float], handler: str | None, fault: dict[str, Any]
) -> None:
    service.fault("CreateRoom", **fault)

    with pytest.raises(Exception, match="CreateRoom lobby"):
        rooms.create(checked(rooms, handler))
    assert slept == []


@pytest.mark.parametrize("handler", [None, {}, {"uri": ""}, {"uri": "", "fallback_result": "DENY"}])
def test_without_a_uri_there_is_no_handler(handler: Any) -> None:
    assert canonical_review_handler(handler) is None


def test_a_handler_without_fallback_result_has_awss_default() -> None:
    assert canonical_review_handler({"uri": HANDLER}) == {"uri": HANDLER, "fallback_result": "ALLOW"}


def test_an_unknown_uri_is_a_handler() -> None:
    assert canonical_review_handler({"uri": UNKNOWN}) == {"uri": UNKNOWN, "fallback_result": "ALLOW"}


def test_a_handler_is_taken_away_by_an_empty_uri() -> None:
    assert ROOM.removal == {"message_review_handler": {"uri": ""}}
