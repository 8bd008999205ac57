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

_LAST_ANSWER: Final = 1.0
"""Seconds in which an answer that is under way may still end, once the time of its request is over."""
_MOST_EVENTS: Final = 1000
"""Parts of a request, such as chunks, in what is read at once: AWS's clients send one or two."""


class Dropped(Exception):
    """Raised where a connection is to be closed without an answer."""


class _Connection(h11.Connection):
    _events = 0
    _head = b""

    def receive_data(self, data: bytes) -> None:
        """Take what has been read."""
        self._events = 0
        super().receive_data(data)

    def next_event(self) -> Any:
        """Return the next event; refuse a request that a proxy may have read as two, and one in too many parts."""
        event = super().next_event()
        self._events += 1
        if self._events > _MOST_EVENTS:
            msg = "too many parts"
            raise h11.RemoteProtocolError(msg)
        if isinstance(event, h11.Request) and _lengths(event) >= _LENGTHS:
            msg = "Content-Length and Transfer-Encoding"
            raise h11.RemoteProtocolError(msg)
        return event

    def send(self, event: Any) -> Any:
        """Return the bytes of an event; those of an answer's head come with its body, which follows if its length is known."""
        written = super().send(event)
        if type(event) is h11.Response and b"content-length" in _lengths(event):
            self._head = written
            return b""
        if self._head and written is not None:
            written, self._head = self._head + written, b""
        return written


_LENGTHS: Final = {b"content-length", b"transfer-encoding"}
_SIZES: Final = {len(name) for name in _LENGTHS}


def _lengths(event: h11.Request | h11.Response) -> set[bytes]:
    """Return the headers of a message that show the length of its body."""
    return {name.lower() for name, _ in event.headers.raw_items() if len(name) in _SIZES}


class TrackedProtocol(H11Protocol):
    """
    uvicorn's HTTP protocol; it keeps its connections by the addresses of both ends.

    A client that has not sent a whole request, head and body, after *slowest_request* seconds is cut.
    """

    def __init__(self, slowest_request: float, **given: Any) -> None:
        super().__init__(**given)
        self.conn = _Connection(h11.SERVER)
        self._slowest_request = slowest_request
        self._cut: asyncio.TimerHandle | None = None
        self._handed_over = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Note the connection."""
        super().connection_made(transport)
        self._ends = (self.server, self.client)
        _OPEN[self._ends] = self
        self._watch()

    def data_received(self, data: bytes) -> None:
        """Take what the client sent; it then waits for an answer, or owes the rest of a request."""
        super().data_received(data)
        self._watch()

    def on_response_complete(self) -> None:
        """Go on with the next request, of which something may have been received."""
        super().on_response_complete()
        self._watch()

    def time_left(self) -> float | None:
        """Return in how many seconds the request must have been received; None if it has been received whole."""
        if self.conn.their_state in _WHOLE:
            return None
        return self._slowest_request if self._cut is None else max(0.0, self._cut.when() - self.loop.time())

    def _watch(self) -> None:
        """Start the time of a request with its first byte, the first one's with the connection, and end it with its last."""
        if self._handed_over or not self._owes():
            self._unwatch()
        elif self._cut is None:
            self._cut = self.loop.call_later(self._slowest_request, self._overdue)

    def _owes(self) -> bool:
        if self.conn.their_state is h11.IDLE:
            return self.timeout_keep_alive_task is None or bool(self.conn.trailing_data[0])
        return self.conn.their_state is h11.SEND_BODY

    def _overdue(self) -> None:
        answering = self.cycle is not None and not self.cycle.response_complete
        if answering:
            self._cut = self.loop.call_later(_LAST_ANSWER, self.transport.abort)
        else:
            self.transport.abort()

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


_OPEN: Final[dict[tuple[Any, Any], TrackedProtocol]] = {}
_WHOLE: Final = {h11.DONE, h11.MUST_CLOSE, h11.CLOSED}


def time_left(scope: Scope, otherwise: float) -> float | None:
    """
    Return in how many seconds a request must have been received, None if it has been received whole.

    *otherwise* is returned if its connection is not uvicorn's.
    """
    connection = _OPEN.get((scope.get("server"), scope.get("client")))
    return otherwise if connection is None else connection.time_left()


async def drop(scope: Scope, receive: Receive) -> None:
    """Close the connection of a request at once; raise Dropped if it is not one of uvicorn's."""
    connection = _OPEN.get((scope["server"], scope["client"]))
    if connection is None:
        raise Dropped
    connection.transport.abort()
    while (await receive())["type"] != "http.disconnect":
        pass
