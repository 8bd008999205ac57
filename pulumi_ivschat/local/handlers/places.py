"""The places that a function has for events at the same time."""

from __future__ import annotations

import asyncio
import collections
from typing import Final

from pulumi_ivschat.local.handlers import HandlerError

PATIENCE: Final = 5.0
"""Seconds that an event waits for a place."""


class Places:
    """A number of places. Events wait for one in their order, for *patience* seconds at most."""

    def __init__(self, number: int, patience: float = PATIENCE) -> None:
        self._free = number
        self._patience = patience
        self._waiting: collections.deque[asyncio.Future[None]] = collections.deque()

    @property
    def wanted(self) -> bool:
        """Whether an event waits."""
        return bool(self._waiting)

    @property
    def full(self) -> bool:
        """Whether no place is free."""
        return self._free == 0

    async def take(self) -> None:
        """Take a place; raise HandlerError if none becomes free in time."""
        if not self.full:
            self._free -= 1
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            await asyncio.wait({turn}, timeout=self._patience)
        except asyncio.CancelledError:
            if turn.done():
                self.leave()
            raise
        finally:
            if turn in self._waiting:
                self._waiting.remove(turn)
        if not turn.done():
            msg = f"it was busy with other messages for {self._patience:g} s"
            raise HandlerError(msg)

    def leave(self) -> None:
        """Return a place back, to the event that waits longest if one does."""
        if self._waiting:
            self._waiting.popleft().set_result(None)
        else:
            self._free += 1
