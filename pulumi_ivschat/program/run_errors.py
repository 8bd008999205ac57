"""This package's errors in a program, shown as Pulumi shows a program's own: the text, and no traceback."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import pulumi

from pulumi_ivschat.errors import IvsChatError
from pulumi_ivschat.plain_text import plain_lines
from pulumi_ivschat.program import interrupts


@contextlib.contextmanager
def as_run_error(about: str = "") -> Iterator[None]:
    """Let an IvsChatError raised inside be a pulumi.RunError as well, whose text begins with *about*."""
    interrupts.end_quietly()
    try:
        yield
    except IvsChatError as error:
        combined = _combined(type(error))(**vars(error))
        combined.about = about
        raise combined from None


class _RunError(IvsChatError, pulumi.RunError):
    """An error of ours that is one of Pulumi's: a program can catch it by its class, and the CLI shows its text."""

    about = ""

    def __str__(self) -> str:
        return f"{plain_lines(self.about)}{super().__str__()}"


def _combined(kind: type[IvsChatError]) -> type[_RunError]:
    return type(kind.__name__, (_RunError, kind), {"__doc__": kind.__doc__, "__module__": kind.__module__})
