"""
The tag keys that the running program declares, by resource: they stay there, even if another owner lets go of them.

A key may change hands: a tag set gets another name, or a key goes to another set, or to the room itself. The engine knows
nothing of keys. It makes what is new before it deletes what is old, and changes the rest meanwhile, so that the former owner
would take the key off the new one, with nothing to show for it but drift.
"""

from __future__ import annotations

import collections
import contextlib
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from pulumi_ivschat import forks


class KeyOwners:
    """
    The keys that the program declares, as far as the engine has come to it; they are known for one operation.

    The engine asks for a difference of everything that the program still has, changed or not, before it deletes the rest: so
    a deletion finds its keys' new owners here, also where an earlier `up` had made these and then was interrupted.
    """

    def __init__(self) -> None:
        self._lock = forks.Lock()
        self._declared: collections.defaultdict[str, set[str]] = collections.defaultdict(set)
        self._turns: collections.defaultdict[str, forks.Lock] = collections.defaultdict(forks.Lock)

    def declare(self, arn: str, keys: Collection[str]) -> None:
        """Take note that the program has *keys* on a resource."""
        with self._lock:
            self._declared[arn].update(keys)

    def without_given_away(self, arn: str, state: Mapping[str, Any], kept: Collection[str] = ()) -> dict[str, Any]:
        """Return the state of one that keeps only the keys *kept*, without those that the program has given to another."""
        with self._lock:
            given_away = self._declared[arn] - set(kept)
        return {**state, "tags": {key: value for key, value in state.get("tags", {}).items() if key not in given_away}}

    @contextlib.contextmanager
    def turn(self, arn: str) -> Iterator[None]:
        """Let nobody else look at the keys of a resource, and change them, meanwhile."""
        with self._lock:
            turn = self._turns[arn]
        with turn:
            yield
