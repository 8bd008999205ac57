"""Bugs in the provider that Pulumi's dynamic host runs."""

from __future__ import annotations

import copy
from typing import Any

from tests.soak.mutations.mutation import bug
from tests.soak.mutations.places import (
    CLOUD_RESOURCE,
    ENGINE_DYNAMIC,
    ENGINE_INTERRUPTS,
    ENGINE_LOGGING,
    ENGINE_ROOMS,
    KEY_OWNERS,
    LEFTOVERS,
    OPERATIONS,
    PROPERTIES,
    PROVIDER,
    PULUMI_DYNAMIC,
    TESTS_OF_KEYS,
    TESTS_OF_LEFTOVERS,
    TESTS_OF_PROVIDER,
    value,
)


@bug("What is replaced is warned of", LEFTOVERS, "recorded", tests=TESTS_OF_LEFTOVERS)
def warns_of_the_replaced(right: Any, self: Any, owner_tag: Any) -> Any:
    del right, self, owner_tag


@bug("An update records the former outputs", PROVIDER, "update", tests=TESTS_OF_PROVIDER)
def former_outputs(right: Any, self: Any, id_: Any, olds: Any, news: Any) -> Any:
    right(self, id_, olds, news)
    return value(PULUMI_DYNAMIC).UpdateResult(value(PROPERTIES).known(olds))


def _alone(provider: Any) -> Any:
    """Return a provider that knows no key of another one."""
    alone, owners = copy.copy(provider), value(KEY_OWNERS)
    vars(alone).update({name: owners() for name, held in vars(provider).items() if isinstance(held, owners)})
    return alone


@bug("A deleted set takes off what is another's by now", PROVIDER, "delete", tests=TESTS_OF_KEYS)
def takes_given_away(right: Any, self: Any, id_: Any, props: Any) -> Any:
    return right(_alone(self), id_, props)


@bug("What is there already owns no key", PROVIDER, "diff", tests=TESTS_OF_KEYS)
def owns_no_key(right: Any, self: Any, id_: Any, olds: Any, news: Any) -> Any:
    return right(_alone(self), id_, olds, news)


@bug("What is gone stays in the state", PROVIDER, "read", tests=TESTS_OF_PROVIDER)
def gone_stays(right: Any, self: Any, id_: Any, props: Any) -> Any:
    result = right(self, id_, props)
    return result if result.id else type(result)(id_, props)


@bug("Another region replaces nothing", PROVIDER, "diff", tests=TESTS_OF_PROVIDER)
def never_replaced(right: Any, self: Any, id_: Any, olds: Any, news: Any) -> Any:
    result = right(self, id_, olds, news)
    result.replaces = []
    return result


@bug(
    "A change is only said to be one, so that the engine shows no property and replaces nothing by its options",
    PROVIDER,
    "diff",
    tests=ENGINE_ROOMS,
)
def change_in_one_word(right: Any, self: Any, id_: Any, olds: Any, news: Any) -> Any:
    result = right(self, id_, olds, news)
    result.changes = True if result.changes is None else result.changes
    return result


@bug("A state with the provider of another version is not repaired", PROVIDER, "diff", tests=ENGINE_DYNAMIC)
def stale_for_ever(right: Any, self: Any, id_: Any, olds: Any, news: Any) -> Any:
    key = value(PROPERTIES).PROVIDER_KEY
    return right(self, id_, {**olds, key: news.get(key)}, news)


@bug("A refresh takes outputs only, so that no drift is repaired", PROVIDER, "read", tests=ENGINE_ROOMS)
def outputs_alone(right: Any, self: Any, id_: Any, props: Any) -> Any:
    result = right(self, id_, props)
    result.inputs = None
    return result


@bug(
    "A change that no property shows is left to the engine to show, which drops it",
    PROVIDER,
    "diff",
    tests=ENGINE_LOGGING,
)
def a_failed_state_is_hidden(right: Any, self: Any, id_: Any, olds: Any, news: Any) -> Any:
    result = right(self, id_, olds, news)
    result.changes = result.changes and None
    return result


@bug("An unknown input is taken for none at all", PROPERTIES, "known", tests=ENGINE_ROOMS)
def unknown_is_none(right: Any, value: Any) -> Any:
    return None if type(value).__name__ == "Unknown" else right(value)


@bug("An environment that names another region moves what is there", CLOUD_RESOURCE, "check", tests=ENGINE_ROOMS)
def moved_by_the_environment(right: Any, self: Any, inputs: Any, previous: Any) -> Any:
    return right(self, inputs, {name: given for name, given in previous.items() if name != "region"})


@bug("When the engine is gone, no operation that runs is waited for", OPERATIONS, "close", tests=ENGINE_INTERRUPTS)
def ends_in_the_middle(right: Any, self: Any, seconds: Any) -> Any:
    del right, self, seconds
