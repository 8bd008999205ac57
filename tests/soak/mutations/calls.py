"""Bugs in calls to AWS: lists that end early, quotas that others use up, roles of another region, secrets in errors."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from typing import Any

import attrs

from tests.soak.mutations.mutation import bug
from tests.soak.mutations.places import (
    CUSTOM_TIMEOUTS,
    ERROR_TRANSLATION,
    LISTING,
    PACE,
    REDACTION,
    ROLE_SESSIONS,
    TESTS_OF_CUSTOM_TIMEOUTS,
    TESTS_OF_ERROR_TRANSLATION,
    TESTS_OF_LISTING,
    TESTS_OF_PACING,
    TESTS_OF_REDACTION,
    TESTS_OF_ROLES,
    TESTS_OF_TURNS,
    TURNS,
)
from tests.soak.mutations.stand_ins import Plane


@bug("A list ends after its first page", LISTING, "listed", tests=TESTS_OF_LISTING)
def first_page_alone(right: Any, control_plane: Any, operation: Any, region: Any, *names: Any, **filters: Any) -> Any:
    def call(operation: str, region: str, subject: str, members: Mapping[str, Any]) -> Any:
        answer = control_plane.call(operation, region, subject, **members)
        return {name: value for name, value in answer.items() if name != "nextToken"}

    return right(Plane(call), operation, region, *names, **filters)


@bug("Later pages of a list are not filtered", LISTING, "listed", tests=TESTS_OF_LISTING)
def filters_once(right: Any, control_plane: Any, operation: Any, region: Any, *names: Any, **filters: Any) -> Any:
    def call(operation: str, region: str, subject: str, members: Mapping[str, Any]) -> Any:
        token = {name: value for name, value in members.items() if name == "nextToken"}
        return control_plane.call(operation, region, subject, **(token or members))

    return right(Plane(call), operation, region, *names, **filters)


@bug("The latest of several rooms of a name is taken", LISTING, "room_named", tests=TESTS_OF_LISTING)
def the_latest_of_a_name(right: Any, control_plane: Any, region: Any, name: Any) -> Any:
    rooms = control_plane.call("ListRooms", region, name=name)["rooms"]
    return next((room for room in rooms if room.get("name") == name), None) or right(control_plane, region, name)


@bug("Processes read and write their turns at once", TURNS, "locked", tests=TESTS_OF_TURNS)
def unlocked(right: Any, file: Any) -> Any:
    del right, file
    return contextlib.nullcontext()


@bug("A pace that has slowed down stays slow", PACE, "passed", tests=TESTS_OF_PACING)
def slow_for_ever(right: Any, self: Any) -> None:
    del right, self


@bug("Refusals do not slow a pace down", PACE, "refused", tests=TESTS_OF_PACING)
def never_slower(right: Any, self: Any) -> Any:
    self.passed()
    time = right(self)
    for _ in range(20):
        self.passed()
    return time


@bug("A role is assumed in us-east-1", ROLE_SESSIONS, "role_session", tests=TESTS_OF_ROLES)
def one_region_of_roles(right: Any, source: Any, role: Any, region: Any, profile: Any) -> Any:
    del region
    return right(source, role, "us-east-1", profile)


@bug("A role is assumed without its external id", ROLE_SESSIONS, "role_session", tests=TESTS_OF_ROLES)
def no_external_id(right: Any, source: Any, role: Any, region: Any, profile: Any) -> Any:
    return right(source, attrs.evolve(role, external_id=None), region, profile)


@bug("Errors show short secrets", REDACTION, "without", tests=TESTS_OF_REDACTION)
def short_secrets_are_shown(right: Any, message: Any, secrets: Any, known: Any) -> Any:
    return right(message, {secret for secret in secrets if len(secret) >= _SHORT}, known)


_SHORT = 4


@bug("Errors of botocore are shown as they are", ERROR_TRANSLATION, "safe", tests=TESTS_OF_ERROR_TRANSLATION)
def errors_as_they_are(right: Any, text: Any) -> str:
    del right
    return " ".join(str(text).split())


@bug(
    "After a custom timeout, nobody looks for what a lost create made",
    CUSTOM_TIMEOUTS,
    "finishing",
    tests=TESTS_OF_CUSTOM_TIMEOUTS,
)
def no_time_to_finish(right: Any) -> Any:
    del right
    return contextlib.nullcontext()
