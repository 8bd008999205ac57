"""Bugs in the provider that Pulumi's dynamic host runs."""

from __future__ import annotations

import copy
from typing import Any

import attrs

from tests.soak.mutations.mutation import bug
from tests.soak.mutations.places import (
    CLOUD_RESOURCE,
    ENGINE_DYNAMIC,
    ENGINE_INTERRUPTS,
    ENGINE_LOGGING,
    ENGINE_ROOMS,
    HOST_PROCESS,
    KEY_OWNERS,
    LEFTOVERS,
    OPERATION,
    PROPERTIES,
    PROVIDER,
    PULUMI_DYNAMIC,
    TESTS_OF_KEYS,
    TESTS_OF_LEFTOVERS,
    TESTS_OF_PROVIDER,
    value,
)


@bug("A replacement warns of the resource that it replaces", LEFTOVERS, "recorded", tests=TESTS_OF_LEFTOVERS)
def warns_of_the_replaced(right: Any, self: Any, owner_tag: Any) -> Any:
    del right, self, owner_tag


@bug("An update records the former outputs", PROVIDER, "update", tests=TESTS_OF_PROVIDER)
def former_outputs(right: Any, self: Any, id_: Any, olds: Any, news: Any) -> Any:
    right(self, id_, olds, news)
    return value(PULUMI_DYNAMIC).UpdateResult(value(PROPERTIES).known(olds))


def _alone(provider: Any) -> Any:
    """Return a provider that does not know the keys which others declare."""
    alone = copy.copy(provider)
    [operation] = (found for found in vars(provider).values() if isinstance(found, value(OPERATION)))
    alone.take_part(attrs.evolve(operation, key_owners=value(KEY_OWNERS)()))
    return alone


@bug("A deleted tag set removes keys that another one owns by now", PROVIDER, "delete", tests=TESTS_OF_KEYS)
def takes_given_away(right: Any, self: Any, id_: Any, props: Any) -> Any:
    return right(_alone(self), id_, props)


@bug("A resource that exists owns none of its keys", PROVIDER, "diff", tests=TESTS_OF_KEYS)
def owns_no_key(right: Any, self: Any, id_: Any, olds: Any, news: Any) -> Any:
    return right(_alone(self), id_, olds, news)


@bug("A refresh keeps a deleted resource in the state", PROVIDER, "read", tests=TESTS_OF_PROVIDER)
def gone_stays(right: Any, self: Any, id_: Any, props: Any) -> Any:
    result = right(self, id_, props)
    return result if result.id else type(result)(id_, props)


@bug("Another region replaces nothing", PROVIDER, "diff", tests=TESTS_OF_PROVIDER)
def never_replaced(right: Any, self: Any, id_: Any, olds: Any, news: Any) -> Any:
    result = right(self, id_, olds, news)
    result.replaces = []
    return result


@bug(
    "A diff answers that there is a change, so that the engine does not compare the properties itself",
    PROVIDER,
    "diff",
    tests=ENGINE_ROOMS,
)
def change_in_one_word(right: Any, self: Any, id_: Any, olds: Any, news: Any) -> Any:
    result = right(self, id_, olds, news)
    result.changes = True if result.changes is None else result.changes
    return result


@bug("A provider of another version stays in the state", PROVIDER, "diff", tests=ENGINE_DYNAMIC)
def stale_for_ever(right: Any, self: Any, id_: Any, olds: Any, news: Any) -> Any:
    key = value(PROPERTIES).PROVIDER_KEY
    return right(self, id_, {**olds, key: news.get(key)}, news)


@bug("A refresh changes outputs only, and drift is never repaired", PROVIDER, "read", tests=ENGINE_ROOMS)
def outputs_alone(right: Any, self: Any, id_: Any, props: Any) -> Any:
    result = right(self, id_, props)
    result.inputs = None
    return result


@bug(
    "A diff leaves to the engine a change that no property shows",
    PROVIDER,
    "diff",
    tests=ENGINE_LOGGING,
)
def a_failed_state_is_hidden(right: Any, self: Any, id_: Any, olds: Any, news: Any) -> Any:
    result = right(self, id_, olds, news)
    result.changes = result.changes and None
    return result


@bug("An unknown input counts as None", PROPERTIES, "known", tests=ENGINE_ROOMS)
def unknown_is_none(right: Any, value: Any) -> Any:
    return None if type(value).__name__ == "Unknown" else right(value)


@bug("AWS_REGION moves resources that exist", CLOUD_RESOURCE, "check", tests=ENGINE_ROOMS)
def moved_by_the_environment(right: Any, self: Any, inputs: Any, previous: Any) -> Any:
    return right(self, inputs, {name: given for name, given in previous.items() if name != "region"})


@bug("The host goes on when the engine is gone", HOST_PROCESS, "end_with_engine", tests=ENGINE_INTERRUPTS)
def outlives_the_engine(right: Any) -> Any:
    del right
