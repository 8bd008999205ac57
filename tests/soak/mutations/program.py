"""Bugs in what a program writes: resources, tokens, lookups."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from typing import Any

from tests.soak.mutations.mutation import bug
from tests.soak.mutations.places import (
    CHAT_TOKENS,
    CUSTOM_RESOURCE,
    ENGINE_CHAT_TOKENS,
    ENGINE_ERRORS,
    ENGINE_LOOKUPS,
    ENGINE_RENAMES,
    ENGINE_ROOMS,
    ENGINE_SECRETS,
    ENGINE_TAG_SETS,
    INTERRUPTS,
    LOOKUPS,
    OWNER_TAG_MODULE,
    PULUMI,
    PULUMI_RUNTIME,
    ROOM,
    RUN_ERRORS,
    STACK_SETTINGS,
    TAG_CLAIMS,
    value,
)


@bug("The owner tag does not name the project", OWNER_TAG_MODULE, "owner_tag", tests=ENGINE_RENAMES)
def owner_without_project(right: Any, project: Any, stack: Any, resource_name: Any) -> Any:
    del project
    return right("", stack, resource_name)


@bug(
    "The output of all tags is not marked as a secret",
    CUSTOM_RESOURCE,
    "__init__",
    tests=ENGINE_SECRETS,
)
def plain_tags_all(right: Any, self: Any, *args: Any, **rest: Any) -> Any:
    for options in _options(args):
        options.additional_secret_outputs = None
    right(self, *args, **rest)


@bug(
    "A tag set is created again before the former one is deleted",
    CUSTOM_RESOURCE,
    "__init__",
    tests=ENGINE_TAG_SETS,
)
def made_before_deleted(right: Any, self: Any, *args: Any, **rest: Any) -> Any:
    for options in _options(args):
        options.delete_before_replace = None
    right(self, *args, **rest)


def _options(given: Iterable[Any]) -> list[Any]:
    return [each for each in given if isinstance(each, value(PULUMI).ResourceOptions)]


@bug(
    "Secret default tags are not secret in the state",
    STACK_SETTINGS,
    "default_tags_are_secret",
    tests=ENGINE_SECRETS,
)
def plain_default_tags(right: Any) -> Any:
    del right
    return False


@bug("Two owners of one tag in a program are accepted", TAG_CLAIMS, "claim", tests=ENGINE_TAG_SETS)
def no_claims(right: Any, *args: Any, **rest: Any) -> Any:
    del right, args, rest


@bug("The room's id is unknown in the preview of an update", ROOM, "room_id", tests=ENGINE_ROOMS)
def unknown_while_updated(right: Any, self: Any) -> Any:
    del right
    return vars(self)["room_id"]


@bug("Tokens do not wait for what their component depends on", CHAT_TOKENS, "__init__", tests=ENGINE_CHAT_TOKENS)
def tokens_do_not_wait(right: Any, self: Any, resource_name: Any, opts: Any = None, **rest: Any) -> Any:
    if opts is not None:
        opts.depends_on = None
    right(self, resource_name, opts, **rest)


@bug("Tokens are not secret in outputs", CHAT_TOKENS, "__init__", tests=ENGINE_CHAT_TOKENS)
def plain_tokens(right: Any, self: Any, resource_name: Any, opts: Any = None, **rest: Any) -> Any:
    right(self, resource_name, opts, **rest)
    self.tokens = {name: value(PULUMI).Output.unsecret(token) for name, token in self.tokens.items()}


@bug("A preview creates tokens", PULUMI_RUNTIME, "is_dry_run", tests=ENGINE_CHAT_TOKENS)
def tokens_in_previews(right: Any) -> Any:
    del right
    return False


@bug(
    "A lookup with a secret argument is not secret",
    LOOKUPS,
    "get_room_output",
    "list_rooms_output",
    tests=ENGINE_LOOKUPS,
)
def plain_lookups(right: Any, *args: Any, **given: Any) -> Any:
    return value(PULUMI).Output.unsecret(right(*args, **given))


@bug(
    "A program that the engine interrupts ends with a traceback",
    INTERRUPTS,
    "end_quietly",
    tests=ENGINE_ERRORS,
)
def a_traceback_at_the_end(right: Any) -> Any:
    del right


@bug(
    "An error in a program is shown with its traceback",
    RUN_ERRORS,
    "as_run_error",
    tests=ENGINE_LOOKUPS,
)
def errors_with_traceback(right: Any, about: Any = "") -> Any:
    del right, about
    return contextlib.nullcontext()
