"""A message review handler, called as AWS Lambda calls one."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any


def handler(event: Mapping[str, Any], context: object) -> dict[str, Any]:
    """Deny spam with a reason, put stars for a bad word, tell in the attributes what it was called with."""
    del context
    content = event["Content"]
    if "spam" in content:
        return {"ReviewResult": "DENY", "Content": content, "Attributes": {"Reason": "No spam, please"}}
    sender = event["Sender"]
    facts = f"{sender['UserId']} {sender['Attributes']['level']} {sender['Ip']}"
    return {
        "ReviewResult": "ALLOW",
        "Content": content.replace("darn", "****"),
        "Attributes": {**event["Attributes"], "reviewed": facts},
    }


def exiting(event: Mapping[str, Any], context: object) -> None:
    """End the process."""
    sys.exit(f"{event} {context}")
