"""Review handlers: how a room keeps one, and what its answers do to messages."""

from __future__ import annotations

from typing import Any

from verify.question import assumed, documented
from verify.run import Run

_FAILED = "The message was rejected: the review handler failed, and its fallback result is DENY"


def _room(run: Run, fallback: str = "ALLOW") -> str:
    """Return a room whose messages the function of `review_function` reviews."""
    return run.kept(f"reviewed {fallback}", lambda: _made(run, fallback))


def _made(run: Run, fallback: str) -> str:
    handler = {"uri": run.function, "fallbackResult": fallback}
    limits = {"maximumMessageRatePerSecond": 100, "maximumMessageLength": 100}
    return str(run.new_room(messageReviewHandler=handler, **limits)["arn"])


def _sent(run: Run, content: str, fallback: str = "ALLOW", **members: Any) -> dict[str, Any]:
    return run.client(_room(run, fallback)).ask("SEND_MESSAGE", Content=content, **members)


@assumed("A review handler given without `fallbackResult`", expected={"create": "ALLOW", "get": "ALLOW"})
def a_handler_without_a_fallback(run: Run) -> Any:
    """Which fallback result do answers have, if none is given?"""
    made = run.new_room(messageReviewHandler={"uri": run.function})
    got = run.must("GetRoom", identifier=made["arn"])
    return {
        word: room["messageReviewHandler"].get("fallbackResult") for word, room in {"create": made, "get": got}.items()
    }


@assumed("A review handler in UpdateRoom", expected="ALLOW")
def a_handler_is_replaced_as_a_whole(run: Run) -> Any:
    """Which fallback result does a room have after an update with the handler's URI only?"""
    run.must("UpdateRoom", identifier=run.scratch, messageReviewHandler={"uri": run.function, "fallbackResult": "DENY"})
    changed = run.must("UpdateRoom", identifier=run.scratch, messageReviewHandler={"uri": run.function})
    run.must("UpdateRoom", identifier=run.scratch, messageReviewHandler={"uri": ""})
    return changed["messageReviewHandler"].get("fallbackResult")


@assumed('A removed review handler (`{"uri": ""}`) in later answers', expected={"uri": "", "fallbackResult": "ALLOW"})
def a_removed_handler(run: Run) -> Any:
    """What do answers have of a handler that was removed?"""
    run.must("UpdateRoom", identifier=run.scratch, messageReviewHandler={"uri": run.function})
    run.must("UpdateRoom", identifier=run.scratch, messageReviewHandler={"uri": ""})
    return run.must("GetRoom", identifier=run.scratch).get("messageReviewHandler", "omitted")


@documented(
    "Message review handler",
    source="https://docs.aws.amazon.com/ivs/latest/ChatUserGuide/chat-message-review-handler.html",
    expected={"type": "MESSAGE", "content": "edited by the handler"},
)
def a_handler_edits_a_message(run: Run) -> Any:
    """Can a handler edit a message?"""
    frame = _sent(run, "edit")
    return {"type": frame["Type"], "content": frame.get("Content")}


@documented(
    "Message review handler",
    source="https://docs.aws.amazon.com/ivs/latest/ChatUserGuide/chat-message-review-handler.html",
    expected={"edited": "by the handler"},
)
def a_handler_edits_attributes(run: Run) -> Any:
    """Can a handler edit the attributes of a message?"""
    return _sent(run, "attributes", Attributes={"k": "v"}).get("Attributes")


@documented(
    "ListRooms",
    source="ListRoomsRequest.messageReviewHandlerUri",
    expected={"only its rooms": True, "ours among them": True},
)
def rooms_are_listed_by_review_handler(run: Run) -> Any:
    """Does the filter by review handler find the rooms that have it, and does a listed room have it?"""
    arn = _room(run)
    rooms = run.must("ListRooms", messageReviewHandlerUri=run.function)["rooms"]
    only = all(room.get("messageReviewHandler", {}).get("uri") == run.function for room in rooms)
    return {"only its rooms": only, "ours among them": arn in [room["arn"] for room in rooms]}


@documented(
    "Message review handler",
    source="https://docs.aws.amazon.com/ivs/latest/ChatUserGuide/chat-message-review-handler.html",
    expected={"code": 406, "text": "denied by the handler", "others": []},
)
def a_handler_denies_a_message(run: Run) -> Any:
    """What do the sender and the others get if a handler denies a message?"""
    other = run.client(_room(run), user="other")
    frame = _sent(run, "deny")
    seen = [frame["Type"] for frame in other.upto("fence-1")]
    return {"code": frame.get("ErrorCode"), "text": frame.get("ErrorMessage"), "others": seen}


@documented(
    "Message review handler",
    source="https://docs.aws.amazon.com/ivs/latest/ChatUserGuide/chat-message-review-handler.html",
    expected=[
        "Attributes",
        "Content",
        "MessageId",
        "RoomArn",
        "Sender",
        "Sender.Attributes",
        "Sender.Ip",
        "Sender.UserId",
    ],
)
def what_a_handler_is_asked(run: Run) -> Any:
    """Which members does a handler's event have?"""
    return _sent(run, "members").get("Content", "").split()


@documented(
    "Message review handler",
    source="https://docs.aws.amazon.com/ivs/latest/ChatUserGuide/chat-message-review-handler.html",
    expected={"late": "MESSAGE", "fails": "MESSAGE", "no result": "MESSAGE"},
)
def a_handler_that_fails_and_allows(run: Run) -> Any:
    """Is a message delivered if its handler fails and the fallback result is ALLOW?"""
    return {word: _sent(run, word).get("Type") for word in ("late", "fails", "no result")}


@documented(
    "Message review handler",
    source="https://docs.aws.amazon.com/ivs/latest/ChatUserGuide/chat-message-review-handler.html",
    expected={"late": 406, "fails": 406},
)
def a_handler_that_fails_and_denies(run: Run) -> Any:
    """Which code does the sender get if a handler fails and the fallback result is DENY?"""
    return {word: _sent(run, word, "DENY").get("ErrorCode", "accepted") for word in ("late", "fails")}


@assumed("Text of the error if the review handler failed and the fallback result is DENY", expected=_FAILED)
def text_of_a_failed_review(run: Run) -> Any:
    """Which text does the sender get if a handler fails and the fallback result is DENY?"""
    return _sent(run, "fails", "DENY").get("ErrorMessage")


@assumed("Attributes that a review handler's answer does not have", expected={"k": "v"})
def attributes_that_an_answer_does_not_have(run: Run) -> Any:
    """Which attributes does a message have, if the handler's answer has none?"""
    return _sent(run, "plain", Attributes={"k": "v"})["Attributes"]


@assumed("Content that a review handler makes longer than the room allows", expected={"ALLOW": "long", "DENY": 406})
def content_that_a_handler_makes_too_long(run: Run) -> Any:
    """What becomes of a message that its handler makes too long?"""
    return {"ALLOW": _sent(run, "long").get("Content"), "DENY": _sent(run, "long", "DENY").get("ErrorCode", "accepted")}


@assumed("Order of a client's messages that are reviewed", expected=["slow", "plain"])
def order_of_reviewed_messages(run: Run) -> Any:
    """Is a client's message delivered before a later one, if its review takes longer?"""
    client = run.client(_room(run))
    client.send_at_once([{"Action": "SEND_MESSAGE", "Content": content} for content in ("slow", "plain")])
    return [client.next().get("Content") for _ in range(2)]
