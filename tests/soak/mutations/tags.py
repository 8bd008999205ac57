"""Bugs in tags and tag sets: keys stay, are lost, or are taken from others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from tests.soak.mutations.mutation import bug
from tests.soak.mutations.places import (
    ENGINE_FOLDER,
    ERRORS,
    KEY_OWNERS,
    OWNER_TAG,
    TAG_SET_LIFE,
    TAGS,
    TESTS_OF_KEYS,
    TESTS_OF_TAG_SETS,
    TESTS_OF_TAGS,
    value,
)
from tests.soak.mutations.stand_ins import Plane, answered, raising


@bug(
    "A change of tags whose answer is lost does not remove the keys that it may have added",
    TAGS,
    "put_tags",
    tests=TESTS_OF_TAGS,
)
def no_way_back(right: Any, control_plane: Any, arn: Any, change: Any, before: Any) -> Any:
    failed = []

    def call(operation: str, region: str, subject: str, members: Mapping[str, Any]) -> Any:
        try:
            answer = control_plane.call(operation, region, subject, **members)
        except value(ERRORS).IvsChatError:
            failed.append(operation)
            raise
        return {"tags": {}} if failed == ["TagResource"] and operation == "ListTagsForResource" else answer

    return right(Plane(call), arn, change, before)


@bug("The keys that a refresh asks about count as the program's", KEY_OWNERS, "is_checked", tests=TESTS_OF_KEYS)
def keys_of_the_state(right: Any, self: Any, inputs: Any) -> Any:  # noqa: ARG001  as the right one's
    return True


@bug("A provider does not learn what another one declares", ENGINE_FOLDER, "hear", tests=TESTS_OF_KEYS)
def hears_nothing(right: Any, self: Any) -> Any:  # noqa: ARG001  as the right one's
    return []


@bug("An update does not change the owner tag", TAGS, "owner_tag_change", tests=TESTS_OF_TAGS)
def owner_tag_stays(right: Any, live: Any, value: Any, own: Any) -> Any:  # noqa: ARG001  as the right one's
    return {}


@bug("An update adds an owner tag", TAGS, "owner_tag_change", tests=TESTS_OF_TAGS)
def owner_tag_for_all(right: Any, live: Any, value: Any, own: Any) -> Any:
    return right({_owner_key(): "", **live}, value, own)


def _owner_key() -> str:
    return str(value(OWNER_TAG))


@bug("A change of tags does not remove dropped keys", TAGS, "tag_change", tests=TESTS_OF_TAGS)
def dropped_keys_stay(right: Any, before: Any, after: Any) -> Any:
    return attrs.evolve(right(before, after), remove=[])


@bug("A change of tags does not send changed values", TAGS, "tag_change", tests=TESTS_OF_TAGS)
def new_keys_only(right: Any, before: Any, after: Any) -> Any:
    change = right(before, after)
    return attrs.evolve(change, put={key: tag for key, tag in change.put.items() if key not in before})


def _as_if(life: Any, tags: Mapping[str, str]) -> Any:
    """Return a life that sees these values of keys which a resource has."""

    def believed(operation: str, answer: dict[str, Any]) -> Mapping[str, Any]:
        if operation != "ListTagsForResource":
            return answer
        return {**answer, "tags": {key: tags.get(key, tag) for key, tag in answer["tags"].items()}}

    return answered(life, believed)


@bug("Deleting a tag set removes keys that somebody changed", TAG_SET_LIFE, "delete", tests=TESTS_OF_TAG_SETS)
def deletes_changed_keys(right: Any, self: Any, arn: Any, state: Any) -> Any:
    return right(_as_if(self, state["tags"]), arn, state)


@bug("An update of a tag set removes keys that somebody changed", TAG_SET_LIFE, "update", tests=TESTS_OF_TAG_SETS)
def drops_changed_keys(right: Any, self: Any, arn: Any, state: Any, inputs: Any) -> Any:
    dropped = {key: tag for key, tag in state["tags"].items() if key not in inputs["tags"]}
    return right(_as_if(self, dropped), arn, state, inputs)


@bug("An update of a tag set keeps dropped keys", TAG_SET_LIFE, "update", tests=TESTS_OF_TAG_SETS)
def keeps_dropped_keys(right: Any, self: Any, arn: Any, state: Any, inputs: Any) -> Any:
    kept = {key: tag for key, tag in state["tags"].items() if key in inputs["tags"]}
    return right(self, arn, {**state, "tags": kept}, inputs)


@bug(
    "A tag set overwrites other people's keys",
    TAG_SET_LIFE,
    "create",
    "update",
    tests=TESTS_OF_TAG_SETS,
)
def overwrites(right: Any, self: Any, *args: Any) -> Any:
    wanted = args[-1]["tags"]

    def not_seen(operation: str, answer: dict[str, Any]) -> Mapping[str, Any]:
        if operation != "ListTagsForResource":
            return answer
        return {**answer, "tags": {key: tag for key, tag in answer["tags"].items() if wanted.get(key, tag) == tag}}

    return right(answered(self, not_seen), *args)


@bug("Deleting a tag set on a resource that is gone is an error", TAG_SET_LIFE, "delete", tests=TESTS_OF_TAG_SETS)
def strict_untagging(right: Any, self: Any, arn: Any, state: Any) -> Any:
    return raising(right, self, arn, state)
