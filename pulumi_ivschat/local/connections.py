"""Open connections, so that one can be closed without an answer: ASGI has no word for that."""

from __future__ import annotations

import asyncio
from typing import Any, Final

import h11
from starlette.types import Receive, Scope
from uvicorn.protocols.http.h11_impl import H11Protocol

_OPEN: Final[dict[tuple[Any, Any], asyncio.Transport]] = {}


class Dropped(Exception):
    """Raised where a connection is to be closed without an answer."""


class TrackedProtocol(H11Protocol):
    """uvicorn's HTTP protocol; it keeps its connections by the addresses of both ends."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Note the connection."""
        super().connection_made(transport)
        self._ends = (self.server, self.client)
        _OPEN[self._ends] = transport

    def handle_websocket_upgrade(self, event: h11.Request) -> None:
        """Hand the connection over to the WebSocket protocol, which looks after it from here."""
        _OPEN.pop(self._ends, None)
        super().handle_websocket_upgrade(event)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        _OPEN.pop(self._ends, None)
        super().connection_lost(exc)


async def drop(scope: Scope, receive: Receive) -> None:
    """Close the connection of a request at once; raise Dropped where it is not one of uvicorn's."""
    transport = _OPEN.get((scope["server"], scope["client"]))
    if transport is None:
        raise Dropped
    transport.abort()
    while (await receive())["type"] != "http.disconnect":
        pass
