"""
Recovery: what an `up` that died has made and not recorded.

CreateRoom has no idempotency token, and an update that dies between AWS's answer and the state's writing leaves a room that
nobody manages, and a *pending create* in the state. The owner tag that every room gets at its creation says which create it
was. Here the room takes its place in the state; or it is deleted. So do the keys that the pending create of a tag set has put
on: they are taken in as a set of these keys only, which the next `up` completes, or takes off again. Of a pending update, the
state gets the tags that it has put on and taken off so far, since a refresh takes a key that it does not know for another's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import attrs

from pulumi_ivschat.client import Readable
from pulumi_ivschat.dynamic import serialized_provider
from pulumi_ivschat.errors import SettingsError
from pulumi_ivschat.lifecycle import lifecycle_for
from pulumi_ivschat.lifecycle.tag_ownership import TagOwnership
from pulumi_ivschat.lifecycle.tags import OWNER_TAG, owner_tag, region_of
from pulumi_ivschat.properties import PROVIDER_KEY
from pulumi_ivschat.settings import Settings
from pulumi_ivschat.stacks import account, state
from pulumi_ivschat.stacks.account import Found
from pulumi_ivschat.stacks.engine import Stack
from pulumi_ivschat.stacks.state import TYPE_PREFIX, Pending

SETTLE_SECONDS: Final = 5.0
"""How long a request that a dying update sent may still be on its way."""


@attrs.frozen
class Leftover:
    """Something that this stack made and its state does not know; *pending* is the create whose place it takes, if any."""

    found: Found
    pending: Pending | None


@attrs.frozen
class TagLeftover:
    """
    What the pending create of a tag set has come to: the *state* of a set of the keys that are there.

    A key that was there before with the same value cannot be told apart, and is one of them: see `TagOwnership.begun`.
    """

    pending: Pending
    state: Mapping[str, Any] = attrs.field(repr=False)

    @property
    def arn(self) -> str:
        """The ARN of what it tags."""
        return str(self.state["resource_arn"])


@attrs.frozen
class TagUpdate:
    """How far the pending update of a resource's tags has come: its outputs in the state, and what they are to be."""

    pending: Pending
    arn: str
    before: Mapping[str, Any] = attrs.field(repr=False)
    state: Mapping[str, Any] = attrs.field(repr=False)

    @property
    def keys(self) -> list[str]:
        """The keys of which the state does not know what has become."""
        before, now = self.before["tags"], self.state["tags"]
        return sorted(key for key in before.keys() | now.keys() if before.get(key) != now.get(key))


@attrs.frozen
class Wreck:
    """
    What an update that died has left.

    Attributes:
        leftovers: what it made and did not record, latest change first.
        tag_sets: what the pending creates of tag sets have come to, where that is anything.
        tag_updates: how far pending updates of tags have come.
        pending: this package's operations that were under way.
        pending_elsewhere: URNs of other providers' resources with operations under way.
        exported: the state.
    """

    leftovers: Sequence[Leftover]
    tag_sets: Sequence[TagLeftover]
    tag_updates: Sequence[TagUpdate]
    pending: Sequence[Pending]
    pending_elsewhere: Sequence[str]
    exported: Mapping[str, Any] = attrs.field(repr=False)

    @property
    def is_clean(self) -> bool:
        """Whether there is nothing to recover."""
        return not self.leftovers and not self.pending

    @property
    def is_whole(self) -> bool:
        """Whether the pending creates have made all that they were to make, and the updates have changed all tags."""
        tags = {each.pending.urn: each.state["tags"] for each in self.tag_sets}
        made = all(
            tags.get(each.urn, {}) == each.inputs["tags"] if each.type == "TagSet" else each.urn in self.made()
            for each in self.pending
            if each.is_create
        )
        return made and all(each.state["tags"] == each.pending.inputs["tags"] for each in self.tag_updates)

    def changed(self) -> dict[str, TagUpdate]:
        """Give the updates that have changed tags, by URN."""
        return {each.pending.urn: each for each in self.tag_updates if each.keys}

    def made(self) -> dict[str, Leftover | TagLeftover]:
        """Give what takes the place of a pending create, by its URN."""
        tag_sets = {each.pending.urn: each for each in self.tag_sets}
        return {**tag_sets, **{each.pending.urn: each for each in self.leftovers if each.pending}}

    def without_create(self) -> list[Leftover]:
        """Give the other leftovers: of an older crash, or of a request that was repeated."""
        return [each for each in self.leftovers if not each.pending]


