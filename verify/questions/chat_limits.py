"""Limits of the messaging API: lengths, sizes and rates."""

from __future__ import annotations

import time
from typing import Any

from verify.question import assumed, documented
from verify.run import Run

_A_SECOND = 1.1
_BURST = 11
"""One more than a connection may send in a second."""


@documented(
    "Message length",
    source="https://docs.aws.amazon.com/ivs/latest/chatmsgapireference/actions-sendmessage-publish.html",
    expected={"500": "MESSAGE", "501": 400, "500 of four bytes": "MESSAGE"},
)
def the_longest_message(run: Run) -> Any:
    """How long may a message be, and is it counted in characters?"""
    client = run.client()
    refused = client.ask("SEND_MESSAGE", Content="x" * 501)
    return {
        "500": client.ask("SEND_MESSAGE", Content="x" * 500)["Type"],
        "501": refused.get("ErrorCode", "accepted"),
        "500 of four bytes": client.ask("SEND_MESSAGE", Content="👋" * 500)["Type"],
    }


@documented(
    "Length of a message of a room",
    source="UpdateRoomRequest.maximumMessageLength",
    expected={"5": "MESSAGE", "6": 400},
)
def the_longest_message_of_a_room(run: Run) -> Any:
    """Does a room refuse messages that are longer than it is set to?"""
    run.must("UpdateRoom", identifier=run.scratch, maximumMessageLength=5)
    client = run.client(run.scratch)
    frames = {str(size): client.ask("SEND_MESSAGE", Content="x" * size) for size in (5, 6)}
    run.must("UpdateRoom", identifier=run.scratch, maximumMessageLength=500)
    return {size: frame.get("ErrorCode", frame["Type"]) for size, frame in frames.items()}


@assumed("Size of a message's attributes", expected={"1024": "MESSAGE", "1025": 413, "1025 of two bytes each": 413})
def the_largest_attributes(run: Run) -> Any:
    """How large may a message's attributes be together, and are they counted in bytes?"""
    client = run.client()
    given = {"1024": "v" * 1021, "1025": "v" * 1022, "1025 of two bytes each": "é" * 511}
    frames = {
        word: client.ask("SEND_MESSAGE", Content="hi", Attributes={"key": value}) for word, value in given.items()
    }
    return {word: frame.get("ErrorCode", frame["Type"]) for word, frame in frames.items()}


@assumed("Length of a request id; size of a frame", expected={"256": "MESSAGE", "257": 413})
def the_longest_request_id(run: Run) -> Any:
    """How long may a request id be?"""
    client = run.client()
    seen = {}
    for size in (256, 257):
        client.send({"Action": "SEND_MESSAGE", "Content": "hi", "RequestId": "r" * size})
        frame = client.next()
        seen[str(size)] = frame.get("ErrorCode", frame["Type"])
    return seen


@assumed("Length of a request id; size of a frame", expected=1009)
def the_largest_frame(run: Run) -> Any:
    """Which code closes a connection after a frame of 40 KiB?"""
    client = run.client()
    client.send({"Action": "SEND_MESSAGE", "Content": "x" * 40 * 1024})
    return client.closed()


@assumed(
    "Requests a second over one connection", expected={"accepted": 10, "refused": [429], "text": "rate limit exceeded"}
)
def the_rate_of_a_connection(run: Run) -> Any:
    """How many requests at once does a connection accept?"""
    client = run.client()
    frames = _burst(client, [{"Action": "SEND_MESSAGE", "Content": "hi"} for _ in range(_BURST)])
    refused = [frame for frame in frames if frame["Type"] == "ERROR"]
    return {
        "accepted": len(frames) - len(refused),
        "refused": [frame["ErrorCode"] for frame in refused],
        "text": refused[0]["ErrorMessage"] if refused else "",
    }


@assumed("Does a request that is refused count against the 10 a second?", expected=429)
def refused_requests_count_for_a_connection(run: Run) -> Any:
    """Do ten requests that are refused leave no place for a message in the same second?"""
    invalid = [{"Action": "SEND_MESSAGE"} for _ in range(_BURST - 1)]
    last = _burst(run.client(), [*invalid, {"Action": "SEND_MESSAGE", "Content": "hi"}])[-1]
    return last.get("ErrorCode", last["Type"])


def _burst(client: Any, frames: list[dict[str, Any]]) -> list[dict[str, Any]]:
    client.send_at_once([{**frame, "RequestId": f"burst-{number}"} for number, frame in enumerate(frames)])
    return [client.next() for _ in frames]


@documented(
    "maximumMessageRatePerSecond", source="CreateRoomRequest.maximumMessageRatePerSecond", expected=["MESSAGE", 429]
)
def the_rate_of_a_room(run: Run) -> Any:
    """Does a room accept only as many messages a second as it is set to?"""
    frames = _burst(run.client(_slow_room(run)), [{"Action": "SEND_MESSAGE", "Content": "hi"} for _ in range(2)])
    return [frame.get("ErrorCode", frame["Type"]) for frame in frames]


@documented(
    "maximumMessageRatePerSecond",
    source="CreateRoomRequest.maximumMessageRatePerSecond",
    expected={"first": "MESSAGE", "of another client": 429},
)
def the_rate_of_a_room_with_two_clients(run: Run) -> Any:
    """Do the messages of all clients count together against the rate of a room?"""
    room = _slow_room(run)
    first, second = (run.client(room, user=user) for user in ("first", "second"))
    message = {"Action": "SEND_MESSAGE", "Content": "hi"}
    [accepted] = _burst(first, [message])
    second.next()
    [refused] = _burst(second, [message])
    return {"first": accepted["Type"], "of another client": refused.get("ErrorCode", refused["Type"])}


@assumed("A message that is refused", expected=[400, "MESSAGE"])
def refused_messages_count_for_a_room(run: Run) -> Any:
    """Does a message that is too long leave a place for another one in the same second?"""
    messages = [{"Action": "SEND_MESSAGE", "Content": content} for content in ("x" * 501, "hi")]
    frames = _burst(run.client(_slow_room(run)), messages)
    return [frame.get("ErrorCode", frame["Type"]) for frame in frames]


def _slow_room(run: Run) -> str:
    """Return a room that accepts one message a second, and has had none in the last one."""
    arn = run.kept("slow", lambda: str(run.new_room(maximumMessageRatePerSecond=1)["arn"]))
    time.sleep(_A_SECOND)
    return arn
