"""Progress on a terminal, for work that takes long; pipes and pipelines see none of it."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, TypeVar

import attrs

if TYPE_CHECKING:
    from rich.progress import Progress

_T = TypeVar("_T")

PATIENCE: Final = 1.0
"""Seconds of work before progress is shown."""


@contextmanager
def progress(doing: str) -> Iterator[Callable[[], None]]:
    """
    Show what is done, how many are done and since when, if stderr is a terminal and the work takes longer than `PATIENCE`.

    Yields a function that counts one more; the line disappears at the end. The work must not ask questions.
    """
    if not (sys.stderr and sys.stderr.isatty()):
        yield _uncounted
        return
    line = _Line(doing)
    timer = threading.Timer(PATIENCE, line.show)
    timer.daemon = True
    timer.start()
    try:
        yield line.count
    finally:
        timer.cancel()
        timer.join()
        line.hide()


def counted(doing: str, items: Iterable[_T]) -> Iterator[_T]:
    """Yield the items, and show meanwhile how many there were."""
    with progress(doing) as count:
        for item in items:
            count()
            yield item


def _uncounted() -> None:
    """Count nothing."""


@attrs.define(eq=False)
class _Line:
    """The line that shows the work and the number done so far. It loads rich only once it is shown, so quick work stays quick."""

    doing: str
    _counted: int = 0
    _begin: float = attrs.field(factory=time.monotonic)
    _bar: Progress | None = None

    def count(self) -> None:
        """Count one more."""
        self._counted += 1
        if self._bar:
            self._bar.update(self._bar.tasks[0].id, count=f"{self._counted}")

    def show(self) -> None:
        """Show the line, with the time since the work began."""
        bar = _bar(self._time)
        bar.add_task(self.doing, total=None, count=f"{self._counted or ''}")
        self._bar = bar
        bar.start()

    def _time(self) -> float:
        """Return the time as the line has it: until it is shown, that of the begin of the work."""
        return time.monotonic() if self._bar else self._begin

    def hide(self) -> None:
        """Remove the line if it is shown."""
        if self._bar:
            self._bar.stop()


def _bar(get_time: Callable[[], float]) -> Progress:
    from rich.console import Console  # noqa: PLC0415  takes long to load
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn  # noqa: PLC0415  the same

    columns = (SpinnerColumn("line"), TextColumn("{task.description}"), TextColumn("{task.fields[count]}"))
    console = Console(stderr=True)
    return Progress(*columns, TimeElapsedColumn(), console=console, transient=True, get_time=get_time)
