"""
Custom timeouts: time limits of whole creates, updates and deletes, with all their calls, waits and retries.

A resource's option `customTimeouts` sets one. It belongs to the thread that carries the operation out, so it reaches calls and
waits at any depth. When it is over, no call is sent and no wait begins. An answer that has not arrived is a lost one.
`finishing` grants some seconds more, to look for what a lost answer may have created, or to undo a change.
"""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from typing import Final

import attrs

from pulumi_ivschat.errors import Invalid, IvsChatError, TimedOut

FINISHING_SECONDS: Final = 10.0
"""Seconds that an operation may take beyond its custom timeout, to find out or undo what it did."""

_READS: Final = ("Get", "List")


@attrs.define
class CustomTimeout:
    """
    The custom timeout of an operation that runs.

    Attributes:
        name: the property that sets it, such as `customTimeouts.create`.
        seconds: its length.
        ends: when it ends, by the clock *now*.
        extra: seconds that `finishing` adds.
        is_reached: whether something was not done because of it.
        outcomes: for each operation of the API that changes something, what became of it.
    """

    name: str
    seconds: float
    ends: float
    now: Callable[[], float]
    extra: float = 0.0
    is_reached: bool = False
    outcomes: dict[str, str] = attrs.field(factory=dict)

    def left(self) -> float:
        """Return the seconds until it ends; negative afterwards."""
        return self.ends + self.extra - self.now()

    def named(self, error: IvsChatError) -> IvsChatError:
        """Return an error that names the property, what was done until then, and the remedy."""
        done = ", ".join(f"{operation} {outcome}" for operation, outcome in self.outcomes.items())
        facts = f"{self.name} is {self.seconds:g} s; {done or 'nothing was changed in AWS'}"
        longer = "" if "customTimeouts" in error.remedy else f"A longer {self.name} allows more time."
        remedy = "\n".join(filter(None, [error.remedy, longer]))
        return error.evolved(message=f"{error.message} ({facts})", remedy=remedy)


_CURRENT: Final[ContextVar[CustomTimeout | None]] = ContextVar("custom_timeout", default=None)


def validate(name: str, seconds: float) -> None:
    """Raise Invalid if a custom timeout is negative, or not a number; 0 means no limit."""
    if seconds < 0 or not math.isfinite(seconds):
        msg = f"{name} must be a positive duration, not {seconds:g} s"
        raise Invalid(msg, remedy=f'Set {name} to a duration such as "5m", or remove it.')


@contextlib.contextmanager
def limited(name: str, seconds: float, now: Callable[[], float]) -> Iterator[None]:
    """
    Limit what this thread does in the block to so many *seconds*, by the clock *now*; 0 sets none.

    Raises Invalid for a value that cannot be a limit. An IvsChatError that leaves the block after the limit names it.
    """
    validate(name, seconds)
    if not seconds:
        yield
        return
    timeout = CustomTimeout(name, seconds, now() + seconds, now)
    token = _CURRENT.set(timeout)
    try:
        yield
    except IvsChatError as error:
        if not timeout.is_reached and timeout.left() > 0:
            raise
        raise timeout.named(error) from None
    finally:
        _CURRENT.reset(token)


@contextlib.contextmanager
def finishing() -> Iterator[None]:
    """Grant FINISHING_SECONDS beyond the limit, for the calls in the block: they find out or undo what was done."""
    timeout = _CURRENT.get()
    before = timeout.extra if timeout else 0.0
    if timeout:
        timeout.extra = FINISHING_SECONDS
    try:
        yield
    finally:
        if timeout:
            timeout.extra = before


def seconds_left() -> float:
    """Return the seconds that this thread's operation has left; infinite if it has no limit."""
    timeout = _CURRENT.get()
    return timeout.left() if timeout else math.inf


def validate_wait(seconds: float = 0.0) -> None:
    """Raise TimedOut if a call cannot be sent within the limit, after a wait of so many *seconds*."""
    timeout = _CURRENT.get()
    if timeout is None or timeout.left() > seconds:
        return
    timeout.is_reached = True
    why = f"it must wait {seconds:.1f} s for its turn" if seconds else "no time was left to send it"
    raise TimedOut(why, remedy="Run again to go on.")


def reach() -> None:
    """Record that something waited in vain until the limit: an error that follows is because of it."""
    if timeout := _CURRENT.get():
        timeout.is_reached = True


def record(operation: str, outcome: str) -> None:
    """
    Record the outcome of an *operation* that changes something, for the error after the limit.

    An operation while `finishing` undoes another one, so it is not recorded.
    """
    timeout = _CURRENT.get()
    if timeout and not timeout.extra and not operation.startswith(_READS):
        timeout.outcomes[operation] = outcome


def forget(operation: str) -> None:
    """Record that the change of an operation is undone, or has not happened."""
    timeout = _CURRENT.get()
    if timeout:
        timeout.outcomes.pop(operation, None)
