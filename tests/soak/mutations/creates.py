"""Bugs in creating: a resource is made twice, another's is taken, or a create that is lost is lost for good."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

from tests.soak.mutations.mutation import bug, instead
from tests.soak.mutations.places import (
    ATTEMPTS,
    BEFORE,
    CLIENT,
    CLIENT_ERROR,
    CREATES,
    CREATES_MODULE,
    ERRORS,
    TESTS_OF_ATTEMPTS,
    TESTS_OF_CLIENT,
    TESTS_OF_CREATES,
    TOO_FAST,
    value,
)
from tests.soak.mutations.stand_ins import CREATES as CREATE_OPERATIONS, Over, Plane


def _lost() -> tuple[type[Exception], ...]:
    errors = value(ERRORS)
    return errors.LostAnswer, errors.InternalServerError


@bug("A create whose answer is lost is repeated without a look", CREATES, "__init__", tests=TESTS_OF_CREATES)
def blind(right: Any, self: Any, control_plane: Any, max_attempts: Any, time: Any = None) -> Any:
    def call(operation: str, region: str, subject: str, members: Mapping[str, Any]) -> Any:
        try:
            return control_plane.call(operation, region, subject, **members)
        except _lost():
            if operation not in CREATE_OPERATIONS or max_attempts == 1:
                raise
        return control_plane.call(operation, region, subject, **members)

    right(self, Plane(call), max_attempts, time)


@bug("The look for what a lost create made ignores tags", CREATES, "__init__", tests=TESTS_OF_CREATES)
def tagless_look(right: Any, self: Any, control_plane: Any, max_attempts: Any, time: Any = None) -> Any:
    sent = threading.local()

    def call(operation: str, region: str, subject: str, members: Mapping[str, Any]) -> Any:
        if operation in CREATE_OPERATIONS:
            sent.list, sent.tags = f"{operation.replace('Create', 'List')}s", members.get("tags", {})
        answer = control_plane.call(operation, region, subject, **members)
        if operation in CREATE_OPERATIONS:
            sent.list = ""
        if operation == getattr(sent, "list", ""):
            return {name: _retagged(listed, sent.tags) for name, listed in answer.items()}
        return answer

    right(self, Plane(call), max_attempts, time)


def _retagged(listed: Any, tags: Mapping[str, str]) -> Any:
    return [{**each, "tags": tags} for each in listed] if isinstance(listed, list) else listed


@bug("The look finds resources that existed before", BEFORE, "has", tests=TESTS_OF_CREATES)
def nothing_was_there(right: Any, self: Any, summary: Any, time: Any = "createTime") -> Any:
    del right, self, summary, time
    return False


@bug(
    "A lost create takes the resource that an equal create got",
    CREATES,
    "__init__",
    tests=TESTS_OF_CREATES,
)
def another_ones_answer(right: Any, self: Any, control_plane: Any, max_attempts: Any, time: Any = None) -> Any:
    answers: dict[str, Any] = {}

    def call(operation: str, region: str, subject: str, members: Mapping[str, Any]) -> Any:
        if operation not in CREATE_OPERATIONS:
            return control_plane.call(operation, region, subject, **members)
        mark = f"{operation} {region} {members}"
        try:
            answers[mark] = control_plane.call(operation, region, subject, **members)
        except _lost():
            if mark not in answers:
                raise
        return answers[mark]

    right(self, Plane(call), max_attempts, time)


@bug("The look after the last attempt sees nothing", CREATES, "__init__", tests=TESTS_OF_CREATES)
def no_last_look(right: Any, self: Any, control_plane: Any, max_attempts: Any, time: Any = None) -> Any:
    tried = threading.local()

    def call(operation: str, region: str, subject: str, members: Mapping[str, Any]) -> Any:
        if operation in CREATE_OPERATIONS:
            tried.times = getattr(tried, "times", 0) % max_attempts + 1
        answer = control_plane.call(operation, region, subject, **members)
        if operation in CREATE_OPERATIONS:
            tried.times = 0
        if operation.startswith("List") and getattr(tried, "times", 0) == max_attempts:
            return {name: [] for name, listed in answer.items() if isinstance(listed, list)}
        return answer

    right(self, Plane(call), max_attempts, time)


@bug(
    "Without a look before, the look after takes the resource that it finds", CREATES, "before", tests=TESTS_OF_CREATES
)
def never_unsure(right: Any, self: Any, operation: Any, region: Any) -> Any:
    return right(self, operation, region) or value(BEFORE)()


@instead("An error 500 of a create counts as an answer", CREATES_MODULE, "InternalServerError", tests=TESTS_OF_CREATES)
def an_error_500_is_an_answer() -> Any:
    return type("NeverRaised", (Exception,), {})


@bug("Botocore repeats creates", ATTEMPTS, "__init__", tests=TESTS_OF_ATTEMPTS)
def repeated(right: Any, self: Any, client: Any, *args: Any) -> Any:
    right(self, _lenient(client, "needs-retry", Exception), *args)


@bug("Botocore repeats creates after an error 500", ATTEMPTS, "__init__", tests=TESTS_OF_ATTEMPTS)
def repeated_after_500(right: Any, self: Any, client: Any, *args: Any) -> Any:
    right(self, _lenient(client, "needs-retry", value(CLIENT_ERROR)), *args)


@bug("An incomplete answer is success", CLIENT, "boto_client", tests=TESTS_OF_CLIENT)
def cut_off(right: Any, *args: Any, **rest: Any) -> Any:
    return _lenient(right(*args, **rest), "before-parse", value(ERRORS).LostAnswer)


def _lenient(client: Any, event: str, forgiven: type[Exception]) -> Any:
    """Return a botocore client whose handlers of an event never raise the errors *forgiven*."""
    events = client.meta.events

    def lenient(handler: Any) -> Any:
        def handle(**about: Any) -> Any:
            try:
                return handler(**about)
            except value(TOO_FAST):
                raise
            except forgiven:
                return None

        return handle

    def registering(register: Any) -> Any:
        return lambda name, handler: register(name, lenient(handler) if name.startswith(event) else handler)

    changed = {name: registering(getattr(events, name)) for name in ("register", "register_first")}
    return Over(client, meta=Over(client.meta, events=Over(events, **changed)))
