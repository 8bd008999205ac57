"""
Recovery: what an `up` that died has made and not recorded.

CreateRoom has no idempotency token, and an update that dies between AWS's answer and the state's writing leaves a room that
nobody manages, and a *pending create* in the state. The owner tag that every room gets at its creation says which create it
was. Here the room takes its place in the state; or it is deleted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

import attrs

from pulumi_ivschat.client import ControlPlane
from pulumi_ivschat.dynamic import lifecycle_for, serialized_provider
from pulumi_ivschat.lifecycle.tags import OWNER_TAG, region_of
from pulumi_ivschat.settings import Settings
from pulumi_ivschat.stacks import account, state
from pulumi_ivschat.stacks.account import Found
from pulumi_ivschat.stacks.engine import Stack
from pulumi_ivschat.stacks.state import PROVIDER_KEY, TYPE_PREFIX, Pending

_CREATING: Final = "creating"

SETTLE_SECONDS: Final = 5.0
"""How long a request that a dying update sent may still be on its way."""


@attrs.frozen
class Leftover:
    """Something that this stack made and its state does not know; *pending* is the create that made it, if that is known."""

    found: Found
    pending: Pending | None


@attrs.frozen
class Wreck:
    """
    What an update that died has left.

    Attributes:
        leftovers: what it made and did not record; two of one create are the work of a repeated request.
        pending: this package's operations that were under way.
        other_pending: URNs of other providers' resources with operations under way; they stay as they are.
    """

    leftovers: Sequence[Leftover]
    pending: Sequence[Pending]
    other_pending: Sequence[str]
    exported: Mapping[str, Any] = attrs.field(repr=False)

    @property
    def is_clean(self) -> bool:
        """Whether there is nothing to recover."""
        return not self.leftovers and not self.pending

    def adoptable(self) -> dict[str, Leftover]:
        """Give the leftover that takes the place of each pending create, by URN: the newest."""
        return {each.pending.urn: each for each in reversed(self.leftovers) if each.pending}

    def others(self) -> list[Leftover]:
        """Give the leftovers that take no pending create's place."""
        taken = [each.found.arn for each in self.adoptable().values()]
        return [each for each in self.leftovers if each.found.arn not in taken]


def look(stack: Stack, control_plane: ControlPlane, settings: Settings, wait: Callable[[float], None]) -> Wreck:
    """
    Say what an update that died has left, in the regions that the stack uses; nothing is changed.

    *wait* is called once where a pending create has made nothing so far, since its request may be on its way.
    """
    exported = stack.deployment()
    pending = state.pending(exported)
    regions = _regions(exported, pending, settings)
    leftovers = _leftovers(stack, control_plane, exported, pending, regions)
    if {each.pending.urn for each in leftovers if each.pending} < {each.urn for each in _creates(pending)}:
        wait(SETTLE_SECONDS)
        leftovers = _leftovers(stack, control_plane, exported, pending, regions)
    return Wreck(leftovers, pending, _others(exported, pending), exported)


def _creates(pending: Iterable[Pending]) -> list[Pending]:
    return [each for each in pending if each.operation == _CREATING and each.type != "TagSet"]


def _regions(exported: Mapping[str, Any], pending: Iterable[Pending], settings: Settings) -> list[str]:
    named = [each.inputs.get("region") for each in pending]
    known = [region_of(arn) for arn in sorted(state.arns(exported))]
    return [region for region in dict.fromkeys([settings.resolved_region(), *named, *known]) if region]


def _leftovers(
    stack: Stack,
    control_plane: ControlPlane,
    exported: Mapping[str, Any],
    pending: Sequence[Pending],
    regions: Iterable[str],
) -> list[Leftover]:
    known = state.arns(exported)
    creates = {(each.type, each.inputs.get("owner_tag"), each.inputs.get("region")): each for each in _creates(pending)}
    return [
        Leftover(found, creates.get((found.type, found.tags[OWNER_TAG], region)))
        for region in regions
        for found in account.held(control_plane, region)
        if found.owner and (found.owner.project, found.owner.stack) == (stack.project, stack.name)
        if found.arn not in known
    ]


