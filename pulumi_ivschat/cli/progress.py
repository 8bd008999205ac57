"""Progress on a terminal, for work that takes long; pipes and pipelines see none of it."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, TypeVar

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
    if not sys.stderr.isatty():
        yield _uncounted
        return
    bar = _bar()
    task = bar.add_task(doing, total=None, count="")

    def count() -> None:
        bar.advance(task)
        bar.update(task, count=f"{bar.tasks[0].completed:g}")

    with _later(bar):
        yield count


def counted(doing: str, items: Iterable[_T]) -> Iterator[_T]:
    """Yield the items, and show meanwhile how many there were."""
    with progress(doing) as count:
        for item in items:
            count()
            yield item


def _uncounted() -> None:
    """Count nothing."""


def _bar() -> Progress:
    from rich.console import Console  # noqa: PLC0415  takes long to load
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn  # noqa: PLC0415  the same

    columns = (SpinnerColumn("line"), TextColumn("{task.description}"), TextColumn("{task.fields[count]}"))
    return Progress(*columns, TimeElapsedColumn(), console=Console(stderr=True), transient=True)


@contextmanager
def _later(bar: Progress) -> Iterator[None]:
    """Show the bar after `PATIENCE`, and until the end of the block."""
    timer = threading.Timer(PATIENCE, bar.start)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()
        bar.stop()
