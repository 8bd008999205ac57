"""Deletes all that runs made, also those that were killed: it is found by tag and name, so nothing has to be remembered."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from verify.calls import Calls, Seen, Unanswered
from verify.marks import is_marked

_KINDS = {"Room": "rooms", "LoggingConfiguration": "loggingConfigurations"}
"""Rooms first: a logging configuration that a room uses cannot be deleted."""
_LATER: Final = {"ResourceNotFoundException", "ConflictException"}
_SECONDS: Final = 60.0
"""How long AWS may take to delete a logging configuration, or to drop what is gone from a list."""
_PAUSE: Final = 2.0

_Found = tuple[str, dict[str, Any]]


def clean(calls: Calls, run_id: str = "") -> list[str]:
    """
    Delete what a run made, or all runs if it is empty; return a word for each resource that was deleted.

    It looks again after deleting, for a minute: a list may lag behind, and AWS takes its time. Raises Unanswered if something
    is left.
    """
    deleted: list[str] = []
    end = calls.pace.clock() + _SECONDS
    while found := [(kind, each) for kind in _KINDS for each in _marked(calls, kind, run_id)]:
        seen = [calls.call(f"Delete{kind}", identifier=each["arn"]) for kind, each in found]
        _raise_refusals(found, seen)
        done = [_word(*each) for each, answer in zip(found, seen, strict=True) if not answer.code]
        if calls.pace.clock() > end:
            msg = (
                f"{len(found)} resources of runs are still listed after {_SECONDS:.0f} s; run `make verify-clean` later"
            )
            raise Unanswered(msg)
        if not done:
            calls.pace.sleep(_PAUSE)
        deleted += done
    return deleted


def _marked(calls: Calls, kind: str, run_id: str) -> list[dict[str, Any]]:
    return [each for each in listed(calls, kind, _KINDS[kind]) if is_marked(each, run_id)]


def _raise_refusals(found: list[_Found], seen: list[Seen]) -> None:
    """Raise Unanswered for resources that cannot be deleted later either; all the others have had their turn."""
    refused = [
        f"{each['arn']} was not deleted: {answer.outcome}"
        for (_, each), answer in zip(found, seen, strict=True)
        if answer.code not in {"", *_LATER}
    ]
    if refused:
        raise Unanswered("; ".join(refused))


def _word(kind: str, resource: dict[str, Any]) -> str:
    return f"{kind} {resource.get('name') or resource['id']}"


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
