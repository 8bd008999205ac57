"""
Two owners of one tag, found in the program itself: before any call, in the preview of a room that does not exist yet.

Without this each would set its own value at every `up`, for ever.
"""

from __future__ import annotations

import weakref
from collections.abc import Mapping
from typing import Any, Final

import attrs
import pulumi

from pulumi_ivschat.lifecycle.tags import OWNER_TAG


@attrs.frozen(eq=False)
class _Claim:
    """Keys that a resource of this program owns; `targets` is the tagged resource, its ARN, or both."""

    claimant: str
    targets: frozenset[Any]
    keys: frozenset[str]
    exclusive: bool

    def conflict(self, other: _Claim) -> str | None:
        """Say what is wrong with both claims standing, or nothing."""
        if not self.targets & other.targets:
            return None
        both = sorted(self.keys & other.keys)
        if both:
            return f"{self.claimant} and {other.claimant} both own the tag {', '.join(both)} of one resource: keep one"
        for one, rival in ((self, other), (other, self)):
            if one.exclusive and rival.keys:
                return f"{one.claimant} is exclusive, but {rival.claimant} owns tags of the same resource"
        return None


_claims: Final[weakref.WeakKeyDictionary[pulumi.Resource, list[_Claim]]] = weakref.WeakKeyDictionary()
"""The claims by stack: with the Automation API one process runs several programs, and each more than once."""


def claim(claimant: pulumi.Resource, name: str, target: Any, tags: Any, *, exclusive: Any = False) -> None:
    """
    Claim keys of *tags* on *target* (an ARN, or an output that becomes one); a second owner fails the program.

    The claims are settled while the program runs, since an ARN or a map of tags may be an output.
    """
    keys = dict.fromkeys(tags) if isinstance(tags, Mapping) else tags  # of a plain map, known before its values are
    settled: pulumi.Output[_Claim] = pulumi.Output.from_input(
        _settle(f"{type(claimant).__name__} {name}", target, keys, exclusive)
    )
    settled.apply(_enter)


async def _settle(claimant: str, target: Any, keys: Any, exclusive: Any) -> _Claim:
    output = pulumi.Output.from_input(target)
    arn = await output.future()
    sources = await output.resources()
    owned = await pulumi.Output.from_input(keys).future()
    return _Claim(
        claimant=claimant,
        targets=frozenset([*([arn] if arn else []), *(sources if len(sources) == 1 else ())]),
        keys=frozenset(owned if isinstance(owned, Mapping) else ()) - {OWNER_TAG},
        exclusive=bool(await pulumi.Output.from_input(exclusive).future()),
    )


def _enter(found: _Claim) -> None:
    stack = pulumi.runtime.get_root_resource()
    if stack is None:
        return
    earlier = _claims.setdefault(stack, [])
    problems = list(filter(None, map(found.conflict, earlier)))
    earlier.append(found)
    if problems:
        raise pulumi.RunError("\n".join(problems))