def look(
    stack: Stack,
    control_plane: Readable,
    settings: Settings,
    wait: Callable[[float], None],
    *,
    regions: Iterable[str] = (),
) -> Wreck:
    """
    Say what an update that died has left, in *regions* and those that the stack uses; nothing is changed.

    *wait* is called once where what is pending has not come to everything so far, since its request may be on its way. A region
    that only the program names, and where no create has come to an end, is none that the stack can be seen to use.
    """
    exported = stack.deployment()
    pending = state.pending(exported)
    tagging = [each for each in pending if each.is_create and each.type == "TagSet"]
    making = [each for each in pending if each.is_create and each.type != "TagSet"]
    updating = [each for each in pending if each.is_update]
    places = list(dict.fromkeys([*_regions(exported, pending, settings), *regions]))

    def seen() -> Wreck:
        leftovers = _leftovers(_unrecorded(stack, control_plane, exported, places), making)
        life = TagOwnership(settings, control_plane)
        tag_sets, tag_updates = _tag_leftovers(exported, tagging, life), _tag_updates(exported, updating, life)
        return Wreck(leftovers, [*tag_sets], [*tag_updates], pending, state.pending_elsewhere(exported), exported)

    wreck = seen()
    if wreck.is_whole:
        return wreck
    wait(SETTLE_SECONDS)
    return seen()


def _regions(exported: Mapping[str, Any], pending: Iterable[Pending], settings: Settings) -> list[str]:
    named = [each.inputs.get("region") for each in pending]
    known = [region_of(arn) for arn in sorted(state.arns(exported))]
    return [region for region in dict.fromkeys([settings.resolved_region(), *named, *known]) if region]


def _unrecorded(
    stack: Stack, control_plane: Readable, exported: Mapping[str, Any], regions: Iterable[str]
) -> list[Found]:
    known = state.arns(exported)
    return [
        found
        for region in regions
        for found in account.held(control_plane, region)
        if found.owner and (found.owner.project, found.owner.stack) == (stack.project, stack.name)
        if found.arn not in known
    ]


def _leftovers(unrecorded: Iterable[Found], creates: Sequence[Pending]) -> list[Leftover]:
    """Give each of what is not recorded a create that may have made it, each create to one only: the newest."""
    free = list(creates)
    leftovers = []
    for found in unrecorded:
        about = (found.type, found.tags[OWNER_TAG], region_of(found.arn))
        create = next((each for each in free if (each.type, *_mark(each)) == about), None)
        if create:
            free.remove(create)
        leftovers.append(Leftover(found, create))
    return leftovers


def _tag_leftovers(
    exported: Mapping[str, Any], creates: Iterable[Pending], life: TagOwnership
) -> Iterator[TagLeftover]:
    """Give what has come of the creates of tag sets, without the keys that the state has as some other resource's."""
    recorded = _recorded_keys(exported)
    for create in creates:
        inputs = create.inputs
        tags = {key: value for key, value in inputs["tags"].items() if (inputs["resource_arn"], key) not in recorded}
        if begun := life.begun({**inputs, "tags": tags}):
            yield TagLeftover(create, begun)


def _tag_updates(exported: Mapping[str, Any], updates: Iterable[Pending], life: TagOwnership) -> Iterator[TagUpdate]:
    """Give how far updates of tags have come, without new keys that the state has as some other resource's."""
    recorded = _recorded_keys(exported)
    resources = {each.urn: each for each in state.managed(exported)}
    for update in updates:
        if (resource := resources.get(update.urn)) is None:
            continue
        before, after = resource.outputs["tags"], update.inputs["tags"]
        own = {key: value for key, value in after.items() if key in before or (resource.arn, key) not in recorded}
        if own != before and (now := life.changed(resource.arn, resource.outputs, {"tags": own})):
            yield TagUpdate(update, resource.arn, resource.outputs, now)


def _recorded_keys(exported: Mapping[str, Any]) -> set[tuple[str, str]]:
    return {(each.arn, key) for each in state.managed(exported) for key in each.outputs.get("tags") or ()}


def _mark(create: Pending) -> tuple[Any, Any]:
    return create.inputs.get("owner_tag"), create.inputs.get("region")