def _others(exported: Mapping[str, Any], pending: Iterable[Pending]) -> list[str]:
    ours = {each.urn for each in pending}
    operations = exported["deployment"].get("pending_operations") or []
    return [urn for operation in operations if (urn := operation["resource"]["urn"]) not in ours]


def adopt(wreck: Wreck, stack: Stack, control_plane: ControlPlane, settings: Settings) -> list[Leftover]:
    """
    Take what was made into the state and forget what was under way; give the leftovers that found no place.

    What a pending create made takes that create's place, as the program declared it. What no create tells of takes the
    place of what the program declares and the state does not have, if that has its name.
    """
    made = {urn: _outputs(each, control_plane, settings) for urn, each in wreck.adoptable().items()}
    if wreck.pending:
        stack.put_deployment(state.settled(wreck.exported, made))
    others = wreck.others()
    if not others:
        return []
    entries = _entries(others, stack.wanted(), control_plane, settings)
    if entries["resources"]:
        stack.import_resources(entries)
    taken = {entry.get("id") for entry in entries["resources"]}
    return [each for each in others if each.found.arn not in taken]


def _outputs(leftover: Leftover, control_plane: ControlPlane, settings: Settings) -> dict[str, Any]:
    """Give the state of a leftover, as its create would have left it."""
    inputs = leftover.pending.inputs if leftover.pending else {}
    arn = leftover.found.arn
    reading = lifecycle_for(leftover.found.type, settings, control_plane).read(arn, {**inputs, "arn": arn})
    assert reading is not None, arn  # noqa: S101  it was listed a moment ago
    return reading.state


def _entries(
    leftovers: Sequence[Leftover], wanted: Mapping[str, Any], control_plane: ControlPlane, settings: Settings
) -> dict[str, Any]:
    """Give the part of an import file that the leftovers fill, with the components above them."""
    by_place = {(each.found.type, each.found.owner.resource_name): each for each in leftovers if each.found.owner}
    filled, components = [], []
    for entry in wanted.get("resources") or []:
        leftover = by_place.pop((entry["type"].removeprefix(TYPE_PREFIX), entry["name"]), None)
        if entry.get("component"):
            components.append(entry)
        elif leftover:
            filled.append(_filled(entry, leftover, control_plane, settings))
    return {**wanted, "resources": [*_above(filled, components), *filled]}


def _above(filled: Iterable[Mapping[str, Any]], components: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    by_name = {component["name"]: component for component in components}
    needed: set[str] = set()
    for entry in filled:
        parent = str(entry.get("parent", ""))
        while parent in by_name and parent not in needed:
            needed.add(parent)
            parent = str(by_name[parent].get("parent", ""))
    return [component for component in components if component["name"] in needed]


def _filled(
    entry: Mapping[str, Any], leftover: Leftover, control_plane: ControlPlane, settings: Settings
) -> dict[str, Any]:
    found = leftover.found
    reading = lifecycle_for(found.type, settings, control_plane).read(found.arn, {})
    assert reading is not None  # noqa: S101  a lookup that finds nothing raises
    provider = {PROVIDER_KEY: serialized_provider(found.type)}
    bags = {"inputs": {**provider, **reading.inputs}, "outputs": {**provider, **reading.state}}
    return {**entry, "id": found.arn, **bags}


def delete(wreck: Wreck, stack: Stack, control_plane: ControlPlane, settings: Settings) -> None:
    """Delete what was made and forget what was under way."""
    for leftover in wreck.leftovers:
        lifecycle_for(leftover.found.type, settings, control_plane).delete(leftover.found.arn, {})
    if wreck.pending:
        stack.put_deployment(state.settled(wreck.exported, {}))
