"""Events, deleted messages and disconnected users: by the control plane and by clients, and how connections close."""

from __future__ import annotations

from typing import Any, Final

from verify.question import assumed, documented
from verify.run import Run

_INVALID: Final = "ValidationException 400"
_ID: Final = "aB3dE6gH9jK2"


@documented(
    "SendEvent",
    source="SendEventRequest.attributes",
    expected={"100": "ok 200", "101": _INVALID, "empty": _INVALID, "1024": "ok 200", "1025": _INVALID},
)
def events_that_are_valid(run: Run) -> Any:
    """How long may an event's name be, and how large its attributes together?"""
    names = {"100": "e" * 100, "101": "e" * 101, "empty": ""}
    seen = {
        word: run.call("SendEvent", roomIdentifier=run.scratch, eventName=name).outcome for word, name in names.items()
    }
    for size in (1024, 1025):
        attributes = {"key": "v" * (size - 3)}
        sent = run.call("SendEvent", roomIdentifier=run.scratch, eventName="e", attributes=attributes)
        seen[str(size)] = sent.outcome
    return seen


@assumed("`eventName` that begins with `aws:` in SendEvent", expected=_INVALID)
def events_with_the_names_of_the_service(run: Run) -> str:
    """May SendEvent send an event whose name begins with aws:?"""
    return run.call("SendEvent", roomIdentifier=run.scratch, eventName="aws:DELETE_MESSAGE").outcome


@documented(
    "DeleteMessage",
    source="DeleteMessage",
    expected={
        "name": "aws:DELETE_MESSAGE",
        "attributes": {"MessageID": _ID, "MessageId": _ID, "Reason": "spam"},
        "same id": True,
    },
)
def the_event_of_a_deleted_message(run: Run) -> Any:
    """Which event does DeleteMessage send?"""
    client = run.client()
    sent = run.must("DeleteMessage", roomIdentifier=run.room, id=_ID, reason="spam")
    frame = client.next()
    return {"name": frame["EventName"], "attributes": frame["Attributes"], "same id": frame["Id"] == sent["id"]}


@documented(
    "DELETE_MESSAGE",
    source="https://docs.aws.amazon.com/ivs/latest/chatmsgapireference/actions-deletemessage-publish.html",
    expected={"name": "aws:DELETE_MESSAGE", "request id": "delete-1", "reason": "spam"},
)
def a_client_deletes_a_message(run: Run) -> Any:
    """Which event does a client's DELETE_MESSAGE send?"""
    frame = run.client().ask("DELETE_MESSAGE", Id=_ID, Reason="spam", RequestId="delete-1")
    return {
        "name": frame.get("EventName"),
        "request id": frame["RequestId"],
        "reason": frame.get("Attributes", {}).get("Reason"),
    }


@documented(
    "DELETE_MESSAGE",
    source="https://docs.aws.amazon.com/ivs/latest/chatmsgapireference/actions-deletemessage-publish.html",
    expected=["aws:DELETE_MESSAGE", "aws:DELETE_MESSAGE"],
)
def who_gets_the_event_of_a_client(run: Run) -> Any:
    """Do the others of a room get the event of a client's DELETE_MESSAGE too?"""
    sender, other = run.client(), run.client(user="other")
    sender.send({"Action": "DELETE_MESSAGE", "Id": _ID})
    return [client.next().get("EventName") for client in (sender, other)]


@documented("SendEvent", source="SendEvent", expected={"room": "app:here", "elsewhere": []})
def who_gets_an_event(run: Run) -> Any:
    """Does nobody outside a room get its events?"""
    here, elsewhere = run.client(), run.client(run.scratch, user="elsewhere")
    run.must("SendEvent", roomIdentifier=run.room, eventName="app:here")
    heard = here.next().get("EventName")
    return {"room": heard, "elsewhere": [frame["Type"] for frame in elsewhere.upto("fence-2")]}


@documented(
    "DISCONNECT_USER",
    source="https://docs.aws.amazon.com/ivs/latest/chatmsgapireference/actions-disconnectuser-publish.html",
    expected={"request id": "disconnect-1", "attributes": {"UserId": "nobody", "Reason": "rude"}},
)
def a_client_disconnects_a_user(run: Run) -> Any:
    """Which event does a client's DISCONNECT_USER send?"""
    frame = run.client().ask("DISCONNECT_USER", UserId="nobody", Reason="rude", RequestId="disconnect-1")
    return {"request id": frame["RequestId"], "attributes": frame.get("Attributes")}


@documented("DisconnectUser", source="DisconnectUser", expected="MESSAGE")
def a_user_stays_in_other_rooms(run: Run) -> Any:
    """Does a user stay connected to another room after DisconnectUser?"""
    run.client(user="both")
    elsewhere = run.client(run.scratch, user="both")
    run.must("DisconnectUser", roomIdentifier=run.room, userId="both")
    return elsewhere.ask("SEND_MESSAGE", Content="still here")["Type"]


@documented(
    "DeleteMessage",
    source="MessageID",
    expected={"id of 11": _INVALID, "reason of 257": _INVALID, "empty reason": _INVALID},
)
def moderation_that_is_refused(run: Run) -> Any:
    """Which ids and reasons does DeleteMessage refuse?"""
    given = {
        "id of 11": {"id": _ID[1:]},
        "reason of 257": {"id": _ID, "reason": "r" * 257},
        "empty reason": {"id": _ID, "reason": ""},
    }
    return {word: run.call("DeleteMessage", roomIdentifier=run.room, **each).outcome for word, each in given.items()}


