"""Bugs in the native plug-in: secrets that states show, what a crash or a preview leaves, and names that change."""

from __future__ import annotations

from typing import Any

import attrs

from tests.soak.mutations.mutation import bug
from tests.soak.mutations.places import (
    NATIVE_FUNCTIONS,
    NATIVE_MESSAGES,
    NATIVE_RESOURCE,
    NATIVE_VALUES,
    SECRET_TAGS,
    TESTS_OF_NATIVE_FUNCTIONS,
    TESTS_OF_NATIVE_RESOURCES,
    TESTS_OF_NATIVE_VALUES,
    TESTS_OF_SECRET_TAGS,
)


@bug(
    "The engine does not hear of a resource that is not finished",
    NATIVE_MESSAGES,
    "unfinished_details",
    tests=TESTS_OF_NATIVE_RESOURCES,
)
def unfinished_is_forgotten(right: Any, made: Any, resource: Any, inputs: Any) -> bytes:
    del right, made, resource, inputs
    return b""


@bug("An automatic name changes with each update", NATIVE_MESSAGES, "default_name", tests=TESTS_OF_NATIVE_RESOURCES)
def another_name_each_time(right: Any, request: Any, resource: Any, olds: Any) -> Any:
    return right(request, resource, attrs.evolve(olds, values={}))


@bug("Secret default tags are plain", NATIVE_MESSAGES, "secret_defaults_in", tests=TESTS_OF_NATIVE_RESOURCES)
def plain_default_tags(right: Any, given: Any, operation: Any) -> Any:
    return right(attrs.evolve(given, secrets=frozenset()), operation)


@bug("Tags that become secrets stay plain in the state", NATIVE_RESOURCE, "must_hide", tests=TESTS_OF_NATIVE_RESOURCES)
def plain_in_the_state(right: Any, self: Any, state: Any, inputs: Any) -> bool:
    del right, self, state, inputs
    return False


@bug("Only whole properties are marked as secrets", NATIVE_VALUES, "message", tests=TESTS_OF_NATIVE_VALUES)
def plain_inside(right: Any, values: Any, secrets: Any = ()) -> Any:
    return right(values, {path for path in secrets if len(path) == 1})


@bug("A preview creates a chat token", NATIVE_FUNCTIONS, "call", tests=TESTS_OF_NATIVE_FUNCTIONS)
def tokens_in_previews(right: Any, self: Any, name: Any, arguments: Any, *, preview: Any) -> Any:
    del preview
    return right(self, name, arguments, preview=False)


@bug("A provider does not hear of the secrets of others", SECRET_TAGS, "__init__", tests=TESTS_OF_SECRET_TAGS)
def own_secrets_alone(right: Any, self: Any, folder: Any = None) -> None:
    del folder
    right(self)
