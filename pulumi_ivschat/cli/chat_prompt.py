"""A line to type on, which stays below a conversation that goes on."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import sys
from collections.abc import Callable, Iterator
from typing import Final

_SIGN: Final = "> "
_ERASE: Final = "\r\x1b[2K"
_UP: Final = "\x1b[A"


def is_possible() -> bool:
    """Return whether there is a person at a terminal that can move its cursor, and a library to edit lines with."""
    terminal = all(stream and stream.isatty() for stream in (sys.stdin, sys.stdout))
    return terminal and os.environ.get("TERM", "dumb") != "dumb" and importlib.util.find_spec("readline") is not None


def typed_lines() -> Iterator[str]:
    """Yield the lines that are typed; each that is about to come back from the room is erased."""
    from rich.cells import cell_len  # noqa: PLC0415  loaded by now

    while True:
        sys.stdout.write(_ERASE)
        try:
            line = input(_SIGN)
        except EOFError:
            return
        if not line.startswith("/") and cell_len(_SIGN + line) < os.get_terminal_size().columns:
            sys.stdout.write(_UP + _ERASE)
        yield line


def above(write: Callable[[], None]) -> None:
    """Write something above what is being typed."""
    import readline  # noqa: PLC0415  not everywhere

    sys.stdout.write(_ERASE)
    sys.stdout.flush()
    write()
    sys.stdout.write(_SIGN + readline.get_line_buffer())
    sys.stdout.flush()


@contextlib.contextmanager
def terminal_restored() -> Iterator[None]:
    """Leave the terminal as it was, though nobody has pressed Enter: readline has switched its echo off."""
    import termios  # noqa: PLC0415  not everywhere

    before = termios.tcgetattr(sys.stdin)
    try:
        yield
    finally:
        termios.tcsetattr(sys.stdin, termios.TCSADRAIN, before)
        sys.stdout.write(_ERASE)
        sys.stdout.flush()
