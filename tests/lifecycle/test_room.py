"""What is particular to a room."""

from __future__ import annotations

from typing import Any

import pytest

from pulumi_ivschat.aws.client import BotoControlPlane
from pulumi_ivschat.aws.custom_timeouts import limited
from pulumi_ivschat.aws.waiting import Time
from pulumi_ivschat.errors import Invalid
from pulumi_ivschat.lifecycle.room import ROOM, RoomLife, canonical_review_handler, lifecycle
from pulumi_ivschat.model.validation import UNKNOWN, Failure
from pulumi_ivschat.settings import Settings
from tests.conftest import REGION, LocalService

HANDLER = "arn:aws:lambda:us-west-2:000000000000:function:review"
REFUSAL = {
    "error": "ValidationException",
    "members": {"fieldList": [{"name": "uri", "message": "Invalid Lambda Permission"}]},
}


@pytest.fixture
def slept() -> list[float]:
    """Return the pauses so far, each of which takes no time."""
    return []


@pytest.fixture
def rooms(control_plane: BotoControlPlane, slept: list[float]) -> RoomLife:
    return RoomLife(ROOM, Settings(REGION), control_plane, time=Time(lambda: sum(slept), slept.append))


def checked(rooms: RoomLife, handler: str | None = HANDLER, **inputs: Any) -> dict[str, Any]:
    handled = {"message_review_handler": {"uri": handler}} if handler else {}
    return rooms.check({"name": "lobby", **handled, **inputs}, {}).inputs


def test_a_create_waits_for_the_permission_of_its_handler_and_makes_one_room(
    rooms: RoomLife, service: LocalService, slept: list[float]
) -> None:
    service.fault("CreateRoom", count=2, **REFUSAL)

    rooms.create(checked(rooms))

    assert service.calls() == ["CreateRoom"] * 3
    assert slept == [3, 3]
    assert len(service.client().list_rooms()["rooms"]) == 1


def test_an_update_waits_for_it_too_before_it_changes_anything(
    rooms: RoomLife, service: LocalService, slept: list[float]
) -> None:
    arn, state = rooms.create(checked(rooms, handler=None))
    service.fault("UpdateRoom", count=2, **REFUSAL)

    rooms.update(arn, state, checked(rooms, tags={"a": "b"}))

    assert service.calls() == ["CreateRoom", "UpdateRoom", "UpdateRoom", "UpdateRoom", "TagResource"]
    assert slept == [3, 3]


def test_a_permission_that_does_not_come_is_an_error_with_what_allows_it(
    rooms: RoomLife, service: LocalService, slept: list[float]
) -> None:
    service.fault("CreateRoom", count=None, **REFUSAL)

    with pytest.raises(Invalid) as caught:
        rooms.create(checked(rooms))

    assert slept == [3] * 10
    assert "ivschat.amazonaws.com" in caught.value.remedy
    assert "arn:aws:ivschat:us-west-2:000000000000:room/*" in caught.value.remedy
    assert f"--function-name {HANDLER}" in caught.value.remedy
    assert service.client().list_rooms()["rooms"] == []


def test_a_custom_timeout_ends_the_wait_for_a_permission_sooner(
    rooms: RoomLife, service: LocalService, slept: list[float]
) -> None:
    service.fault("CreateRoom", count=None, **REFUSAL)

    limit = limited("customTimeouts.create", 10, rooms.time.now)
    with pytest.raises(Invalid, match=r"customTimeouts\.create is 10 s; nothing was changed in AWS") as caught, limit:
        rooms.create(checked(rooms))

    assert slept == [3, 3, 3]
    assert "AWS refused it for 9 s." in caught.value.remedy


@pytest.mark.parametrize(
    ("handler", "fault"),
    [
        (None, REFUSAL),
        (HANDLER, {"error": "ValidationException"}),
        (HANDLER, {**REFUSAL, "error": "ConflictException"}),
    ],
)
def test_nothing_else_is_waited_for(
    rooms: RoomLife, service: LocalService, slept: list[float], handler: str | None, fault: dict[str, Any]
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


def test_a_handler_is_removed_by_an_empty_uri() -> None:
    assert ROOM.removal == {"message_review_handler": {"uri": ""}}


ELSEWHERE = HANDLER.replace("us-west-2", "eu-west-1")
OF_OTHERS = HANDLER.replace("000000000000", "111111111111")
LOGGING = "arn:aws:ivschat:us-west-2:000000000000:logging-configuration/abcdefghijkl"
ROOM_ARN = "arn:aws:ivschat:us-west-2:000000000000:room/abcdefghijkl"


@pytest.fixture
def room(control_plane: BotoControlPlane) -> RoomLife:
    return lifecycle(Settings(region="us-west-2"), control_plane)


@pytest.mark.parametrize(
    ("inputs", "reason"),
    [
        ({"message_review_handler": {"uri": ELSEWHERE}}, "region us-west-2, not in eu-west-1"),
        ({"message_review_handler": {"uri": HANDLER}, "region": "eu-west-1"}, "region eu-west-1, not in us-west-2"),
        (
            {"message_review_handler": {"uri": OF_OTHERS}, "logging_configuration_identifiers": [UNKNOWN, LOGGING]},
            "account 000000000000, not in 111111111111",
        ),
    ],
)
def test_a_handler_of_another_region_or_account_is_a_failure(room: RoomLife, inputs: Any, reason: str) -> None:
    found = room.check(inputs, {}).failures

    assert found == [Failure("message_review_handler.uri", f"must be a Lambda function in the room's {reason}")]


@pytest.mark.parametrize("uri", [f"{HANDLER} ", f"{HANDLER}\t", f"{HANDLER}:live "])
def test_a_handler_with_white_space_after_it_is_a_failure(room: RoomLife, uri: str) -> None:
    [failure] = room.check({"message_review_handler": {"uri": uri}}, {}).failures

    assert "(it looks like an ARN with white space around it)" in str(failure)


@pytest.mark.parametrize(
    "inputs",
    [
        {"message_review_handler": {"uri": ELSEWHERE}, "region": UNKNOWN},
        {"message_review_handler": {"uri": UNKNOWN}, "logging_configuration_identifiers": UNKNOWN},
        {"message_review_handler": UNKNOWN},
        {"message_review_handler": {"uri": f"{OF_OTHERS}:live"}, "logging_configuration_identifiers": [UNKNOWN]},
    ],
)
def test_a_handler_passes_if_it_is_not_known_to_be_elsewhere(room: RoomLife, inputs: Any) -> None:
    assert room.check(inputs, {}).failures == []


def test_a_region_that_is_not_set_is_the_only_failure_about_it(
    control_plane: BotoControlPlane, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")

    found = lifecycle(Settings(), control_plane).check({"message_review_handler": {"uri": ELSEWHERE}}, {}).failures

    assert [failure.property for failure in found] == ["region"]


def test_a_new_handler_of_another_account_than_the_rooms_fails_in_the_preview(room: RoomLife) -> None:
    state = room.check({}, {}).inputs
    handler = {"message_review_handler": {"uri": OF_OTHERS, "fallback_result": "ALLOW"}}

    with pytest.raises(
        Invalid, match=r"message_review_handler\.uri must be .* account 000000000000, not in 111111111111"
    ):
        room.diff(ROOM_ARN, state, {**state, **handler})
    # One that the room has is not one of this change's business.
    assert not room.diff(ROOM_ARN, {**state, **handler}, {**state, **handler}).changed
    assert room.diff(ROOM_ARN, state, {**state, "message_review_handler": {"uri": UNKNOWN}}).changed
