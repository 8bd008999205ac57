"""Bugs in the life of a room or logging configuration: a change is not seen, not sent, or recorded wrong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from tests.soak.mutations.mutation import also, bug
from tests.soak.mutations.places import (
    CLOUD_RESOURCE,
    ERRORS,
    LOGGING_LIFE,
    OWNER_TAG,
    TESTS_OF_LIVES,
    value,
)
from tests.soak.mutations.stand_ins import answered, raising, sending


@bug("Deleting a resource that is gone is an error", CLOUD_RESOURCE, "delete", tests=TESTS_OF_LIVES)
def strict_delete(right: Any, self: Any, arn: Any, state: Any) -> Any:
    return raising(right, self, arn, state)


@bug("A delete swallows every error", CLOUD_RESOURCE, "delete", tests=TESTS_OF_LIVES)
def lax_delete(right: Any, self: Any, arn: Any, state: Any) -> Any:
    try:
        return right(self, arn, state)
    except value(ERRORS).IvsChatError:
        return None


@also(LOGGING_LIFE, "update")
@bug("An update sends one change only", CLOUD_RESOURCE, "update", tests=TESTS_OF_LIVES)
def one_change(right: Any, self: Any, arn: Any, state: Any, inputs: Any) -> Any:
    def first(operation: str, members: dict[str, Any]) -> Mapping[str, Any]:
        changed = [name for name in members if name != "identifier"]
        left_out = changed[1:] if operation.startswith("Update") else []
        return {name: given for name, given in members.items() if name not in left_out}

    return right(sending(self, first), arn, state, inputs)


@also(LOGGING_LIFE, "update")
@bug("An update does not send the properties that the program dropped", CLOUD_RESOURCE, "update", tests=TESTS_OF_LIVES)
def dropped_stays(right: Any, self: Any, arn: Any, state: Any, inputs: Any) -> Any:
    dropped = [name for name in self.type.settable if name in state and name not in inputs]
    return right(self, arn, state, {**inputs, **{name: state[name] for name in dropped}})


@bug("Lists are compared by length", CLOUD_RESOURCE, "diff", "update", tests=TESTS_OF_LIVES)
def lists_by_length(right: Any, self: Any, arn: Any, state: Any, inputs: Any) -> Any:
    same = {name: state[name] for name, given in inputs.items() if _as_long(given, state.get(name))}
    return right(self, arn, state, {**inputs, **same})


def _as_long(one: Any, other: Any) -> bool:
    return isinstance(one, list) and isinstance(other, list) and len(one) == len(other)


@also(LOGGING_LIFE, "update")
@bug("An update records the former tags of others", CLOUD_RESOURCE, "update", tests=TESTS_OF_LIVES)
def tags_of_the_answer(right: Any, self: Any, arn: Any, state: Any, inputs: Any) -> Any:
    def without_tags(operation: str, answer: dict[str, Any]) -> Mapping[str, Any]:
        if operation.startswith("Update"):
            answer.pop("tags", None)
        return answer

    return right(answered(self, without_tags), arn, state, inputs)


@also(LOGGING_LIFE, "update")
@bug("An update of tags records the former ones", CLOUD_RESOURCE, "update", tests=TESTS_OF_LIVES)
def former_tags(right: Any, self: Any, arn: Any, state: Any, inputs: Any) -> Any:
    return {**right(self, arn, state, inputs), "tags": state.get("tags", {})}


@also(LOGGING_LIFE, "update")
@bug("An update records all tags as they were before it", CLOUD_RESOURCE, "update", tests=TESTS_OF_LIVES)
def former_tags_all(right: Any, self: Any, arn: Any, state: Any, inputs: Any) -> Any:
    former = {name: state[name] for name in ("tags_all", "owner_tag") if name in state}
    return {**right(self, arn, state, inputs), **former}


@also(LOGGING_LIFE, "update")
@bug("An update removes other people's tags", CLOUD_RESOURCE, "update", tests=TESTS_OF_LIVES)
def owns_all_tags(right: Any, self: Any, arn: Any, state: Any, inputs: Any) -> Any:
    return right(self, arn, {**state, "tags": state.get("tags_all", {})}, inputs)


@bug("A create does not set the owner tag", CLOUD_RESOURCE, "create", tests=TESTS_OF_LIVES)
def ownerless(right: Any, self: Any, inputs: Any) -> Any:
    def without_owner(_: str, members: dict[str, Any]) -> Mapping[str, Any]:
        tags = {key: tag for key, tag in members.get("tags", {}).items() if key != value(OWNER_TAG)}
        return {**members, "tags": tags}

    return right(sending(self, without_owner), inputs)


@bug("A read makes the resource own all tags on it", CLOUD_RESOURCE, "read", tests=TESTS_OF_LIVES)
def reads_all_tags(right: Any, self: Any, arn: Any, state: Any) -> Any:
    reading = right(self, arn, state)
    if reading is None:
        return None
    tags = {key: tag for key, tag in reading.state["tags_all"].items() if key != value(OWNER_TAG)}
    return attrs.evolve(reading, state={**reading.state, "tags": tags}, inputs={**reading.inputs, "tags": tags})
