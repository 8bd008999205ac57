"""Blocking calls for an event loop, in threads that do not keep the process alive when the loop ends."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator, Callable, Iterable
from typing import Final, TypeVar

import attrs

T = TypeVar("T")

_AHEAD: Final = 100


async def called(function: Callable[[], T]) -> T:
    """Call a function, and return or raise what it does."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T] = loop.create_future()

    def settle(method: Callable[..., None], value: object) -> None:
        if not future.done():
            method(value)

    def run() -> None:
        outcome: tuple[Callable[..., None], object]
        try:
            outcome = future.set_result, function()
        except Exception as error:  # noqa: BLE001  it is raised where the call is awaited
            outcome = future.set_exception, error
        with contextlib.suppress(RuntimeError):  # the loop is closed
            loop.call_soon_threadsafe(settle, *outcome)

    threading.Thread(target=run, daemon=True).start()
    return await future


async def each(items: Iterable[T]) -> AsyncIterator[T]:
    """Yield the items of an iterable, of which it is a few ahead at most; raise what that raises."""
    loop = asyncio.get_running_loop()
    queue: asyncio.Queue[T | _End] = asyncio.Queue()
    slots = threading.Semaphore(_AHEAD)

    def put(item: T | _End) -> None:
        slots.acquire()
        with contextlib.suppress(RuntimeError):  # the loop is closed
            loop.call_soon_threadsafe(queue.put_nowait, item)

    def run() -> None:
        try:
            for item in items:
                put(item)
        except Exception as error:  # noqa: BLE001  it is raised where the items are taken
            put(_End(error))
        else:
            put(_End())

    threading.Thread(target=run, daemon=True).start()
    while not isinstance(item := await queue.get(), _End):
        slots.release()
        yield item
    if item.error:
        raise item.error


@attrs.frozen
class _End:
    """The mark after the last item."""

    error: Exception | None = None
