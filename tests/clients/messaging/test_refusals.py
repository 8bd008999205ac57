"""What a room does not take, as the messaging SDK shows it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.clients.messaging.conftest import Play


def _code(outcome: dict[str, Any]) -> int | None:
    return outcome.get("errorCode")


@pytest.mark.parametrize("capability", ["SEND_MESSAGE", "DELETE_MESSAGE", "DISCONNECT_USER"])
def test_what_the_token_does_not_allow_is_refused_and_the_connection_stays(capability: str, play: Play) -> None:
    result = play("capabilities")

    assert _code(result[capability]) == 403
    assert capability in result[capability]["errorMessage"]
    assert result["heard"] == ["connecting", "connect"]


def test_length_is_counted_in_code_points(play: Play) -> None:
    result = play("sizes")

    assert len(result["longest"]["sent"]["content"]) == 500
    assert result["tooLong"] == {"errorCode": 400, "errorMessage": "Message exceeds maximum length"}
    assert [content[:2] for content in result["heard"]] == ["😀😀", "he"]


def test_attributes_of_more_than_a_kilobyte_are_refused(play: Play) -> None:
    result = play("sizes")

    assert _code(result["largest"]) is None
    assert _code(result["tooLarge"]) == 413


def test_an_empty_message_is_refused(play: Play) -> None:
    assert _code(play("sizes")["empty"]) == 400


def test_the_rooms_own_maximum_length_holds(play: Play) -> None:
    assert [_code(outcome) for outcome in play("shortRoom")] == [None, 400]


def test_a_room_takes_so_many_messages_in_a_second_from_all_together(play: Play) -> None:
    result = play("roomRate")

    assert sorted(_code(outcome) or 0 for outcome in result["atOnce"]) == [0, 0, 429]
    assert [outcome["errorMessage"] for outcome in result["atOnce"] if _code(outcome)] == ["rate limit exceeded"]
    assert _code(result["later"]) is None


def test_a_connection_takes_ten_requests_in_a_second(play: Play) -> None:
    assert [_code(outcome) for outcome in play("connectionRate")] == [None] * 10 + [429] * 2
