"""Deletes all that runs made, also those that were killed: it is found by tag and name, so nothing has to be remembered."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from verify.marks import is_marked

if TYPE_CHECKING:
    from verify.calls import Calls

_KINDS = {"Room": "rooms", "LoggingConfiguration": "loggingConfigurations"}
"""Rooms first: a logging configuration that a room uses cannot be deleted."""


def clean(calls: Calls, run_id: str = "") -> list[str]:
    """Delete what a run made, or all runs if it is empty; return a word for each resource that was deleted."""
    deleted = []
    for kind, member in _KINDS.items():
        for resource in [each for each in listed(calls, kind, member) if is_marked(each, run_id)]:
            calls.must(f"Delete{kind}", identifier=resource["arn"])
            deleted.append(f"{kind} {resource.get('name') or resource['id']}")
    return deleted


def rooms(calls: Calls, at_most: int) -> int:
    """Return how many rooms the account has in the region; the count ends one above a maximum."""
    count = 0
    for count, _ in enumerate(listed(calls, "Room", "rooms"), start=1):
        if count > at_most:
            break
    return count


def listed(calls: Calls, kind: str, member: str) -> Iterator[dict[str, Any]]:
    """Yield the resources of a kind, page by page."""
    more: dict[str, str] = {}
    while True:
        page = calls.must(f"List{kind}s", **more)
        yield from page[member]
        if not page.get("nextToken"):
            return
        more = {"nextToken": page["nextToken"]}
