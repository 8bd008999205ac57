"""The frames of the messaging API: members of messages, events and errors, and who gets them."""

from __future__ import annotations

import re
from typing import Any

from verify.question import assumed, documented
from verify.run import Run

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z")
_ID = re.compile(r"[A-Za-z0-9]{12}")
_MESSAGE = ["Attributes", "Content", "Id", "RequestId", "SendTime", "Sender", "Type"]
_EVENT = ["Attributes", "EventName", "Id", "RequestId", "SendTime", "Type"]
_ERROR = ["ErrorCode", "ErrorMessage", "Id", "RequestId", "Type"]


@documented(
    "MESSAGE",
    source="https://docs.aws.amazon.com/ivs/latest/chatmsgapireference/actions-message-subscribe.html",
    expected={"members": _MESSAGE, "type": "MESSAGE", "content": "héllo 👋", "id": True, "time": True},
)
def members_of_a_message(run: Run) -> Any:
    """Which members does a MESSAGE frame have?"""
    frame = run.client().ask("SEND_MESSAGE", Content="héllo 👋")
    return {
        "members": sorted(frame),
        "type": frame["Type"],
        "content": frame["Content"],
        "id": bool(_ID.fullmatch(frame["Id"])),
        "time": bool(_TIME.fullmatch(frame["SendTime"])),
    }


@documented(
    "MESSAGE",
    source="https://docs.aws.amazon.com/ivs/latest/chatmsgapireference/actions-sendmessage-publish.html",
    expected={"sender": True, "other": True, "same id": True, "elsewhere": []},
)
def who_gets_a_message(run: Run) -> Any:
    """Do the sender and the others of the room get a message, and nobody else?"""
    sender, other, elsewhere = run.client(), run.client(user="other"), run.client(run.scratch, user="elsewhere")
    sent = sender.ask("SEND_MESSAGE", Content="to all", RequestId="sent-1")
    heard = other.next()
    return {
        "sender": sent["Content"] == "to all",
        "other": heard["Content"] == "to all",
        "same id": heard["Id"] == sent["Id"],
        "elsewhere": [frame["Type"] for frame in elsewhere.upto("fence-1")],
    }


@documented(
    "MESSAGE",
    source="https://docs.aws.amazon.com/ivs/latest/chatmsgapireference/actions-message-subscribe.html",
    expected={"attributes": {"k": "v"}, "sender": {"Attributes": {"role": "host"}, "UserId": "host"}},
)
def attributes_of_a_message(run: Run) -> Any:
    """Where are the attributes of a message, and those of its sender's token?"""
    frame = run.client(user="host", attributes={"role": "host"}).ask(
        "SEND_MESSAGE", Content="hi", Attributes={"k": "v"}
    )
    return {"attributes": frame["Attributes"], "sender": frame["Sender"]}


@assumed("`Sender.Attributes` without attributes", expected={"message": None, "sender": None})
def attributes_that_are_not_there(run: Run) -> Any:
    """What is in the place of attributes that a message and its sender do not have?"""
    frame = run.client().ask("SEND_MESSAGE", Content="hi")
    return {"message": frame.get("Attributes", "omitted"), "sender": frame["Sender"].get("Attributes", "omitted")}


@assumed("`RequestId` of a frame without one", expected=["1", "", ""])
def request_ids_of_messages(run: Run) -> Any:
    """Which request ids do a message with one, a message without one, and an event have?"""
    client = run.client()
    client.send({"Action": "SEND_MESSAGE", "RequestId": "1", "Content": "a"})
    client.send({"Action": "SEND_MESSAGE", "Content": "b"})
    frames = client.until(lambda frame: frame.get("Content") == "b")
    run.must("SendEvent", roomIdentifier=run.room, eventName="app:without")
    frames.append(client.next())
    return [frame.get("RequestId", "omitted") for frame in frames]


@documented(
    "EVENT",
    source="https://docs.aws.amazon.com/ivs/latest/chatmsgapireference/actions-event-subscribe.html",
    expected={"members": _EVENT, "name": "app:hi", "attributes": {"k": "v"}, "same id": True},
)
def members_of_an_event(run: Run) -> Any:
    """Which members does an EVENT frame of SendEvent have?"""
    client = run.client()
    sent = run.must("SendEvent", roomIdentifier=run.room, eventName="app:hi", attributes={"k": "v"})
    frame = client.next()
    return {
        "members": sorted(frame),
        "name": frame["EventName"],
        "attributes": frame["Attributes"],
        "same id": frame["Id"] == sent["id"],
    }


@documented(
    "ERROR",
    source="https://docs.aws.amazon.com/ivs/latest/chatmsgapireference/error-messages.html",
    expected={"members": _ERROR, "type": "ERROR", "code": 400},
)
def members_of_an_error(run: Run) -> Any:
    """Which members does an ERROR frame have?"""
    frame = run.client().ask("DANCE")
    return {"members": sorted(frame), "type": frame["Type"], "code": frame["ErrorCode"]}


@documented(
    "ERROR",
    source="https://docs.aws.amazon.com/ivs/latest/chatmsgapireference/error-messages.html",
    expected=dict.fromkeys(["no JSON", "list", "no action", "no content", "empty content", "number", "binary"], 400),
)
def requests_that_are_refused(run: Run) -> Any:
    """Which code do malformed requests get?"""
    given: dict[str, Any] = {
        "no JSON": "{",
        "list": "[]",
        "no action": {"Content": "hi"},
        "no content": {"Action": "SEND_MESSAGE"},
        "empty content": {"Action": "SEND_MESSAGE", "Content": ""},
        "number": {"Action": "SEND_MESSAGE", "Content": 5},
        "binary": b'{"Action": "SEND_MESSAGE", "Content": "hi"}',
    }
    client = run.client()
    seen = {}
    for word, frame in given.items():
        client.send(frame)
        seen[word] = client.next().get("ErrorCode", "accepted")
    return seen


@assumed("Names of a client's request that are not known", expected="MESSAGE")
def names_that_are_not_known(run: Run) -> str:
    """Is a request accepted that has a name which is not known?"""
    return str(run.client().ask("SEND_MESSAGE", Content="hi", Colour="red")["Type"])


@assumed("Case of the names in a client's request", expected={"lower": "MESSAGE", "twice": "second"})
def case_of_names(run: Run) -> Any:
    """Are names accepted in lower case, and which one counts if a name is given twice?"""
    client = run.client()
    client.send({"action": "SEND_MESSAGE", "requestId": "lower", "content": "hi"})
    lower = client.next()["Type"]
    client.send('{"Action": "SEND_MESSAGE", "Content": "first", "content": "second"}')
    return {"lower": lower, "twice": client.next().get("Content")}


@assumed(
    "Text of errors",
    expected=[
        "Action must be one of SEND_MESSAGE, DELETE_MESSAGE, DISCONNECT_USER",
        "Content is required",
        "Message exceeds maximum length",
        "The request is not well-formed JSON",
    ],
)
def text_of_chat_errors(run: Run) -> Any:
    """Which texts do ERROR frames have?"""
    client = run.client()
    given: list[Any] = [
        {"Action": "DANCE"},
        {"Action": "SEND_MESSAGE"},
        {"Action": "SEND_MESSAGE", "Content": "x" * 501},
        "{",
    ]
    texts = []
    for frame in given:
        client.send(frame)
        texts.append(client.next()["ErrorMessage"])
    return texts
