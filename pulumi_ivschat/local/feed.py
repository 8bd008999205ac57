"""What happens in the rooms and at the control plane, as it happens; the latest of it is kept for who comes later."""

from __future__ import annotations

import asyncio
import collections
import itertools
from collections.abc import AsyncIterator, Mapping
from typing import Any, Final

import attrs

FRAME: Final = "frame"
CALL: Final = "call"
SKIPPED: Final = "skipped"
RESET: Final = "reset"


@attrs.frozen
class Event:
    """Something that happened; a number is never given twice."""

    number: int
    kind: str
    data: Mapping[str, Any] = attrs.field(repr=False)


class Feed:
    """
    The latest events, which any number of readers follow, each from its own position.

    Nothing is kept for a single reader: one that is slower than the events misses the oldest, and gets their number.
    """

    def __init__(self, size: int = 1000) -> None:
        self._latest: collections.deque[Event] = collections.deque(maxlen=size)
        self._last = 0
        self._waiting: set[asyncio.Future[None]] = set()
        self._closed = False

    def add(self, kind: str, data: Mapping[str, Any]) -> None:
        """Keep an event, and wake the readers."""
        self._last += 1
        self._latest.append(Event(self._last, kind, data))
        self._wake()

    def after(self, number: int) -> list[Event]:
        """Return the events with greater numbers, oldest first; before them, how many are no longer kept."""
        if number >= self._last:
            return []
        first = self._latest[0].number
        found = list(itertools.islice(self._latest, max(0, number + 1 - first), None))
        missed = first - number - 1
        return [Event(first - 1, SKIPPED, {"count": missed}), *found] if number and missed > 0 else found

    def is_complete(self) -> bool:
        """Return whether all events since the start, or the last `clear`, are kept."""
        return self._last == 0 or self._latest[0].number == 1 or self._latest[0].kind == RESET

    async def follow(self, number: int) -> AsyncIterator[list[Event]]:
        """Yield the events after a number, and then those that come, until the feed is closed."""
        while not self._closed:
            if found := self.after(number):
                number = found[-1].number
                yield found
            else:
                await self._news()

    def clear(self) -> None:
        """Forget the events, and notify the readers; the numbers go on."""
        self._latest.clear()
        self.add(RESET, {})

    def close(self) -> None:
        """Send the readers away."""
        self._closed = True
        self._wake()

    async def _news(self) -> None:
        news = asyncio.get_running_loop().create_future()
        self._waiting.add(news)
        try:
            await news
        finally:
            self._waiting.discard(news)

    def _wake(self) -> None:
        for news in self._waiting:
            if not news.done():
                news.set_result(None)
