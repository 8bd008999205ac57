"""Bugs in reading ahead: a page is believed, or not, where it should be the other way round."""

from __future__ import annotations

from typing import Any

from tests.soak.mutations.mutation import bug
from tests.soak.mutations.places import (
    ERRORS,
    READ_AHEAD,
    READ_AHEAD_MODULE,
    SERVICE_MODEL,
    TESTS_OF_READING,
    value,
)


@bug(
    "Its own writes are read from old pages: what it calls, it forgets", READ_AHEAD, "__init__", tests=TESTS_OF_READING
)
def old_pages(right: Any, self: Any, control_plane: Any) -> Any:
    right(self, control_plane)
    self.call = control_plane.call


@bug("Limits are the state's, whatever changed", READ_AHEAD_MODULE, "answer", tests=TESTS_OF_READING)
def old_limits(right: Any, operation: Any, summary: Any, state: Any) -> Any:
    return right(operation, summary, {**state, "update_time": _time(operation, summary)})


def _time(operation: str, summary: Any) -> Any:
    model = value(SERVICE_MODEL)
    return model.from_api(model.operations()[operation].output, summary).get("update_time")


@bug("What no page has is gone", READ_AHEAD, "__init__", tests=TESTS_OF_READING)
def gone_from_the_pages(right: Any, self: Any, control_plane: Any) -> Any:
    right(self, _Listed(control_plane))


class _Listed:
    """A control plane on which what no page of a whole list has is gone."""

    def __init__(self, beneath: Any) -> None:
        self._beneath = beneath
        self._seen: set[str] = set()
        self._whole: set[tuple[str, str]] = set()

    def call(self, operation: str, region: str, subject: str = "", **members: Any) -> Any:
        """Call an operation; remember what a list has."""
        answer = self._beneath.call(operation, region, subject, **members)
        if operation in {"ListRooms", "ListLoggingConfigurations"}:
            self._seen |= {each["arn"] for listed in answer.values() if isinstance(listed, list) for each in listed}
            if "nextToken" not in answer:
                self._whole.add((operation.replace("List", "Get").removesuffix("s"), region))
        return answer

    def read(self, operation: str, arn: str, state: Any, agrees: Any) -> Any:
        """Read; what the whole list does not have is gone."""
        if (operation, arn.split(":")[3]) in self._whole and arn not in self._seen:
            msg = "gone"
            raise value(ERRORS).ResourceNotFound(msg, operation=operation, subject=arn)
        return self._beneath.read(operation, arn, state, agrees)


@bug("A page that differs from the state is believed", READ_AHEAD, "read", tests=TESTS_OF_READING)
def believed(right: Any, self: Any, *args: Any) -> Any:
    *read, _ = args
    return right(self, *read, lambda _: True)
