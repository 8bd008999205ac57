"""A resource as the store keeps it: its members, and the answers that were written of them."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

_REMEMBERED: Final = 2000
"""Texts whose resources are remembered: 40 pages of ListRooms, and some 5 MB."""


class Resource(Mapping[str, Any]):
    """
    The members of a resource, as AWS answers them.

    It never changes: a changed resource has another text in the store, and so is another object. That is why *answers*,
    the JSON of it by the name of the shape that was answered, stays right.
    """

    __slots__ = ("_members", "answers")

    def __init__(self, members: Mapping[str, Any]) -> None:
        self._members = members
        self.answers: dict[str, str] = {}

    def __getitem__(self, member: str) -> Any:
        return self._members[member]

    def __iter__(self) -> Iterator[str]:
        return iter(self._members)

    def __len__(self) -> int:
        return len(self._members)


@functools.lru_cache(maxsize=_REMEMBERED)
def resource(text: str) -> Resource:
    """Return the resource that a JSON text describes, the same object for the same text; raise ValueError or TypeError."""
    return Resource(json.loads(text))
