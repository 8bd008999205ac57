"""Which other stacks of the same backend record a resource: an owner tag may name the wrong one after a rename."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from pulumi_ivschat.errors import SettingsError
from pulumi_ivschat.stacks.engine import Stack

MAX_STACKS: Final = 200
_AT_ONCE: Final = 4
_SECONDS: Final = 60.0
"""How long to go on reading stacks."""


def recorded_elsewhere(stack: Stack, arns: Collection[str], *, besides: str = "") -> dict[str, str]:
    """
    Return those of *arns* that another stack of the backend records, with that stack (`project/stack`), *besides* one.

    It reads up to MAX_STACKS stacks within a minute, those of the same project first, until it has found all of *arns*. A
    stack that cannot be read is skipped, so a missing ARN does not prove that no stack records it.
    """
    if not arns:
        return {}
    try:
        others = [other for other in stack.others() if f"{other.project}/{other.name}" != besides][:MAX_STACKS]
    except SettingsError:
        return {}
    found: dict[str, str] = {}
    end = time.monotonic() + _SECONDS
    while others and time.monotonic() < end and len(found) < len({*arns}):
        some, others = others[:_AT_ONCE], others[_AT_ONCE:]
        for other, ids in _ids(some):
            found.update(dict.fromkeys(ids.intersection(arns), f"{other.project}/{other.name}"))
    return found


def _ids(stacks: list[Stack]) -> Iterable[tuple[Stack, set[str]]]:
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return [*zip(stacks, pool.map(_readable_ids, stacks), strict=True)]


def _readable_ids(stack: Stack) -> set[str]:
    try:
        return stack.ids()
    except (SettingsError, ValueError):
        return set()