def adopt(wreck: Wreck, stack: Stack, control_plane: Readable, settings: Settings) -> list[Leftover]:
    """
    Take what was made into the state and forget what was under way; give the leftovers that found no place.

    What a pending create made takes that create's place, as the program declared it. What no create tells of takes the
    place of what the program declares and the state does not have, if that has its name. Raises LockedError where an
    update holds the stack, or one that died still does.
    """
    made = {
        urn: each.state if isinstance(each, TagLeftover) else _outputs(each, control_plane, settings)
        for urn, each in wreck.made().items()
    }
    settle(wreck, stack, made)
    others = wreck.without_create()
    if not others:
        return []
    entries = _entries(others, stack, control_plane, settings)
    if entries["resources"]:
        hides = stack.default_tags_are_secret()
        stack.import_resources(state.hiding_tags(entries, default_tags_are_secret=hides))
    taken = {entry.get("id") for entry in entries["resources"]}
    return [each for each in others if each.found.arn not in taken]


def delete(wreck: Wreck, stack: Stack, control_plane: Readable, settings: Settings) -> None:
    """
    Forget what was under way and delete what was made; raise LockedError, before that, as `adopt` does.

    Of a tag set, the keys are taken off whose value is still its own.
    """
    settle(wreck, stack, {})
    for tag_set in wreck.tag_sets:
        TagOwnership(settings, control_plane).delete(tag_set.arn, tag_set.state)
    for leftover in wreck.leftovers:
        lifecycle_for(leftover.found.type, settings, control_plane).delete(leftover.found.arn, {})


def settle(wreck: Wreck, stack: Stack, made: Mapping[str, Mapping[str, Any]]) -> None:
    """
    Write the state with the outputs *made*, by URN, the tags that updates have changed, and nothing under way.

    It is written even where nothing is to be changed, which is how a lock is found. Raises LockedError, and
    SettingsError where the state has changed since the look, or where another provider would lose something by it: the
    engine takes no state with operations under way.
    """
    if wreck.pending_elsewhere:
        msg = (
            f"operations of other providers are under way, and would be forgotten: {', '.join(wreck.pending_elsewhere)}"
        )
        remedy = "`pulumi refresh` asks what became of each: settle those, skip those of ivschat, then recover again."
        raise SettingsError(msg, remedy=remedy)
    if not state.is_same(stack.deployment(), wreck.exported):
        msg = "the stack's state has changed meanwhile, so another update runs, or ran"
        raise SettingsError(msg, remedy="Run `pulumi-ivschat recover` again when it is over.")
    changed = {urn: each.state for urn, each in wreck.changed().items()}
    stack.put_deployment(state.settled(wreck.exported, made, changed))


def _outputs(leftover: Leftover, control_plane: Readable, settings: Settings) -> dict[str, Any]:
    """Give the state of a leftover, as its create would have left it."""
    inputs = leftover.pending.inputs if leftover.pending else {}
    return _read(leftover.found, inputs, control_plane, settings)[1]


def _read(
    found: Found, known: Mapping[str, Any], control_plane: Readable, settings: Settings
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Give inputs and state of what was listed a moment ago."""
    reading = lifecycle_for(found.type, settings, control_plane).read(found.arn, {**known, "arn": found.arn})
    if reading is None:
        msg = f"{found.arn} is gone meanwhile"
        raise SettingsError(msg, remedy="Run `pulumi-ivschat recover` again.")
    return reading.inputs, reading.state


def _entries(
    leftovers: Sequence[Leftover], stack: Stack, control_plane: Readable, settings: Settings
) -> dict[str, Any]:
    """Give the part of an import file that the leftovers fill, with the components above them."""
    wanted = stack.wanted()
    by_mark = {(each.found.type, each.found.tags[OWNER_TAG]): each.found for each in reversed(leftovers)}
    filled, components = [], []
    for entry in wanted.get("resources") or []:
        mark = owner_tag(stack.project, stack.name, entry["name"])
        found = by_mark.pop((entry["type"].removeprefix(TYPE_PREFIX), mark), None)
        if entry.get("component"):
            components.append(entry)
        elif found:
            filled.append(_filled(entry, found, control_plane, settings))
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


def _filled(entry: Mapping[str, Any], found: Found, control_plane: Readable, settings: Settings) -> dict[str, Any]:
    # It owns no tag yet: the next `up` puts its own on, and removes none that somebody else may have put there since.
    known = {"tags": {}, "owner_tag": found.tags[OWNER_TAG]}
    inputs, outputs = _read(found, known, control_plane, settings)
    provider = {PROVIDER_KEY: serialized_provider(found.type)}
    return {**entry, "id": found.arn, "inputs": {**provider, **inputs}, "outputs": {**provider, **outputs}}
