"""
One connection to a room by the messaging API: actions out, frames in.

The chat token is the only sub-protocol of the WebSocket; actions and frames are JSON texts
(docs.aws.amazon.com/ivs/latest/chatmsgapireference). No error holds the token.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import uuid
from collections.abc import AsyncIterator, Mapping
from typing import Any, Final, TypeAlias

import attrs
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus, WebSocketException
from websockets.typing import Subprotocol

from pulumi_ivschat.errors import IvsChatError, UnreachableError

Frame: TypeAlias = dict[str, Any]

_OPEN_SECONDS: Final = 10
_CLOSE_SECONDS: Final = 2
_LARGEST_FRAME: Final = 1024 * 1024
_EXPIRED: Final = 401
_LONGEST_REFUSAL: Final = 200


class Dropped(Exception):
    """Raised when the connection is lost: another one, with a new token, may hold."""


class Closed(Exception):
    """Raised when the service has closed the connection, and meant it."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(code, reason)
        self.code = code
        self.reason = reason


@attrs.frozen(eq=False)
class ChatClient:
    """An open connection."""

    _socket: ClientConnection
    _unanswered: dict[str, Mapping[str, Any]] = attrs.field(factory=dict, init=False)
    _settled: asyncio.Event = attrs.field(factory=asyncio.Event, init=False)

    async def send(self, action: Mapping[str, Any]) -> None:
        """Send an action, with a RequestId if it has none; raise Dropped where the connection is gone."""
        document = {"RequestId": str(uuid.uuid4()), **action}
        self._unanswered[str(document["RequestId"])] = action
        self._settled.clear()
        try:
            await self._socket.send(json.dumps(document))
        except ConnectionClosed:
            self.answered(document)
            raise Dropped from None

    async def frames(self) -> AsyncIterator[Frame]:
        """Yield the JSON objects that the service sends; raise Dropped or Closed at the end."""
        while True:
            try:
                text = await self._socket.recv()
            except ConnectionClosed as ended:
                raise Closed(ended.rcvd.code, ended.rcvd.reason) if ended.rcvd else Dropped from None
            if frame := _read(text):
                yield frame
                if frame.get("Type") == "ERROR" and frame.get("ErrorCode") == _EXPIRED:
                    raise Dropped

    def answered(self, frame: Frame) -> Mapping[str, Any]:
        """Return the action that a frame answers, which then waits no more; {} where it answers none."""
        action = self._unanswered.pop(str(frame.get("RequestId")), {})
        if not self._unanswered:
            self._settled.set()
        return action

    async def settled(self, seconds: float) -> int:
        """Wait until everything sent is answered, some seconds at most; return how many are not."""
        if self._unanswered:
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._settled.wait(), seconds)
        return len(self._unanswered)

    async def close(self) -> int:
        """Close the connection; return how many actions get no answer any more."""
        await self._socket.close()
        lost = len(self._unanswered)
        self._unanswered.clear()
        self._settled.set()
        return lost


async def connected(url: str, token: str) -> ChatClient:
    """Connect to a messaging endpoint; raise an IvsChatError if that is refused, UnreachableError if none answers."""
    try:
        socket = await connect(
            url,
            subprotocols=[Subprotocol(token)],
            open_timeout=_OPEN_SECONDS,
            close_timeout=_CLOSE_SECONDS,
            max_size=_LARGEST_FRAME,
            proxy=None if url.startswith("ws:") else True,
        )
    except InvalidStatus as refused:
        raise _refusal(url, refused, token) from None
    except (OSError, TimeoutError, asyncio.TimeoutError) as error:
        msg = f"{url} gives no answer: {getattr(error, 'strerror', None) or type(error).__name__}"
        raise UnreachableError(msg) from None
    except (WebSocketException, ValueError) as error:
        msg = f"{url} opens no WebSocket: {type(error).__name__}"
        raise IvsChatError(msg) from None
    return ChatClient(socket)


def _refusal(url: str, refused: InvalidStatus, token: str) -> IvsChatError:
    said = (refused.response.body or b"")[:_LONGEST_REFUSAL].decode(errors="replace").strip().replace(token, "[secret]")
    msg = ": ".join(filter(None, [f"{url} refused the connection", f"HTTP {refused.response.status_code}", said]))
    return IvsChatError(msg)


def _read(text: str | bytes) -> Frame | None:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return document if isinstance(document, dict) else None
