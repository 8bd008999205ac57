"""Chat tokens: what CreateChatToken takes, the times of a token, and that it opens one connection."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import Any, Final

from verify import chat
from verify.question import assumed, documented
from verify.run import Run

_INVALID: Final = "ValidationException 400"


def _made(run: Run, **members: Any) -> str:
    return run.call("CreateChatToken", **{"roomIdentifier": run.room, "userId": "user", **members}).outcome


@documented(
    "CreateChatToken",
    source="SessionDurationInMinutes",
    expected={"0": _INVALID, "1": "ok 200", "180": "ok 200", "181": _INVALID},
)
def session_durations_that_are_valid(run: Run) -> Any:
    """How many minutes may a session last?"""
    return {str(minutes): _made(run, sessionDurationInMinutes=minutes) for minutes in (0, 1, 180, 181)}


@documented(
    "CreateChatToken",
    source="CreateChatTokenRequest.userId",
    expected={"128": "ok 200", "129": _INVALID, "empty": _INVALID, "é": "ok 200"},
)
def user_ids_that_are_valid(run: Run) -> Any:
    """Which user ids are valid?"""
    ids = {"128": "u" * 128, "129": "u" * 129, "empty": "", "é": "é and space"}
    return {word: _made(run, userId=each) for word, each in ids.items()}


@documented("CreateChatToken", source="ChatTokenCapability", expected={"unknown": _INVALID, "none": "ok 200"})
def capabilities_that_are_valid(run: Run) -> Any:
    """Which capabilities are valid?"""
    given: dict[str, list[str]] = {"unknown": ["DANCE"], "none": []}
    return {word: _made(run, capabilities=each) for word, each in given.items()}


@assumed("The same capability twice", expected="ok 200")
def the_same_capability_twice(run: Run) -> str:
    """May a token have the same capability twice?"""
    return _made(run, capabilities=["SEND_MESSAGE", "SEND_MESSAGE"])


@documented(
    "CreateChatToken", source="CreateChatTokenRequest.attributes", expected={"1024": "ok 200", "1025": _INVALID}
)
def attributes_of_a_token(run: Run) -> Any:
    """How large may a token's attributes be together, in bytes?"""
    return {str(size): _made(run, attributes={"key": "v" * (size - 3)}) for size in (1024, 1025)}


@documented(
    "CreateChatToken", source="CreateChatTokenRequest.sessionDurationInMinutes", expected={"default": 60, "180": 180}
)
def times_of_a_token(run: Run) -> Any:
    """How long is a session by default, and with 180 minutes?"""
    return {"default": _minutes(_times(run)), "180": _minutes(_times(run, sessionDurationInMinutes=180))}


def _times(run: Run, **members: Any) -> Any:
    return run.must("CreateChatToken", roomIdentifier=run.room, userId="user", **members)


def _minutes(times: Mapping[str, datetime]) -> int:
    """Return the minutes until a session ends that begins now."""
    return round((times["sessionExpirationTime"] - _now()) / timedelta(minutes=1))


def _now() -> datetime:
    return datetime.now(timezone.utc)


@assumed("Lifetime of a token that nobody uses", expected=3600, here=60)
def lifetime_of_a_token(run: Run) -> Any:
    """After how many seconds does a token expire that nobody uses, to ten seconds?"""
    return round((_times(run, sessionDurationInMinutes=180)["tokenExpirationTime"] - _now()).total_seconds() / 10) * 10


@assumed("Fractions of a second in the times of a token", expected=0)
def fractions_in_the_times_of_a_token(run: Run) -> Any:
    """Do the times of a token have fractions of a second?"""
    times = _times(run)
    return times["tokenExpirationTime"].microsecond + times["sessionExpirationTime"].microsecond


@assumed("Lifetime of a token that was issued for a session shorter than it", expected=True)
def a_token_ends_with_its_session(run: Run) -> bool:
    """Does a token expire no later than a session of one minute?"""
    times = _times(run, sessionDurationInMinutes=1)
    return bool(times["tokenExpirationTime"] <= times["sessionExpirationTime"])


@documented(
    "Chat token authentication",
    source="https://docs.aws.amazon.com/ivs/latest/ChatUserGuide/getting-started-chat-auth.html",
    expected={"first": chat.OPENED, "sub-protocol": True},
)
def a_token_opens_a_connection(run: Run) -> Any:
    """Does a token open a connection, and is it the sub-protocol that is chosen?"""
    token = run.token()
    client = run.block().enter_context(chat.Client(run.endpoint.messaging_url, token, run.frames.wait))
    return {"first": chat.OPENED, "sub-protocol": client.protocol == token}


@assumed("Status of a refused handshake", expected={"none": 401, "made up": 403, "used": 403, "room gone": 404})
def statuses_of_refused_handshakes(run: Run) -> Any:
    """Which statuses do refused handshakes get?"""
    used = run.token()
    run.handshake(used)
    arn = run.new_room()["arn"]
    orphan = run.token(arn)
    run.must("DeleteRoom", identifier=arn)
    return {
        "none": run.handshake(),
        "made up": run.handshake("aaaa.bbbb"),
        "used": run.handshake(used),
        "room gone": run.handshake(orphan),
    }


@documented(
    "Chat token authentication",
    source="CreateChatTokenRequest.capabilities",
    expected={"send": 403, "delete": 403, "disconnect": 403, "reads": True},
)
def a_token_without_capabilities_only_reads(run: Run) -> Any:
    """What may a client do whose token has no capabilities?"""
    reader = run.client(user="reader", capabilities=())
    seen = {
        "send": reader.ask("SEND_MESSAGE", Content="hi").get("ErrorCode"),
        "delete": reader.ask("DELETE_MESSAGE", Id="aB3dE6gH9jK2").get("ErrorCode"),
        "disconnect": reader.ask("DISCONNECT_USER", UserId="other").get("ErrorCode"),
    }
    run.must("SendEvent", roomIdentifier=run.room, eventName="for-all")
    return {**seen, "reads": reader.next().get("EventName") == "for-all"}


@documented("Chat token authentication", source="DisconnectUser", expected=2)
def a_user_may_have_two_connections(run: Run) -> int:
    """Do two connections of one user both get an event?"""
    clients = [run.client(user="twice") for _ in range(2)]
    run.must("SendEvent", roomIdentifier=run.room, eventName="both")
    return sum(client.next().get("EventName") == "both" for client in clients)
