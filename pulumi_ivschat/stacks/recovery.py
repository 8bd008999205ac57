"""
Recovery: what an `up` that was interrupted has made and not recorded.

CreateRoom has no idempotency token. An update that is interrupted between AWS's answer and the state's writing leaves a room that
nobody manages, and a *pending create* in the state. The owner tag that every room gets at its creation shows which create it
was; that is a hint and no proof, see `orphans`. Here the room takes its place in the state; or it is deleted. So do the keys
that the pending create of a tag set has added. They are imported as a set of these keys only, which the next `up` completes,
or removes again. Of a pending update, the state gets the tags that it has added and removed so far. Otherwise a refresh would
treat such a key as another's.

What the state records lives: a leftover never replaces it, and recovery marks nothing for deletion.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Any, Final

import attrs

from pulumi_ivschat.aws.client import ControlPlane
from pulumi_ivschat.dynamic import serialized_provider
from pulumi_ivschat.errors import IvsChatError, SettingsError
from pulumi_ivschat.lifecycle import Inputs, Reading
from pulumi_ivschat.lifecycle.tag_set import TagSetLife
from pulumi_ivschat.model.owner_tag import OWNER_TAG, owner_tag
from pulumi_ivschat.model.properties import PROVIDER_KEY
from pulumi_ivschat.settings import Settings
from pulumi_ivschat.stacks import state
from pulumi_ivschat.stacks.engine import Stack
from pulumi_ivschat.stacks.orphans import Doubt, Leftover, Place, Search
from pulumi_ivschat.stacks.properties_in_state import inputs_in_state, is_native, outputs_in_state, type_of
from pulumi_ivschat.stacks.providers import OWN, Access, Providers, declared_reference
from pulumi_ivschat.stacks.state import Pending
from pulumi_ivschat.stacks.tag_leftovers import TagLeftover, TagUpdate, tag_leftovers, tag_updates

SETTLE_SECONDS: Final = 5.0
"""How long a request that an interrupted update sent may still be on its way."""


@attrs.frozen
class Wreck:
    """
    What an update that was interrupted has left.

    Attributes:
        leftovers: what it made and did not record, latest change first.
        doubts: what has the owner tag of a leftover, without evidence.
        tag_sets: the tag sets whose pending creates have added keys.
        tag_updates: how far pending updates of tags have come.
        pending: this package's operations that were under way.
        pending_elsewhere: URNs of other providers' resources with operations under way.
        exported: the state.
        accesses: how its resources are reached, by the reference to their provider.
    """

    leftovers: Sequence[Leftover]
    doubts: Sequence[Doubt]
    tag_sets: Sequence[TagLeftover]
    tag_updates: Sequence[TagUpdate]
    pending: Sequence[Pending]
    pending_elsewhere: Sequence[str]
    exported: Mapping[str, Any] = attrs.field(repr=False)
    accesses: Mapping[str, Access] = attrs.field(repr=False)

    @property
    def is_clean(self) -> bool:
        """Whether there is nothing to recover."""
        return not self.leftovers and not self.pending

    @property
    def in_doubt(self) -> list[Doubt]:
        """The doubts that only a person can settle: no other stack records them."""
        return [each for each in self.doubts if not each.stack]

    @property
    def proves_nothing(self) -> bool:
        """Whether there is a doubt of what a pending create has made, and evidence of nothing else."""
        proven = self.leftovers or self.tag_sets or self.changed()
        return not proven and any(each.pending and each.pending.urn not in self._live for each in self.in_doubt)

    @property
    def is_whole(self) -> bool:
        """Whether the pending creates have made all that they were to make, and the updates have changed all tags."""
        made = all(self._has_made(each) for each in self.pending if each.is_create)
        return made and all(each.state["tags"] == each.pending.inputs["tags"] for each in self.tag_updates)

    def _has_made(self, create: Pending) -> bool:
        if create.urn in self._live:
            return self._is_repeated(create) or not create.creates_resource
        made = self.made().get(create.urn)
        return made is not None and made.is_whole

    def _is_repeated(self, create: Pending) -> bool:
        """Return whether it has made a leftover, in whose place the state has another resource by now."""
        live = self._live.get(create.urn) if create.creates_resource else None
        return live is not None and any(each.instead == live.id for each in self.leftovers)

    def changed(self) -> dict[str, TagUpdate]:
        """Return the updates that have changed tags, by URN."""
        return {each.pending.urn: each for each in self.tag_updates if each.keys}

    def made(self) -> dict[str, Leftover | TagLeftover]:
        """Return what takes the place of a pending create, by its URN."""
        tag_sets = {each.pending.urn: each for each in self.tag_sets if each.pending.urn not in self._live}
        return {**tag_sets, **{each.pending.urn: each for each in self.leftovers if each.pending}}

    def without_create(self) -> list[Leftover]:
        """Return the other leftovers: of a create that was repeated since, of an older crash, or of a repeated request."""
        return [each for each in self.leftovers if not each.pending]

    def settled(self) -> set[str]:
        """Return the URNs of operations of which something is known to have come."""
        repeated = {each.urn for each in self.pending if each.is_create and self._is_repeated(each)}
        return {*self.made(), *self.changed(), *repeated, *(each.pending.urn for each in self.tag_sets_left())}

    def tag_sets_left(self) -> list[TagLeftover]:
        """Return the keys of tag sets whose URN the state has on another resource by now."""
        return [each for each in self.tag_sets if each.pending.urn in self._live]

    @property
    def _live(self) -> Mapping[str, state.Live]:
        return state.live(self.exported)


@attrs.frozen
class Recovery:
    """
    The recovery of one stack.

    `look` returns what there is to recover and changes nothing. `import_leftovers`, `delete` and `settle` act on a `Wreck`. They
    raise LockedError, before they change anything, if an update holds the stack, or one that was interrupted still does;
    and SettingsError if the state has changed since the look, or if another provider would lose something by it.
    """

    stack: Stack
    control_plane: ControlPlane
    settings: Settings

    def look(self, wait: Callable[[float], None], *, regions: Iterable[str] = (), named: Sequence[str] = ()) -> Wreck:
        """
        Return what an update that was interrupted has left, in *regions* and those that the stack uses.

        It looks with the settings of the stack and with those of each explicit Provider resource in the state. It raises an
        IvsChatError if one of these cannot be asked, since an operation of which nobody asked must not be forgotten.

        *named* are ARNs of which a person says that this stack lost them. It calls *wait* once if what is pending has not come
        to everything so far, since its request may be on its way. A region that only the program names, and where no create
        has come to an end, is not one that the stack can be seen to use. Raises SettingsError if a stack records a named ARN.
        """
        exported = self.stack.deployment()
        accesses = Providers(exported).accesses(self.settings, self.control_plane)
        search = Search(self.stack, accesses, exported, named)
        places = _places(exported, accesses, [*regions])
        wreck = self._seen(search, places)
        if not wreck.is_whole:
            wait(SETTLE_SECONDS)
            wreck = self._seen(search, places)
        return _of_named(wreck, named) if named else wreck

    def _seen(self, search: Search, places: Sequence[Place]) -> Wreck:
        exported, accesses = search.exported, search.accesses
        orphans, pending = search.find(places), state.pending(exported)
        tag_sets: list[TagLeftover] = []
        updates: list[TagUpdate] = []
        for reference, access in accesses.items():
            own, life = [each for each in pending if each.provider == reference], _tag_life(access)
            tag_sets += tag_leftovers(exported, own, life)
            updates += tag_updates(exported, own, life)
        return Wreck(
            leftovers=orphans.leftovers,
            doubts=orphans.doubts,
            tag_sets=tag_sets,
            tag_updates=updates,
            pending=pending,
            pending_elsewhere=state.pending_elsewhere(exported),
            exported=exported,
            accesses=accesses,
        )

    def import_leftovers(self, wreck: Wreck) -> list[Leftover]:
        """
        Take what was made into the state and forget what was under way; return the leftovers that found no place.

        What a pending create made takes that create's place, as the program declared it, unless the state records a resource
        there by now. A resource of which no pending create remains is matched with one that the program declares and the state
        does not have, if that has its name.
        """
        self._settle(wreck, {urn: _outputs(each) for urn, each in wreck.made().items()})
        others = [each for each in wreck.without_create() if not each.instead]
        taken = self._imported(wreck, others) if others else set()
        return [each for each in wreck.without_create() if each.found.arn not in taken]

    def delete(self, wreck: Wreck) -> None:
        """
        Forget what was under way and delete what was made.

        Of a tag set, the keys are removed whose value is still its own.
        """
        self.settle(wreck)
        for tag_set in wreck.tag_sets:
            _tag_life(wreck.accesses[tag_set.pending.provider]).delete(tag_set.arn, tag_set.state)
        left = [*wreck.leftovers]
        try:
            while left:
                found = left[0].found
                left[0].access.lifecycle(found.type).delete(found.arn, {})
                del left[0]
        except IvsChatError as error:
            # The pending creates are forgotten, and with them the evidence.
            arns = " ".join(each.found.arn for each in left)
            remedy = f"{error.remedy}\nThen delete the rest: `pulumi-ivschat recover --delete {arns}`"
            raise error.evolved(remedy=remedy) from None

    def settle(self, wreck: Wreck) -> None:
        """
        Write the state with the tags that updates have changed, and with nothing under way.

        It is written even if nothing is to be changed, which is how a lock is found.
        """
        self._settle(wreck, {})

    def _settle(self, wreck: Wreck, made: Mapping[str, Mapping[str, Any]]) -> None:
        """Write the state, with the outputs *made*, by URN: the engine takes no state with operations under way."""
        if wreck.pending_elsewhere:
            msg = f"operations of other providers are under way, and would be forgotten: {', '.join(wreck.pending_elsewhere)}"
            remedy = (
                "`pulumi refresh` asks what became of each: settle those, skip those of ivschat, then recover again."
            )
            raise SettingsError(msg, remedy=remedy)
        if not state.is_same(self.stack.deployment(), wreck.exported):
            msg = "the stack's state has changed meanwhile, so another update runs, or ran"
            raise SettingsError(msg, remedy="Run `pulumi-ivschat recover` again when it is over.")
        changed = {urn: each.state for urn, each in wreck.changed().items()}
        self.stack.put_deployment(state.settled(wreck.exported, made, changed))

    def _imported(self, wreck: Wreck, leftovers: Sequence[Leftover]) -> set[str]:
        """Import those for which the program has a place; return their ARNs."""
        entries = self._entries(wreck, leftovers)
        if entries["resources"]:
            hides = self.stack.default_tags_are_secret()
            self.stack.import_resources(state.hiding_tags(entries, default_tags_are_secret=hides))
        return {entry["id"] for entry in entries["resources"] if "id" in entry}

    def _entries(self, wreck: Wreck, leftovers: Sequence[Leftover]) -> dict[str, Any]:
        """Return the part of an import file that the leftovers fill, with the components above them."""
        wanted = self.stack.wanted()
        by_mark = {mark: each for each in reversed(leftovers) for mark in _marks(each)}
        filled, components = [], []
        for entry in wanted.get("resources") or []:
            mark = owner_tag(self.stack.project, self.stack.name, entry["name"])
            reference = declared_reference(entry, wanted, wreck.accesses)
            account = wreck.accesses[reference].account if reference is not None else None
            if entry.get("component"):
                components.append(entry)
            elif leftover := by_mark.get((type_of(entry), mark, account)):
                by_mark = {key: each for key, each in by_mark.items() if each is not leftover}
                filled.append(self._filled(entry, leftover))
        return {**wanted, "resources": [*_above(filled, components), *filled]}

    def _filled(self, entry: Mapping[str, Any], leftover: Leftover) -> dict[str, Any]:
        # It owns no tag yet: the next `up` puts its own on, and removes none that somebody else may have put there since.
        found = leftover.found
        reading = _read(leftover, {"tags": {}, "owner_tag": found.tags[OWNER_TAG]})
        if is_native(entry):
            outputs = outputs_in_state(entry, reading.state, ())
            return {**entry, "id": found.arn, "inputs": inputs_in_state(entry, reading.inputs, ()), "outputs": outputs}
        provider = {PROVIDER_KEY: serialized_provider(found.type)}
        bags = {"inputs": {**provider, **reading.inputs}, "outputs": {**provider, **reading.state}}
        return {**entry, "id": found.arn, **bags}


def _places(exported: Mapping[str, Any], accesses: Mapping[str, Access], regions: Sequence[str]) -> list[Place]:
    """Return where to look: the regions of each provider, of its resources and pending operations, and *regions*; each once."""
    places: dict[tuple[Hashable, str], Place] = {}
    for reference, access in accesses.items():
        if reference == OWN and not Providers(exported).uses_own():
            continue
        for region in (access.region(), *state.regions(exported, reference), *regions):
            if region:
                places.setdefault((access.account, region), (access, region))
    return [*places.values()]


def _outputs(leftover: Leftover | TagLeftover) -> Mapping[str, Any]:
    """Return the outputs of what was made, as its create would have left them."""
    if isinstance(leftover, TagLeftover):
        return leftover.state
    return _read(leftover, leftover.pending.inputs if leftover.pending else {}).state


def _read(leftover: Leftover, known: Inputs) -> Reading:
    """Return inputs and state of what was listed a moment ago."""
    found = leftover.found
    reading = leftover.access.lifecycle(found.type).read(found.arn, {**known, "arn": found.arn})
    if reading is None:
        msg = f"{found.arn} is gone meanwhile"
        raise SettingsError(msg, remedy="Run `pulumi-ivschat recover` again.")
    return reading


def _tag_life(access: Access) -> TagSetLife:
    return TagSetLife(access.settings, access.control_plane)


def _marks(leftover: Leftover) -> list[tuple[str, str | None, Hashable]]:
    """Return what a place in the program has in common with a leftover: type, owner tag and account."""
    found = leftover.found
    return [(found.type, found.tags.get(OWNER_TAG), access.account) for access in leftover.accesses]


def _of_named(wreck: Wreck, named: Sequence[str]) -> Wreck:
    """Return the wreck with named leftovers only; raise SettingsError if that would lose the evidence for others."""
    others = [each.found.arn for each in wreck.leftovers if each.found.arn not in named]
    if wreck.pending and (others or wreck.tag_sets or wreck.changed()):
        msg = "there is more to recover than what you name"
        raise SettingsError(msg, remedy="Run `pulumi-ivschat recover` without ARNs first.")
    return attrs.evolve(wreck, leftovers=[each for each in wreck.leftovers if each.found.arn in named], doubts=[])


def _above(filled: Iterable[Mapping[str, Any]], components: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    by_name = {component["name"]: component for component in components}
    needed: set[str] = set()
    for entry in filled:
        parent = str(entry.get("parent", ""))
        while parent in by_name and parent not in needed:
            needed.add(parent)
            parent = str(by_name[parent].get("parent", ""))
    return [component for component in components if component["name"] in needed]
