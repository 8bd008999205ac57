"""Bugs in what is done with a stack's state: recovery, import, and what they read from it."""

from __future__ import annotations

from typing import Any

import attrs

from tests.soak.mutations.mutation import bug
from tests.soak.mutations.places import (
    ACCOUNT,
    ENGINE_IMPORT,
    ENGINE_RECOVERY,
    ENGINE_STACK,
    IMPORT_ENTRY,
    PROVIDER_KEY,
    RECOVERY,
    SEARCH,
    STATE,
    TESTS_OF_ACCOUNTS,
    TESTS_OF_EVIDENCE,
    TESTS_OF_RECOVERY,
    TESTS_OF_STATES,
    TIMELINE,
    value,
)


@bug("Rooms with the owner tag of another stack count as lost", SEARCH, "_has_owner", tests=TESTS_OF_RECOVERY)
def any_owner(right: Any, self: Any, found: Any) -> Any:
    del right, self
    return found.owner is not None


@bug("Recovery forgets pending creates", STATE, "settled", tests=TESTS_OF_RECOVERY)
def forgotten(right: Any, exported: Any, made: Any, changed: Any) -> Any:
    del made
    return right(exported, {}, changed)


@bug(
    "Recovery does not report the leftovers that it could not import",
    RECOVERY,
    "import_leftovers",
    tests=TESTS_OF_RECOVERY,
)
def silent(right: Any, self: Any, wreck: Any) -> Any:
    right(self, wreck)
    return []


@bug("A recovered resource owns all tags on it", STATE, "settled", tests=TESTS_OF_RECOVERY)
def adopted_with_all_tags(right: Any, exported: Any, made: Any, changed: Any) -> Any:
    greedy = {urn: {**outputs, "tags": outputs.get("tags_all", outputs["tags"])} for urn, outputs in made.items()}
    return right(exported, greedy, changed)


@bug("A leftover replaces a resource that the state records", SEARCH, "find", tests=TESTS_OF_RECOVERY)
def in_place_of_the_living(right: Any, self: Any, places: Any) -> Any:
    orphans = right(self, places)
    state = value(STATE)
    live = state.live(self.exported)
    taken = {live[each.urn].id: each for each in state.pending(self.exported) if each.is_create and each.urn in live}
    orphans.leftovers = [
        attrs.evolve(each, pending=taken[each.instead], instead="") if each.instead in taken else each
        for each in orphans.leftovers
    ]
    return orphans


@bug(
    "A recovered resource has no provider in the state",
    STATE,
    "settled",
    tests=(*TESTS_OF_STATES, *ENGINE_RECOVERY),
)
def no_provider_in_the_state(right: Any, exported: Any, made: Any, changed: Any = None) -> Any:
    written = right(exported, made, changed or {})
    for resource in written["deployment"]["resources"]:
        if resource["urn"] in made:
            resource["outputs"] = {n: o for n, o in resource["outputs"].items() if n != value(PROVIDER_KEY)}
    return written


@bug(
    "Recovery forgets pending operations of other providers",
    STATE,
    "pending_elsewhere",
    tests=(*TESTS_OF_STATES, *ENGINE_RECOVERY),
)
def others_are_forgotten(right: Any, exported: Any) -> Any:
    del right, exported
    return []


@bug(
    "The owner tag alone is evidence that a resource is lost",
    TIMELINE,
    "doubt",
    tests=(*TESTS_OF_EVIDENCE, *ENGINE_RECOVERY),
)
def no_evidence_needed(right: Any, self: Any, created: Any, *, is_pending: Any, recorded: Any = None) -> Any:
    del right, self, created, is_pending, recorded
    return ""


@bug(
    "An imported resource is not protected",
    ENGINE_STACK,
    "import_resources",
    tests=ENGINE_IMPORT,
)
def unprotected(right: Any, self: Any, file: Any) -> Any:
    right(self, file)
    deployment = self.deployment()
    for resource in deployment["deployment"]["resources"]:
        resource.pop("protect", None)
    self.put_deployment(deployment)


@bug("An imported resource has no provider in its outputs", IMPORT_ENTRY, "entry", tests=ENGINE_IMPORT)
def imported_inputs_alone(right: Any, self: Any) -> Any:
    entry = right(self)
    return {**entry, "outputs": {n: o for n, o in entry["outputs"].items() if n != value(PROVIDER_KEY)}}


@bug("A history that is cut off counts as whole", TIMELINE, "doubt", tests=TESTS_OF_EVIDENCE)
def nothing_was_before(right: Any, self: Any, created: Any, *, is_pending: Any, recorded: Any = None) -> Any:
    return right(attrs.evolve(self, is_whole=True), created, is_pending=is_pending, recorded=recorded)


@bug("Two roles of a profile count as one account", ACCOUNT, "account_of", tests=TESTS_OF_ACCOUNTS)
def roles_are_one(right: Any, settings: Any) -> Any:
    connection = attrs.evolve(settings.connection, assume_role=None)
    return right(attrs.evolve(settings, connection=connection))


@bug("Regions of pending creates alone are not looked at", STATE, "regions", tests=TESTS_OF_STATES)
def pending_regions_are_left_out(right: Any, exported: Any, provider: Any) -> Any:
    deployment = {**exported["deployment"], "pending_operations": []}
    return right({**exported, "deployment": deployment}, provider)


@bug("Recovery writes over a state that has changed since its look", STATE, "is_same", tests=TESTS_OF_RECOVERY)
def always_the_same(right: Any, one: Any, other: Any) -> bool:
    del right, one, other
    return True


@bug("Secret default tags of what recovery imports are plain", STATE, "hiding_tags", tests=TESTS_OF_STATES)
def plain_default_tags(right: Any, file: Any, *, default_tags_are_secret: Any) -> Any:
    del default_tags_are_secret
    return right(file, default_tags_are_secret=False)
