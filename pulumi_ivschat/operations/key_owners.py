"""
The tag keys that the running program declares, by resource: they stay there, even if another owner releases them.

A key may change hands: a tag set gets another name, or a key goes to another set, or to the room itself. The engine knows
nothing of keys. It creates new resources before it deletes old ones, and updates the rest meanwhile. So the former owner would
remove the key of the new one, and only a later refresh would show that as drift.

A stack with several providers has a process for each of them. They share what they know: see `engine_folder`.
"""

from __future__ import annotations

import collections
import contextlib
import zlib
from collections.abc import Collection, Iterator, Mapping
from typing import Any

import attrs

from pulumi_ivschat import forks
from pulumi_ivschat.model.urns import Urn
from pulumi_ivschat.operations.engine_folder import EngineFolder


@attrs.frozen
class Declaration:
    """
    The keys that an owner has on a resource.

    Attributes:
        owner: what people call the owner, such as `Room lobby`.
        targets: what identifies the resource: its ARN, or in a program the resource itself.
        keys: the keys.
        exclusive: whether the owner wants no other keys there.
    """

    owner: str
    targets: frozenset[Any]
    keys: frozenset[str]
    exclusive: bool = False

    def conflict(self, other: Declaration) -> str | None:
        """Return why a program cannot have both declarations, None if it can."""
        if not self.targets & other.targets:
            return None
        both = sorted(self.keys & other.keys)
        if both:
            return f"{self.owner} and {other.owner} both own the tag {', '.join(both)} of one resource: keep one"
        for one, rival in ((self, other), (other, self)):
            if one.exclusive and rival.keys:
                return f"{one.owner} is exclusive, but {rival.owner} owns tags of the same resource"
        return None


class KeyOwners:
    """
    The keys that the program declares, as far as the engine has come to it; they are known for one operation.

    The engine asks for a difference of everything that the program still has, changed or not, before it deletes the rest: so
    a deletion finds its keys' new owners here, also where an earlier `up` had made these and then was interrupted. A refresh asks
    for differences too, with the inputs of the state: what the program has is what was checked before.

    Args:
        folder: the folder of the processes that take part in the operation; None: this process takes part alone.
    """

    def __init__(self, folder: EngineFolder | None = None) -> None:
        self._lock = forks.Lock()
        self._declared: collections.defaultdict[str, dict[str, Declaration]] = collections.defaultdict(dict)
        self._turns: collections.defaultdict[str, forks.Lock] = collections.defaultdict(forks.Lock)
        self._folder = folder
        self._checked: set[Any] = set()

    def checked(self, inputs: Any) -> None:
        """Take note that the program has *inputs*, in a form of which two are equal if they are the same resource's keys."""
        with self._lock:
            self._checked.add(inputs)

    def is_checked(self, inputs: Any) -> bool:
        """Return whether the program has *inputs*."""
        return inputs in self._checked

    def declare(
        self, arn: str, keys: Collection[str], owner: Urn | None = None, *, exclusive: bool = False
    ) -> str | None:
        """
        Take note that the program has *keys* on a resource.

        Return why it cannot have them, None if it can, or if nobody says who the *owner* is.
        """
        urn = str(owner or "")
        with self._lock:
            self._hear()
            self._take(arn, urn, keys, exclusive=exclusive)
            if self._folder:
                # First it is written for all: of two that conflict, one sees the other.
                self._folder.share([arn, urn, sorted(keys), exclusive])
                self._hear()
            own = self._declared[arn][urn]
            others = [each for other, each in self._declared[arn].items() if urn and other not in {urn, ""}]
            return next(filter(None, map(own.conflict, others)), None)

    def without_given_away(self, arn: str, state: Mapping[str, Any], kept: Collection[str] = ()) -> dict[str, Any]:
        """Return the state of one that keeps only the keys *kept*, without those that the program has given to another."""
        with self._lock:
            self._hear()
            given_away = {key for each in self._declared[arn].values() for key in each.keys} - set(kept)
        tags = {key: value for key, value in state.get("tags", {}).items() if key not in given_away}
        return {**state, "tags": tags} if "tags" in state else {**state}

    @contextlib.contextmanager
    def turn(self, arn: str) -> Iterator[None]:
        """Let nobody else look at the keys of a resource, and change them, meanwhile."""
        with self._lock:
            turn = self._turns[arn]
        with turn, self._turn_of_process(arn):
            yield

    def _turn_of_process(self, arn: str) -> contextlib.AbstractContextManager[None]:
        return self._folder.turn(f"{zlib.crc32(arn.encode()):08x}") if self._folder else contextlib.nullcontext()

    def _hear(self) -> None:
        """Learn what all processes have declared since this one last asked."""
        for arn, urn, keys, exclusive in self._folder.hear() if self._folder else ():
            self._take(arn, urn, keys, exclusive=exclusive)

    def _take(self, arn: str, urn: str, keys: Collection[str], *, exclusive: bool) -> None:
        former = self._declared[arn].get(urn)
        label = Urn.parse(urn).label if urn else ""
        known = former.keys if former else frozenset()
        self._declared[arn][urn] = Declaration(label, frozenset([arn]), known.union(keys), exclusive)
