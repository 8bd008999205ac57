"""
The Lambda function that `make verify` needs for its questions about review handlers: the message names the answer.

Locally it runs in the process of the suite. On AWS deploy this file, and pass the function's ARN as --review-function.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

_LATE = 1.2
"""Seconds: more than the 0.2 that AWS waits, and than `endpoint.REVIEW_TIMEOUT`."""
_SLOW = 0.1
_TOO_LONG = 101
"""Characters: one more than the room of these questions allows."""


def handler(event: Mapping[str, Any], context: object = None) -> dict[str, Any]:
    """Return an answer to the event of a message; raise ValueError if the message asks for it."""
    del context
    content = event["Content"]
    if content == "fails":
        msg = "the message asks for a failure"
        raise ValueError(msg)
    time.sleep({"late": _LATE, "slow": _SLOW}.get(content, 0))
    if content == "deny":
        return {"ReviewResult": "DENY", "Attributes": {"Reason": "denied by the handler"}}
    if content == "no result":
        return {"Content": content}
    attributes = {"Attributes": {"edited": "by the handler"}} if content == "attributes" else {}
    return {"ReviewResult": "ALLOW", "Content": _edited(event, content), **attributes}


def _edited(event: Mapping[str, Any], content: str) -> str:
    edits = {"edit": "edited by the handler", "long": "x" * _TOO_LONG}
    if content == "members":
        return _initials(event)
    return edits.get(content, content)


def _initials(event: Mapping[str, Any]) -> str:
    inner = [f"Sender.{name}" for name in event["Sender"]]
    return " ".join(sorted([*event, *inner]))
