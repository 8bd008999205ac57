"""
Two owners of one tag, found in the program itself: before any call, in the preview of a room that does not exist yet.

Without this each would set its own value at every `up`, for ever.
"""

from __future__ import annotations

import asyncio
import functools
import weakref
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

import attrs
import pulumi

from pulumi_ivschat.model.owner_tag import OWNER_TAG
from pulumi_ivschat.operations.key_owners import Declaration


@attrs.frozen
class _Register:
    """The claims of one run of a program: the settled ones by the resource they are on, and the ones that wait."""

    settled: dict[Any, list[Declaration]] = attrs.field(factory=dict)
    waiting: list[Callable[[], Awaitable[Declaration]]] = attrs.field(factory=list)

    async def settle(self) -> None:
        """Settle all that wait, in the order in which that becomes possible."""
        entering = [self._enter(settle) for settle in self.waiting]
        self.waiting.clear()
        await asyncio.gather(*entering)

    async def _enter(self, settle: Callable[[], Awaitable[Declaration]]) -> None:
        found = await settle()
        earlier = dict.fromkeys(claim for target in found.targets for claim in self.settled.get(target, ()))
        problems = list(filter(None, map(found.conflict, earlier)))
        for target in found.targets:
            self.settled.setdefault(target, []).append(found)
        if problems:
            raise pulumi.RunError("\n".join(problems))


_registers: Final[weakref.WeakKeyDictionary[pulumi.Resource, _Register]] = weakref.WeakKeyDictionary()
"""The claims by stack: with the Automation API one process runs several programs, and each more than once."""


def claim(claimant: pulumi.Resource, name: str, target: Any, tags: Any, *, exclusive: Any = False) -> None:
    """
    Claim keys of *tags* on *target* (an ARN, or an output that becomes one); a second owner fails the program.

    The claims are settled while the program runs, since an ARN or a map of tags may be an output. Those of one go share an
    output: what the SDK takes to wait for outputs grows with their square.
    """
    stack = pulumi.runtime.get_root_resource()
    if stack is None or not (tags or exclusive):
        return
    keys = dict.fromkeys(tags) if isinstance(tags, Mapping) else tags  # of a plain map, known before its values are
    register = _registers.setdefault(stack, _Register())
    register.waiting.append(functools.partial(_settle, f"{type(claimant).__name__} {name}", target, keys, exclusive))
    if len(register.waiting) == 1:
        _: pulumi.Output[None] = pulumi.Output.from_input(register.settle())


async def _settle(claimant: str, target: Any, keys: Any, exclusive: Any) -> Declaration:
    output = target if isinstance(target, pulumi.Output) else pulumi.Output.from_input(target)
    arn = await output.future()
    sources = await output.resources()
    owned = await pulumi.Output.from_input(keys).future()
    return Declaration(
        owner=claimant,
        targets=frozenset([*([arn] if arn else []), *(sources if len(sources) == 1 else ())]),
        keys=frozenset(owned if isinstance(owned, Mapping) else ()) - {OWNER_TAG},
        exclusive=bool(await pulumi.Output.from_input(exclusive).future()),
    )
