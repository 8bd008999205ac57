"""This package's errors in a program, told as Pulumi tells a program's own: the text, and no traceback."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import pulumi

from pulumi_ivschat.errors import IvsChatError


@contextlib.contextmanager
def as_run_error(about: str = "") -> Iterator[None]:
    """Raise pulumi.RunError, beginning with *about*, for an IvsChatError raised inside."""
    try:
        yield
    except IvsChatError as error:
        msg = f"{about}{error}"
        raise pulumi.RunError(msg) from None