@documented(
    "DELETE_MESSAGE",
    source="https://docs.aws.amazon.com/ivs/latest/chatmsgapireference/error-messages.html",
    expected={"id of 11": 400, "reason of 257": 413},
)
def moderation_of_a_client_that_is_refused(run: Run) -> Any:
    """Which codes do a client's wrong ids and reasons get?"""
    client = run.client()
    given = {"id of 11": {"Id": _ID[1:]}, "reason of 257": {"Id": _ID, "Reason": "r" * 257}}
    return {word: client.ask("DELETE_MESSAGE", **each).get("ErrorCode", "accepted") for word, each in given.items()}


@assumed("`Reason` of an event without one", expected=["MessageID", "MessageId"])
def an_event_without_a_reason(run: Run) -> Any:
    """Which attributes does the event of a DeleteMessage without a reason have?"""
    client = run.client()
    run.must("DeleteMessage", roomIdentifier=run.room, id=_ID)
    return sorted(client.next()["Attributes"])


@assumed(
    "DeleteMessage of a message that never was; DisconnectUser of a user who is not there",
    expected={"delete": "aws:DELETE_MESSAGE", "disconnect": "aws:DISCONNECT_USER"},
)
def moderation_of_nothing(run: Run) -> Any:
    """Are events sent about a message that never was and a user who is not there?"""
    client = run.client()
    run.must("DeleteMessage", roomIdentifier=run.room, id=_ID)
    deleted = client.next()
    run.must("DisconnectUser", roomIdentifier=run.room, userId="nobody")
    return {"delete": deleted["EventName"], "disconnect": client.next()["EventName"]}


@documented(
    "DisconnectUser",
    source="DisconnectUserRequest.reason",
    expected={"event": "aws:DISCONNECT_USER", "attributes": {"UserId": "rude", "Reason": "rude"}, "others stay": True},
)
def the_event_of_a_disconnected_user(run: Run) -> Any:
    """Which event do the others get, and do they stay?"""
    other = run.client()
    run.client(user="rude")
    run.must("DisconnectUser", roomIdentifier=run.room, userId="rude", reason="rude")
    frame = other.next()
    stays = other.ask("SEND_MESSAGE", Content="still here")["Type"] == "MESSAGE"
    return {"event": frame["EventName"], "attributes": frame["Attributes"], "others stay": stays}


@assumed("Close codes", expected={"user": 1000, "event first": True, "by a client": 1000, "room": 1000})
def close_codes(run: Run) -> Any:
    """Which codes close the connections of a disconnected user and of a deleted room, and is the event sent before?"""
    room = run.new_room()["arn"]
    rude, worse, last = run.client(room, user="rude"), run.client(room, user="worse"), run.client(room, user="last")
    run.must("DisconnectUser", roomIdentifier=room, userId="rude")
    event_before = rude.next().get("EventName") == "aws:DISCONNECT_USER"
    user = rude.closed()
    last.ask("DISCONNECT_USER", UserId="worse")
    by_a_client = worse.closed()
    run.must("DeleteRoom", identifier=room)
    return {"user": user, "event first": event_before, "by a client": by_a_client, "room": last.closed()}


@assumed("ERROR 401 and 404 over an open connection", expected=1000)
def a_message_to_a_room_that_is_gone(run: Run) -> Any:
    """Does a message to a room that was deleted get ERROR 404, or is the connection closed, and with which code?"""
    room = run.new_room()["arn"]
    client = run.client(room)
    run.must("DeleteRoom", identifier=room)
    return client.code_of("SEND_MESSAGE", Content="hi")


@documented("DisconnectUser", source="DisconnectUser", expected=2)
def all_connections_of_a_user_are_closed(run: Run) -> int:
    """How many of a user's two connections does DisconnectUser close?"""
    clients = [run.client(user="double") for _ in range(2)]
    run.must("DisconnectUser", roomIdentifier=run.room, userId="double")
    return sum(client.closed() == clients[0].closed() for client in clients)


@documented(
    "DisconnectUser",
    source="UserID",
    expected={"answer": [], "id of 129": _INVALID, "empty id": _INVALID, "reason of 257": _INVALID},
)
def disconnects_that_are_refused(run: Run) -> Any:
    """Which members does DisconnectUser answer, and which user ids and reasons does it refuse?"""
    given = {
        "id of 129": {"userId": "u" * 129},
        "empty id": {"userId": ""},
        "reason of 257": {"userId": "nobody", "reason": "r" * 257},
    }
    seen = {word: run.call("DisconnectUser", roomIdentifier=run.room, **each).outcome for word, each in given.items()}
    return {**seen, "answer": sorted(run.must("DisconnectUser", roomIdentifier=run.room, userId="nobody"))}


@documented(
    "DISCONNECT_USER",
    source="https://docs.aws.amazon.com/ivs/latest/chatmsgapireference/error-messages.html",
    expected={"no user": 400, "user of 129": 413, "reason of 257": 413},
)
def disconnects_of_a_client_that_are_refused(run: Run) -> Any:
    """Which codes do a client's wrong user ids and reasons get?"""
    client = run.client()
    given = {
        "no user": {},
        "user of 129": {"UserId": "u" * 129},
        "reason of 257": {"UserId": "nobody", "Reason": "r" * 257},
    }
    return {word: client.ask("DISCONNECT_USER", **each).get("ErrorCode", "accepted") for word, each in given.items()}
