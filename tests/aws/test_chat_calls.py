"""The calls about users and messages: checked before, and silent about secrets after."""

from __future__ import annotations

from typing import Any

import pytest

from pulumi_ivschat.aws import chat_calls
from pulumi_ivschat.aws.chat_calls import failures, grant
from pulumi_ivschat.errors import Invalid, IvsChatError, SettingsError
from pulumi_ivschat.model.validation import UNKNOWN

ROOM = "arn:aws:ivschat:us-west-2:000000000000:room/abcdefghijkl"
CANARY = "canary-4711"


def problems(operation: str, **members: Any) -> list[str]:
    return [f"{failure.property} {failure.reason}" for failure in failures(operation, members)]


@pytest.mark.parametrize(
    ("members", "shown"),
    [
        ({"user_id": ""}, "user_id must be at least 1 characters, not 0"),
        ({"user_id": "x" * 129}, "user_id must be at most 128 characters, not 129"),
        ({"user_id": 4711}, "user_id must be a string, not a number"),
        ({"user_id": None}, "user_id is required"),
        ({"room_arn": "lobby"}, "room_arn is not a room ARN"),
        ({"capabilities": "SEND_MESSAGE"}, "capabilities must be a list"),
        (
            {"capabilities": ["FLY"]},
            "capabilities[0] must be SEND_MESSAGE or DISCONNECT_USER or DELETE_MESSAGE",
        ),
        ({"session_duration_in_minutes": 0}, "must be at least 1"),
        ({"session_duration_in_minutes": 181}, "must be at most 180"),
        ({"attributes": {"a": 1}}, "attributes must map strings to strings"),
        ({"attributes": ["a"]}, "attributes must map strings to strings"),
        (
            {"attributes": {"ä": "x" * 1023}},
            "attributes must be at most 1024 bytes together, keys and values, not 1025",
        ),
        ({"color": "red"}, "color is not a property here"),
    ],
)
def test_what_aws_would_refuse_is_found(members: dict[str, Any], shown: str) -> None:
    [found] = problems("CreateChatToken", **{"room_arn": ROOM, "user_id": "alice", **members})

    assert shown in found


def test_what_aws_takes_passes_and_so_does_what_is_unknown() -> None:
    fits = {**grant("x" * 128, {"SEND_MESSAGE"}, {"a": "x" * 1023}, 180.0), "room_arn": ROOM}

    assert problems("CreateChatToken", **fits) == []
    assert problems("CreateChatToken", **dict.fromkeys(fits, UNKNOWN)) == []
    assert problems("CreateChatToken", room_arn=ROOM, user_id="a", attributes={"a": UNKNOWN}) == []


@pytest.mark.parametrize(
    ("grant", "shown"),
    [
        ({"user_id": "alice"}, []),
        (UNKNOWN, []),
        ({}, ["user_id is required"]),
        ({"user_id": "alice", "room_arn": ROOM}, ["room_arn is not a property here; there are user_id"]),
        (CANARY, [" must be an object, not a string"]),
    ],
)
def test_a_grant_is_a_call_without_its_room(grant: Any, shown: list[str]) -> None:
    found = [f"{failure.property} {failure.reason}" for failure in chat_calls.grant_failures(grant)]

    assert len(found) == len(shown)
    assert all(text.startswith(start) for text, start in zip(found, shown, strict=True))


def test_all_problems_are_reported_at_once_and_none_shows_a_secret() -> None:
    with pytest.raises(Invalid) as caught:
        chat_calls.validate("CreateChatToken", {"room_arn": CANARY, "user_id": CANARY * 20, "attributes": {CANARY: 1}})

    assert {"room_arn", "user_id", "attributes"} <= set(str(caught.value).replace(";", " ").split())
    assert CANARY not in str(caught.value) + repr(caught.value)


class Recording:
    """A control plane that remembers the members of its last call."""

    def call(self, operation: str, *_: str, **members: Any) -> dict[str, Any]:
        """Remember, and answer nothing."""
        del operation
        self.members = members
        return {}


def test_a_whole_number_of_pulumi_is_sent_as_one(monkeypatch: pytest.MonkeyPatch) -> None:
    recording = Recording()
    monkeypatch.setattr(chat_calls, "shared_control_plane", lambda _: recording)

    chat_calls.call("CreateChatToken", {"room_arn": ROOM, **grant("alice", session_duration_in_minutes=5.0)}, None)

    assert recording.members == {"roomIdentifier": ROOM, "userId": "alice", "sessionDurationInMinutes": 5}
    assert isinstance(recording.members["sessionDurationInMinutes"], int)


class Refusing:
    """A control plane whose answer quotes what it was given, as AWS's validation does."""

    def call(self, operation: str, *_: str, **members: Any) -> dict[str, Any]:
        """Raise an error."""
        msg = f"Value '{members['userId']}' at 'userId'; {members['attributes']}"
        raise IvsChatError(msg, operation=operation)


def test_an_error_of_aws_that_quotes_a_secret_is_reported_without_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chat_calls, "shared_control_plane", lambda _: Refusing())

    with pytest.raises(IvsChatError, match="userId") as caught:
        chat_calls.call(
            "CreateChatToken", {"room_arn": ROOM, "user_id": CANARY, "attributes": {"k": f"{CANARY} 2"}}, None
        )

    assert "[secret]" in str(caught.value)
    assert CANARY not in str(caught.value) + repr(caught.value)


@pytest.mark.parametrize(
    "attributes",
    [{"k": CANARY, "longer": f"{CANARY} 2"}, {"longer": f"{CANARY} 2", "k": CANARY}, {"longer": f"{CANARY} 2", "": ""}],
)
def test_of_secrets_in_one_another_the_whole_is_taken_out_and_nothing_else(
    monkeypatch: pytest.MonkeyPatch, attributes: dict[str, str]
) -> None:
    monkeypatch.setattr(chat_calls, "shared_control_plane", lambda _: Refusing())
    members = {"room_arn": ROOM, "user_id": "alice", "attributes": attributes}

    with pytest.raises(IvsChatError) as caught:
        chat_calls.call("CreateChatToken", members, None)

    assert "Value '[secret]' at 'userId'; {" in str(caught.value)
    assert "2'" not in str(caught.value)
    assert caught.value.args == (caught.value.message,)


def test_an_endpoint_of_the_environment_that_is_not_one_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULUMI_IVSCHAT_ENDPOINT_URL", "nowhere")

    with pytest.raises(SettingsError, match="PULUMI_IVSCHAT_ENDPOINT_URL must be an http"):
        chat_calls.call("DisconnectUser", {"room_arn": ROOM, "user_id": "alice"}, None)
