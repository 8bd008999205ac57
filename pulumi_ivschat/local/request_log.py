"""What was asked of the control plane, for tests and people: no secret, no body, no attribute of a user."""

from __future__ import annotations

import collections
import itertools
import operator
from collections.abc import Callable
from typing import Final

import attrs


@attrs.define
class Request:
    """
    One request, filled in as it becomes known.

    *status* is None where the connection was closed without an answer; *identifier* is the ARN that it names or made.
    """

    time: str
    number: int = 0
    operation: str | None = None
    status: int | None = None
    error: str | None = None
    region: str | None = None
    account: str | None = None
    identifier: str | None = None

    def document(self) -> dict[str, str | int | None]:
        """Return its members as JSON has them."""
        return dict(zip(_MEMBERS, _VALUES(self), strict=True))


_MEMBERS: Final = tuple(attrs.fields_dict(Request))
_VALUES: Final = operator.attrgetter(*_MEMBERS)


class RequestLog:
    """The latest requests, in the order in which they were finished; a number is never given twice."""

    def __init__(self, size: int = 10_000) -> None:
        self._latest: collections.deque[Request] = collections.deque(maxlen=size)
        self._numbers = itertools.count(1)
        self._observers: list[Callable[[Request], None]] = []

    def observe(self, observer: Callable[[Request], None]) -> None:
        """Tell *observer* of every request that is kept from now on."""
        self._observers.append(observer)

    def add(self, request: Request) -> None:
        """Keep a finished request, and number it."""
        request.number = next(self._numbers)
        self._latest.append(request)
        for observer in self._observers:
            observer(request)

    def after(self, number: int) -> list[Request]:
        """Return the requests with greater numbers, newest last."""
        return [request for request in self._latest if request.number > number]

    def clear(self) -> None:
        """Forget the requests; the numbers go on."""
        self._latest.clear()
