"""Objects that wrong functions pass to right ones: a control plane, a life or an object that differs in one way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import attrs

CREATES: Final = {"CreateRoom", "CreateLoggingConfiguration"}


class Over:
    """An object with other attributes over its own."""

    def __init__(self, beneath: Any, **attributes: Any) -> None:
        self._beneath = beneath
        vars(self).update(attributes)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._beneath, name)


class Plane:
    """A control plane whose calls a function answers; it gets `operation, region, subject, members`."""

    def __init__(self, call: Callable[[str, str, str, Mapping[str, Any]], Any]) -> None:
        self._call = call

    def call(self, operation: str, region: str, subject: str = "", **members: Any) -> Any:
        """Call an operation."""
        return self._call(operation, region, subject, members)


def sending(life: Any, change: Callable[[str, dict[str, Any]], Mapping[str, Any]]) -> Any:
    """Return a life whose calls send what *change* makes of an operation and its members."""
    plane = life.control_plane

    def call(operation: str, region: str, subject: str, members: Mapping[str, Any]) -> Any:
        return plane.call(operation, region, subject, **change(operation, dict(members)))

    return attrs.evolve(life, control_plane=Plane(call))


def answered(life: Any, change: Callable[[str, dict[str, Any]], Mapping[str, Any]]) -> Any:
    """Return a life that gets, for an answer, what *change* makes of an operation and its answer."""
    plane = life.control_plane

    def call(operation: str, region: str, subject: str, members: Mapping[str, Any]) -> Any:
        return change(operation, dict(plane.call(operation, region, subject, **members)))

    return attrs.evolve(life, control_plane=Plane(call))


def raising(right: Any, life: Any, arn: str, state: Any) -> Any:
    """Call a method of a life, and raise what a call in it raised, also if the method caught it."""
    plane, errors = life.control_plane, []

    def call(operation: str, region: str, subject: str, members: Mapping[str, Any]) -> Any:
        try:
            return plane.call(operation, region, subject, **members)
        except Exception as error:
            errors.append(error)
            raise

    answer = right(attrs.evolve(life, control_plane=Plane(call)), arn, state)
    if errors:
        raise errors[0]
    return answer


def with_method(life: Any, **methods: Any) -> Any:
    """Return a life with other methods."""
    kind = type(type(life).__name__, (type(life),), methods)
    return kind(*(getattr(life, field.name) for field in attrs.fields(type(life))))
