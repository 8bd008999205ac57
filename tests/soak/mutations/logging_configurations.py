"""Bugs in the life of a logging configuration, which AWS may make, change and delete after it has answered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from tests.soak.mutations.mutation import bug, instead
from tests.soak.mutations.places import ERRORS, LOGGING_LIFE, LOGGING_LIFE_MODULE, TESTS_OF_LOGGING, value
from tests.soak.mutations.stand_ins import Plane, answered, with_method


@bug("A create that fails leaves the configuration behind", LOGGING_LIFE, "create", tests=TESTS_OF_LOGGING)
def left_behind(right: Any, self: Any, inputs: Any) -> Any:
    return right(with_method(self, delete=lambda *_: None), inputs)


@bug("A delete does not wait until the configuration is gone", LOGGING_LIFE, "delete", tests=TESTS_OF_LOGGING)
def delete_at_once(right: Any, self: Any, arn: Any, state: Any) -> Any:
    plane = self.control_plane

    def call(operation: str, region: str, subject: str, members: Mapping[str, Any]) -> Any:
        if operation.startswith("Get"):
            msg = "gone"
            raise value(ERRORS).ResourceNotFound(msg, operation=operation, subject=subject)
        return plane.call(operation, region, subject, **members)

    return right(attrs.evolve(self, control_plane=Plane(call), pages=None), arn, state)


@bug("An update does not wait until the configuration is active", LOGGING_LIFE, "update", tests=TESTS_OF_LOGGING)
def update_at_once(right: Any, self: Any, arn: Any, state: Any, inputs: Any) -> Any:
    states: dict[str, str] = {}

    def ended(operation: str, answer: dict[str, Any]) -> Mapping[str, Any]:
        if not operation.startswith("Update"):
            return answer
        states["state"] = answer["state"]
        return {**answer, "state": "ACTIVE"}

    return {**right(answered(self, ended), arn, state, inputs), **states}


@bug("A diff ignores a failed state", LOGGING_LIFE, "diff", tests=TESTS_OF_LOGGING)
def failed_is_fine(right: Any, self: Any, arn: Any, state: Any, inputs: Any) -> Any:
    return right(self, arn, {**state, "state": "ACTIVE"}, inputs)


@bug("A failed state is repaired without its destination", LOGGING_LIFE, "update", tests=TESTS_OF_LOGGING)
def repaired_without(right: Any, self: Any, arn: Any, state: Any, inputs: Any) -> Any:
    return right(self, arn, {**state, "state": "ACTIVE"}, inputs)


@instead("A conflict is not retried", LOGGING_LIFE_MODULE, "Conflict", tests=TESTS_OF_LOGGING)
def conflicts_are_final() -> Any:
    return type("NeverRaised", (Exception,), {})
