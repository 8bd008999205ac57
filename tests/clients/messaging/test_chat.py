"""What a room is for, as the messaging SDK shows it: messages, events, deletion, kicking."""

from __future__ import annotations

from typing import Any

import pytest

from tests.clients.messaging.conftest import Play


def _shown(heard: list[tuple[str, Any]], listener: str) -> list[Any]:
    return [shown for name, shown in heard if name == listener]


def test_a_message_reaches_everybody_in_the_room_in_its_order(play: Play) -> None:
    result = play("conversation")

    ann, ben = (_shown(result[user], "message") for user in ("ann", "ben"))
    assert [(message["sender"]["userId"], message["content"]) for message in ann] == [
        ("ann", "grüezi\n<b>你好</b>"),
        ("ben", "hello"),
    ]
    assert ann == ben
    assert [name for name, _ in result["ben"]] == ["connecting", "connect", "message", "message"]


def test_a_message_stays_in_its_room(play: Play) -> None:
    assert play("conversation")["eve"] == ["is anybody here?"]


def test_the_sender_gets_the_message_as_everybody_else_does(play: Play) -> None:
    result = play("conversation")

    [received, _] = _shown(result["ben"], "message")
    assert result["sent"] == received
    assert len(received["id"]) == 12
    assert received["sendTime"].endswith("Z")


def test_attributes_of_the_message_and_of_the_sender_arrive(play: Play) -> None:
    [first, second] = _shown(play("conversation")["ben"], "message")

    assert first["attributes"] == {"lang": "de", "a b": "ä"}
    assert first["sender"] == {"userId": "ann", "attributes": {"name": "Ann 😀", "colour": "blue"}}
    assert "attributes" not in second
    assert second["sender"] == {"userId": "ben"}


def test_an_event_of_the_application_reaches_everybody(play: Play) -> None:
    result = play("event")

    for heard in result["heard"]:
        [quiz, end] = heard
        assert (quiz["id"], quiz["eventName"]) == (result["id"], "app:quiz")
        assert quiz["attributes"] == {"question": "π ≈ ?", "seconds": "30"}
        assert end["eventName"] == "app:end"
        assert "attributes" not in end


def test_a_deleted_message_is_announced_with_its_id_and_reason(play: Play) -> None:
    result = play("deletion")

    shown = [(event["messageId"], event.get("reason")) for event in result["heard"]]
    assert shown == [(result["sent"][0], "spam"), (result["sent"][1], None)]
    assert result["events"] == []


@pytest.mark.parametrize("connection", ["ben", "phone"])
def test_a_kicked_user_hears_why_and_loses_every_connection(connection: str, play: Play) -> None:
    heard = play("kick")[connection]

    assert [name for name, _ in heard] == ["connecting", "connect", "userDisconnect", "disconnect"]
    assert _shown(heard, "userDisconnect")[0].items() >= {"userId": "ben", "reason": "rude"}.items()
    assert _shown(heard, "disconnect") == ["serverDisconnect"]


def test_the_application_kicks_a_user_too_and_others_stay(play: Play) -> None:
    result = play("kick")

    assert _shown(result["cat"], "disconnect") == ["serverDisconnect"]
    assert _shown(result["moderator"], "disconnect") == []
    kicked = [(event["userId"], event.get("reason")) for event in _shown(result["moderator"], "userDisconnect")]
    assert kicked == [("ben", "rude"), ("cat", None)]


def test_a_client_of_lower_case_names_and_the_sdk_are_in_one_room(play: Play) -> None:
    result = play("lowerCase")

    [hi, hello, deleted, kicked] = result["frames"]
    assert (hi["Content"], hi["Attributes"], hi["RequestId"]) == ("hi", {"isSpecial": "false"}, "r1")
    assert (hello["Content"], hello["Sender"]["UserId"]) == ("hello", "ann")
    assert (deleted["Attributes"]["MessageId"], kicked["Attributes"]["UserId"]) == (result["sent"]["id"], "ben")
    [first, _] = _shown(result["heard"], "message")
    assert (first["content"], first["sender"]["userId"], first["requestId"]) == ("hi", "mia", "r1")
    assert _shown(result["heard"], "messageDelete")[0]["reason"] == "spam"
    assert _shown(result["heard"], "userDisconnect")[0]["reason"] == "rude"
