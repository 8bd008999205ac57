"""Deletes all that runs made, also those that were killed: it is found by tag and name, so nothing has to be remembered."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from verify.calls import Calls, Unanswered
from verify.marks import is_marked

_KINDS = {"Room": "rooms", "LoggingConfiguration": "loggingConfigurations"}
"""Rooms first: a logging configuration that a room uses cannot be deleted."""
_LATER: Final = {"ResourceNotFoundException", "ConflictException"}
_LOOKS: Final = 5


def clean(calls: Calls, run_id: str = "") -> list[str]:
    """
    Delete what a run made, or all runs if it is empty; return a word for each resource that was deleted.

    It looks again after deleting, since a list may lag behind. Raises Unanswered if something is left.
    """
    deleted: list[str] = []
    for _ in range(_LOOKS):
        found = [(kind, each) for kind in _KINDS for each in _marked(calls, kind, run_id)]
        if not found:
            return deleted
        deleted += [word for kind, each in found if (word := _deleted(calls, kind, each))]
    msg = f"resources of runs are still listed after {_LOOKS} attempts to delete them; run `make verify-clean` later"
    raise Unanswered(msg)


def _marked(calls: Calls, kind: str, run_id: str) -> list[dict[str, Any]]:
    return [each for each in listed(calls, kind, _KINDS[kind]) if is_marked(each, run_id)]


def _deleted(calls: Calls, kind: str, resource: dict[str, Any]) -> str:
    """Delete a resource, and return a word for it; "" if it is gone already, or cannot be deleted yet."""
    seen = calls.call(f"Delete{kind}", identifier=resource["arn"])
    if seen.code not in {"", *_LATER}:
        msg = f"{resource['arn']} was not deleted: {seen.outcome}"
        raise Unanswered(msg)
    return "" if seen.code else f"{kind} {resource.get('name') or resource['id']}"


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
