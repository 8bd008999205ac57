"""How calls name a resource, and what those get that name none of the caller's."""

from __future__ import annotations

from typing import Any, Final

from verify.question import assumed, documented
from verify.run import Run

_INVALID: Final = "ValidationException 400"
_GONE: Final = "ResourceNotFoundException 404"
_DENIED: Final = "AccessDeniedException 403"


@documented(
    "RoomIdentifier",
    source="RoomIdentifier",
    expected={"id": _INVALID, "empty": _INVALID, "none": _INVALID, "logging": _INVALID},
)
def identifiers_that_are_refused(run: Run) -> Any:
    """Are ids, empty texts and ARNs of other types refused as identifiers?"""
    arn = run.scratch
    given = {"id": arn[-12:], "empty": "", "logging": arn.replace(":room/", ":logging-configuration/")}
    seen = {word: run.call("GetRoom", identifier=each).outcome for word, each in given.items()}
    return {**seen, "none": run.call("GetRoom").outcome}


@documented(
    "ResourceNotFoundException",
    source="ResourceNotFoundException",
    expected=dict.fromkeys(
        [
            "GetRoom",
            "UpdateRoom",
            "DeleteRoom",
            "CreateChatToken",
            "SendEvent",
            "DeleteMessage",
            "DisconnectUser",
            "TagResource",
            "UntagResource",
            "ListTagsForResource",
        ],
        _GONE,
    ),
)
def operations_on_a_room_that_does_not_exist(run: Run) -> Any:
    """What does each operation answer for a room that does not exist?"""
    return {operation: run.call(operation, **members).outcome for operation, members in _on(run.nothing()).items()}


def _on(arn: str) -> dict[str, dict[str, Any]]:
    return {
        "GetRoom": {"identifier": arn},
        "UpdateRoom": {"identifier": arn, "name": "n"},
        "DeleteRoom": {"identifier": arn},
        "CreateChatToken": {"roomIdentifier": arn, "userId": "user"},
        "SendEvent": {"roomIdentifier": arn, "eventName": "event"},
        "DeleteMessage": {"roomIdentifier": arn, "id": "aB3dE6gH9jK2"},
        "DisconnectUser": {"roomIdentifier": arn, "userId": "user"},
        "TagResource": {"resourceArn": arn, "tags": {"key": "value"}},
        "UntagResource": {"resourceArn": arn, "tagKeys": ["key"]},
        "ListTagsForResource": {"resourceArn": arn},
    }


@assumed("An identifier of another region", expected={"GetRoom": _GONE, "ListTagsForResource": _GONE})
def an_identifier_of_another_region(run: Run) -> Any:
    """What do calls get that name a room of another region?"""
    region = run.endpoint.region
    arn = run.scratch.replace(region, "us-east-1" if region != "us-east-1" else "us-west-2")
    return _read(run, arn)


@assumed("An identifier of another account", expected={"GetRoom": _DENIED, "ListTagsForResource": _DENIED})
def an_identifier_of_another_account(run: Run) -> Any:
    """What do calls get that name a room of another account?"""
    parts = run.scratch.split(":")
    parts[4] = f"{(int(parts[4]) + 1) % 10**12:012}"
    return _read(run, ":".join(parts))


def _read(run: Run, arn: str) -> dict[str, str]:
    tags = run.call("ListTagsForResource", resourceArn=arn).outcome
    return {"GetRoom": run.call("GetRoom", identifier=arn).outcome, "ListTagsForResource": tags}
