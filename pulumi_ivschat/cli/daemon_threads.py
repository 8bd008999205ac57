"""What blocks, for an event loop: lines of input and calls, in threads that nobody waits for when the loop ends."""

from __future__ import annotations

import asyncio
import codecs
import contextlib
import os
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Final, TypeVar

T = TypeVar("T")

_AHEAD: Final = 100
_CHUNK: Final = 65536


async def called(function: Callable[[], T]) -> T:
    """Call a function, and give or raise what it does."""
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


async def lines(descriptor: int) -> AsyncIterator[str]:
    """
    Give the lines that come in by a file descriptor, without their ends and without empty ones.

    They are not read through `sys.stdin`, whose lock the thread would hold while the process ends.
    """
    loop, queue = asyncio.get_running_loop(), asyncio.Queue[str | None]()
    slots = threading.Semaphore(_AHEAD)

    def read() -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed
            for line in (*_split(descriptor), None):
                slots.acquire()
                loop.call_soon_threadsafe(queue.put_nowait, line)

    threading.Thread(target=read, daemon=True).start()
    while (line := await queue.get()) is not None:
        slots.release()
        if line:
            yield line


def _split(descriptor: int) -> Iterator[str]:
    decoder, rest = codecs.getincrementaldecoder("utf-8")("replace"), ""
    with contextlib.suppress(OSError):  # a terminal that is gone
        while content := os.read(descriptor, _CHUNK):
            *whole, rest = (rest + decoder.decode(content)).split("\n")
            yield from (line.removesuffix("\r") for line in whole)
    yield rest + decoder.decode(b"", final=True)
