"""
Open connections: how one is closed without an answer, for which ASGI has no word, and what uvicorn lets pass.

uvicorn waits for ever for the rest of a request, and h11 takes one that tells its length in two ways.
"""

from __future__ import annotations

import asyncio
from typing import Any, Final

import h11
from starlette.types import Receive, Scope
from uvicorn.protocols.http.h11_impl import H11Protocol

_OPEN: Final[dict[tuple[Any, Any], asyncio.Transport]] = {}


class Dropped(Exception):
    """Raised where a connection is to be closed without an answer."""


class _Connection(h11.Connection):
    def next_event(self) -> Any:
        """Give the next event; refuse a request that a proxy may have read as two."""
        event = super().next_event()
        lengths = {b"content-length", b"transfer-encoding"}
        if isinstance(event, h11.Request) and lengths <= {name for name, _ in event.headers}:
            msg = "Content-Length and Transfer-Encoding"
            raise h11.RemoteProtocolError(msg)
        return event


class TrackedProtocol(H11Protocol):
    """
    uvicorn's HTTP protocol; it keeps its connections by the addresses of both ends.

    Whoever has not sent the whole head of a request after *slowest_head* seconds is cut.
    """

    def __init__(self, slowest_head: float, **given: Any) -> None:
        super().__init__(**given)
        self.conn = _Connection(h11.SERVER)
        self._slowest_head = slowest_head
        self._cut: asyncio.TimerHandle | None = None
        self._handed_over = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Note the connection."""
        super().connection_made(transport)
        self._ends = (self.server, self.client)
        _OPEN[self._ends] = transport
        self._watch()

    def data_received(self, data: bytes) -> None:
        """Take what the client sent; it then waits for an answer, or owes the rest of a request."""
        super().data_received(data)
        self._watch()

    def _watch(self) -> None:
        answering = self.cycle is not None and not self.cycle.response_complete
        if answering or self._handed_over or self.timeout_keep_alive_task is not None:
            self._unwatch()
        elif self._cut is None:
            self._cut = self.loop.call_later(self._slowest_head, self.transport.abort)

    def _unwatch(self) -> None:
        if self._cut is not None:
            self._cut.cancel()
            self._cut = None

    def handle_websocket_upgrade(self, event: h11.Request) -> None:
        """Hand the connection over to the WebSocket protocol, which looks after it from here."""
        _OPEN.pop(self._ends, None)
        self._handed_over = True
        super().handle_websocket_upgrade(event)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        _OPEN.pop(self._ends, None)
        self._unwatch()
        super().connection_lost(exc)


async def drop(scope: Scope, receive: Receive) -> None:
    """Close the connection of a request at once; raise Dropped where it is not one of uvicorn's."""
    transport = _OPEN.get((scope["server"], scope["client"]))
    if transport is None:
        raise Dropped
    transport.abort()
    while (await receive())["type"] != "http.disconnect":
        pass
