"""Bugs in reading ahead: a page is believed, or not, where it should be the other way round."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.soak.mutations.mutation import bug
from tests.soak.mutations.places import (
    CONVERSION,
    ERRORS,
    READ_AHEAD,
    READ_AHEAD_MODULE,
    SERVICE_MODEL,
    TESTS_OF_READING,
    value,
)
from tests.soak.mutations.stand_ins import Plane


@bug("Resources that this process wrote are read from old pages", READ_AHEAD, "__init__", tests=TESTS_OF_READING)
def old_pages(right: Any, self: Any, control_plane: Any, *promised: float) -> Any:
    right(self, control_plane, *promised)
    self.call = control_plane.call


@bug("The limits of a room that changed are those of the state", READ_AHEAD_MODULE, "answer", tests=TESTS_OF_READING)
def old_limits(right: Any, operation: Any, summary: Any, state: Any) -> Any:
    return right(operation, summary, {**state, "update_time": _time(operation, summary)})


def _time(operation: str, summary: Any) -> Any:
    return value(CONVERSION).from_api(value(SERVICE_MODEL).operations()[operation].output, summary).get("update_time")


@bug("A resource that is on no page is gone", READ_AHEAD, "__init__", tests=TESTS_OF_READING)
def gone_from_the_pages(right: Any, self: Any, control_plane: Any, *promised: float) -> Any:
    seen: set[str] = set()
    whole: set[tuple[str, str]] = set()

    def call(operation: str, region: str, subject: str, members: Mapping[str, Any]) -> Any:
        answer = control_plane.call(operation, region, subject, **members)
        if operation in _LISTS:
            seen.update(each["arn"] for listed in answer.values() if isinstance(listed, list) for each in listed)
            whole.update([] if "nextToken" in answer else [(operation, region)])
        return answer

    right(self, Plane(call), *promised)
    right_find = self.find

    def find(operation: str, arn: str, *args: Any) -> Any:
        found = right_find(operation, arn, *args)
        if arn not in seen and (_LISTS["logging-configuration" not in arn], arn.split(":")[3]) in whole:
            msg = "gone"
            raise value(ERRORS).ResourceNotFound(msg, operation=operation, subject=arn)
        return found

    self.find = find


_LISTS = ("ListLoggingConfigurations", "ListRooms")


@bug("A page that differs from the state counts as the answer", READ_AHEAD, "find", tests=TESTS_OF_READING)
def believed(right: Any, self: Any, operation: Any, arn: Any, state: Any, agrees: Any) -> Any:  # noqa: PLR0913, PLR0917  as the right one
    del agrees
    return right(self, operation, arn, state, lambda _: True)
