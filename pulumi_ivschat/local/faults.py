"""
Faults on demand: calls of an operation fail, wait, hang, lose their connection or get an answer that is not one.

A fault applies to signed requests, `before` the operation is carried out or `after`.
"""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from typing import Any, Final

import attrs

from pulumi_ivschat.local.errors import ApiError
from pulumi_ivschat.model.service_model import operations

ANY: Final = "*"
BEFORE: Final = "before"
AFTER: Final = "after"


@attrs.frozen
class Fault:
    """
    What happens to the next *count* calls of *operation* (`*`: of any); None: to all of them.

    It begins when *after_calls* have passed, and meets a call with *probability*: the same *seed*, the same ones.

    First *latency_seconds* pass; then the call hangs until the client gives up, or its connection is dropped, or it is
    answered with *error*, or with *status* and *body* as they are, or it goes on. *members* are members of the error
    beside its message. Its effect on a logging configuration takes *settle_seconds* (None: while ever), and ends
    in *state*, such as CREATE_FAILED.
    """

    operation: str
    error: str | None = None
    message: str = "A fault that was asked for"
    members: Mapping[str, Any] = attrs.field(factory=dict)
    latency_seconds: float = 0.0
    hang: bool = False
    drop: bool = False
    body: str | None = None
    status: int = 200
    when: str = BEFORE
    state: str | None = None
    settle_seconds: float | None = None
    count: int | None = 1
    after_calls: int = 0
    probability: float = 1.0
    seed: int = 0

    def api_error(self) -> ApiError | None:
        """Return the error that the call is answered with, if any."""
        return ApiError(self.error, self.message, **self.members) if self.error else None


@attrs.define
class _Waiting:
    """A fault, what is left of it, and its own chance."""

    fault: Fault
    chance: random.Random

    def meets(self, operation: str) -> bool:
        """Return whether it is there for this call of *operation*, which has passed then if it is not."""
        if self.fault.operation not in {ANY, operation}:
            return False
        if self.fault.after_calls:
            self.fault = attrs.evolve(self.fault, after_calls=self.fault.after_calls - 1)
            return False
        return self.chance.random() < self.fault.probability

    def count_down(self) -> bool:
        """Take note that a call was met, and show whether that was the last one."""
        if self.fault.count is None:
            return False
        self.fault = attrs.evolve(self.fault, count=self.fault.count - 1)
        return self.fault.count == 0


class Faults:
    """The faults that still wait for calls, oldest first."""

    def __init__(self) -> None:
        self._waiting: list[_Waiting] = []

    def add(self, fault: Fault) -> None:
        """Put a fault behind the others."""
        self._waiting.append(_Waiting(fault, random.Random(fault.seed)))  # noqa: S311  it is to be repeatable

    def take(self, operation: str) -> Fault | None:
        """Return the oldest fault that meets a call of *operation*, counted down, if one does."""
        met = [waiting for waiting in self._waiting if waiting.meets(operation)]
        if not met:
            return None
        fault = met[0].fault
        if met[0].count_down():
            self._waiting.remove(met[0])
        return fault

    def waiting(self) -> list[Fault]:
        """Return all faults that still wait."""
        return [waiting.fault for waiting in self._waiting]

    def clear(self) -> None:
        """Forget all faults."""
        self._waiting.clear()


def from_json(document: Any) -> Fault:
    """Read a fault; raise ValueError that shows what is wrong with it."""
    if not isinstance(document, dict) or "operation" not in document:
        msg = f"a fault is a JSON object with an operation and any of {', '.join(_TYPES)}"
        raise ValueError(msg)
    # JSON cannot carry these back to a client: NaN, lone surrogates.
    json.dumps(document, allow_nan=False, ensure_ascii=False).encode()
    for name, value in document.items():
        _check_member(name, value)
    fault = Fault(**document)
    _check_state(fault)
    _check_body(fault, document)
    return fault


def _check_state(fault: Fault) -> None:
    settling = {name: f"{verb}_FAILED" for verb, name in _SETTLING.items()}
    if fault.state is not None and settling.get(fault.operation) != fault.state:
        endings = ", ".join(f"{state} for {operation}" for operation, state in settling.items())
        msg = f"state cannot be {fault.state!r} after {fault.operation}: there are {endings}"
        raise ValueError(msg)
    if fault.settle_seconds is not None and fault.operation not in settling:
        msg = f"settle_seconds is for {', '.join(settling)}"
        raise ValueError(msg)


def _check_body(fault: Fault, document: Mapping[str, Any]) -> None:
    if fault.body is None and "status" in document:
        msg = "status is for a body; an error has AWS's own"
        raise ValueError(msg)
    if fault.body and fault.status in _WITHOUT_BODY:
        msg = f'an answer of status {fault.status} has no body; use the body "" or another status'
        raise ValueError(msg)
    if fault.body is not None and (fault.error or fault.hang or fault.drop):
        msg = "a body is an answer: it goes without error, hang and drop"
        raise ValueError(msg)


_WITHOUT_BODY: Final = (204, 205, 304)
"""The statuses from 200 up with which HTTP allows no body."""

_SETTLING: Final = {verb: f"{verb.capitalize()}LoggingConfiguration" for verb in ("CREATE", "UPDATE", "DELETE")}
"""The operations that AWS may finish after it has answered."""


def _check_member(name: str, value: Any) -> None:
    if name not in _TYPES:
        msg = f"a fault has no {name}; there are {', '.join(_TYPES)}"
        raise ValueError(msg)
    types, allowed = _TYPES[name]
    wrong_bool = isinstance(value, bool) and bool not in types
    if wrong_bool or not isinstance(value, types) or not allowed(value):
        msg = f"{name} cannot be {value!r}"
        raise ValueError(msg)


_TYPES: Final[Mapping[str, tuple[tuple[type, ...], Any]]] = {
    "operation": ((str,), lambda name: name == ANY or name in operations()),
    "error": ((str, type(None)), lambda code: code is None or (code.isascii() and code.isidentifier())),
    "message": ((str,), lambda _: True),
    "members": ((dict,), lambda _: True),
    "latency_seconds": ((int, float), lambda seconds: 0 <= seconds <= 3600),  # noqa: PLR2004
    "hang": ((bool,), lambda _: True),
    "drop": ((bool,), lambda _: True),
    "body": ((str, type(None)), lambda _: True),
    "status": ((int,), lambda status: 200 <= status <= 599),  # noqa: PLR2004
    "when": ((str,), lambda when: when in {BEFORE, AFTER}),
    "state": ((str, type(None)), lambda _: True),
    "settle_seconds": ((int, float, type(None)), lambda seconds: seconds is None or 0 <= seconds <= 3600),  # noqa: PLR2004
    "count": ((int, type(None)), lambda count: count is None or count >= 1),
    "after_calls": ((int,), lambda calls: calls >= 0),
    "probability": ((int, float), lambda probability: 0 < probability <= 1),
    "seed": ((int,), lambda _: True),
}
