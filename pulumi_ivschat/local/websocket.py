"""
The socket of the messaging API: an adapter between `websockets`' protocol and `messaging`, on uvicorn's port.

It is not an ASGI application, since ASGI frames a text for each receiver and waits for slow ones. Here a frame is made once for a
room and written to every connection at once. A connection that does not read is dropped.
"""

from __future__ import annotations

import asyncio
import functools
import logging
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final

from websockets.frames import Frame, Opcode
from websockets.http11 import Request
from websockets.protocol import State
from websockets.server import ServerProtocol

from pulumi_ivschat.local import host_names, messaging, tokens
from pulumi_ivschat.local.errors import unusable
from pulumi_ivschat.local.messaging import GOING_AWAY, SEND_MESSAGE, Action, ActionRefused, Message, Session, written
from pulumi_ivschat.local.quotas import FRAMES_PER_CONNECTION, RateLimit
from pulumi_ivschat.local.review import needs_review
from pulumi_ivschat.local.service import Service
from pulumi_ivschat.local.store import StoreError

LARGEST_FRAME: Final = 32 * 1024
"""Bytes: more than the longest message with the most attributes, however JSON escapes them."""
SLOWEST_READER: Final = 1024 * 1024
"""Bytes that may wait for a client."""

PING_SECONDS: Final = 20.0
"""Between two pings; a client that leaves two unanswered is dropped."""
CLOSE_SECONDS: Final = 3.0
"""Time for a client to close its side of a connection."""
_LAST_WORD_SECONDS: Final = 0.5
"""Time for a close frame to reach a client that is no longer read."""
_MALFORMED: Final = 1007
_POLICY_VIOLATION: Final = 1008
_AT_ONCE: Final = 4096
"""Bytes that are parsed before frames are counted."""
_CONTENT: Final = (Opcode.TEXT, Opcode.BINARY, Opcode.CONT)
_LOG: Final = logging.getLogger("pulumi_ivschat.local")


class Refused(Exception):
    """Raised when a handshake opens no session."""

    def __init__(self, status: HTTPStatus, message: str) -> None:
        super().__init__(status, message)
        self.status = status
        self.message = message


@functools.lru_cache(maxsize=16)
def _framed(text: str) -> bytes:
    """Return a text as a WebSocket frame: the same bytes for everybody in a room."""
    return Frame(Opcode.TEXT, text.encode()).serialize(mask=False, extensions=[])


class MessagingSocket(asyncio.Protocol):
    """One client's connection, from uvicorn's hand-over to its end."""

    def __init__(self, service: Service, *, server_state: Any, **_: Any) -> None:
        """Take what uvicorn gives a WebSocket protocol; *service* is ours."""
        self._service = service
        self._open_connections = server_state.connections
        self._protocol = ServerProtocol(
            max_size=LARGEST_FRAME, select_subprotocol=lambda _, offered: offered[0] if len(offered) == 1 else None
        )
        self._session: Session | None = None
        self._ended = False
        self._kind = Opcode.TEXT
        self._parts: list[bytes] = []
        self._timers: set[asyncio.TimerHandle] = set()
        self._in_order = asyncio.Lock()
        self._reviews: set[asyncio.Task[None]] = set()
        self._unanswered_pings = 0
        self._frames = RateLimit()
        self._too_many_frames = False
        self._transport: asyncio.Transport

    # Called by asyncio and uvicorn

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take over a connection whose client asked for a WebSocket."""
        self._transport = transport  # type: ignore[assignment]
        self._open_connections.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """Leave the room; what is under review is delivered all the same, since the SDK changes connections at any time."""
        del exc
        self._open_connections.discard(self)
        for timer in self._timers:
            timer.cancel()
        if self._session is not None:
            self._service.chat.leave(self._session)

    def data_received(self, data: bytes) -> None:
        """Take what the client sent, a piece at a time: a flood of tiny frames ends before all of it is parsed."""
        for begin in range(0, len(data), _AT_ONCE):
            self._protocol.receive_data(data[begin : begin + _AT_ONCE])
            for event in self._protocol.events_received():
                if isinstance(event, Request):
                    self._handshake(event)
                else:
                    self._frame(event)
            self._flush()
            if self._too_many_frames:
                return

    def shutdown(self) -> None:
        """Close in good order, when the service stops."""
        if self._session is None:
            self.abort()
        self.close(GOING_AWAY, "The service stops")

    # Called by a session

    def send(self, text: str) -> None:
        """Send a frame; drop the connection where too much waits to be read."""
        if self._protocol.state is State.OPEN:
            self._transport.write(_framed(text))
            self._drop_slow_reader()

    def _drop_slow_reader(self) -> None:
        if self._transport.get_write_buffer_size() > SLOWEST_READER:
            self.abort()

    def close(self, code: int, reason: str) -> None:
        """Close with a close frame, and do not wait for ever for the client's; what it sends from now on is ignored."""
        self._ended = True
        if self._protocol.state is State.OPEN:
            self._protocol.send_close(code, reason)
            self._flush()
            self._later(CLOSE_SECONDS, self.abort)

    def abort(self) -> None:
        """Cut the connection."""
        self._transport.abort()

    # The handshake

    def _handshake(self, request: Request) -> None:
        response, grant = self._protocol.accept(request), None
        if response.status_code == HTTPStatus.SWITCHING_PROTOCOLS:
            try:
                grant = self._admitted(request)
            except Refused as refused:
                response = self._protocol.reject(refused.status, f"{refused.message}\n")
            except StoreError as error:
                response = self._protocol.reject(HTTPStatus.INTERNAL_SERVER_ERROR, f"{unusable(error).message}\n")
        self._protocol.send_response(response)
        self._flush()
        if grant is not None:
            self._begin(grant)

    def _admitted(self, request: Request) -> tokens.Grant:
        """Return the grant of the client's token, now used; raise Refused where it opens nothing."""
        if refused := host_names.refusal(request.headers.get_all("Host"), self._service.settings.allowed_hosts):
            raise Refused(HTTPStatus.FORBIDDEN, refused)
        token = self._protocol.subprotocol
        if token is None:
            raise Refused(HTTPStatus.UNAUTHORIZED, "The one sub-protocol must be a chat token")
        store, now = self._service.store, self._service.clock()
        try:
            grant = tokens.opened(token, store.token_key, now)
        except tokens.TokenRefused as refused:
            raise Refused(HTTPStatus.FORBIDDEN, str(refused)) from None
        if store.get(grant.room_arn) is None:
            raise Refused(HTTPStatus.NOT_FOUND, "The room does not exist")
        if not store.use_token(grant.id, grant.expires.timestamp(), now.timestamp()):
            raise Refused(HTTPStatus.FORBIDDEN, "The chat token has been used")
        return grant

    def _begin(self, grant: tokens.Grant) -> None:
        self._session = self._service.chat.join(grant, self)
        self._later(_until(grant.session_expires, self._service.clock()), self._expire)
        self._later(PING_SECONDS, self._ping)

    def _expire(self) -> None:
        self.close(messaging.NORMAL, "The session has expired")

    # Frames

    def _frame(self, frame: Any) -> None:
        if self._too_many_frames or not self._frames.take(self._service.clock(), FRAMES_PER_CONNECTION):
            self._stop_reading()
        elif frame.opcode is Opcode.PONG:
            self._unanswered_pings = 0
        elif frame.opcode in _CONTENT:
            self._kind = self._kind if frame.opcode is Opcode.CONT else frame.opcode
            if frame.data:  # of nothing, there may be any number
                self._parts.append(bytes(frame.data))
            if frame.fin:
                content, self._parts = b"".join(self._parts), []
                self._whole(content)

    def _stop_reading(self) -> None:
        """Close, and read no more: a flood must not take the time of the others."""
        if not self._too_many_frames:
            self._too_many_frames = True
            self._transport.pause_reading()
            self.close(_POLICY_VIOLATION, f"More than {FRAMES_PER_CONNECTION} frames in a second")
            self._later(_LAST_WORD_SECONDS, self.abort)

    def _whole(self, content: bytes) -> None:
        if self._kind is Opcode.BINARY:
            self._refuse(ActionRefused(messaging.INVALID, "The request is not a text frame"))
            return
        try:
            text = content.decode()
        except UnicodeDecodeError:
            self._ended = True
            self._protocol.fail(_MALFORMED, "The request is not UTF-8")
            return
        try:
            self._act(text)
        except ActionRefused as refused:
            self._refuse(refused)
        except StoreError as error:
            self._refuse(ActionRefused(500, unusable(error).message))
        except Exception:  # noqa: BLE001 - the client gets an answer, the log the rest
            _LOG.exception("The local service failed at a request of a client")
            self._refuse(ActionRefused(500, "The local service failed: see its log"))

    def _act(self, text: str) -> None:
        session = self._session
        # The client's own close frame may have come along with its last request.
        if session is None or self._ended:
            return
        action = session.action(text, self._service.clock())
        if action.name == SEND_MESSAGE:
            self._send_message(session, action)
        else:
            self._service.chat.moderate(session, action)

    def _send_message(self, session: Session, action: Action) -> None:
        message = self._service.chat.message(session, action)
        if not needs_review(message) and not self._in_order.locked():
            self._service.chat.deliver(message)
            return
        review = asyncio.get_running_loop().create_task(self._deliver_in_order(message))
        self._reviews.add(review)
        review.add_done_callback(self._reviews.discard)

    async def _deliver_in_order(self, message: Message) -> None:
        """Review at once, but deliver a user's messages as they were sent."""
        ip = self._transport.get_extra_info("peername")[0]
        review = asyncio.ensure_future(self._service.reviewers.reviewed(message, ip)) if needs_review(message) else None
        async with self._in_order:
            try:
                self._service.chat.deliver(await review if review else message)
            except ActionRefused as refused:
                self._refuse(refused)

    def _refuse(self, refused: ActionRefused) -> None:
        self.send(written(refused.frame()))

    # Time

    def _ping(self) -> None:
        if self._unanswered_pings > 1:
            self.abort()
            return
        self._unanswered_pings += 1
        if self._protocol.state is State.OPEN:
            self._protocol.send_ping(b"")
            self._flush()
            self._later(PING_SECONDS, self._ping)

    def _later(self, seconds: float, then: Any) -> None:
        def run() -> None:
            self._timers.discard(timer)
            then()

        timer = asyncio.get_running_loop().call_later(seconds, run)
        self._timers.add(timer)

    def _flush(self) -> None:
        for data in self._protocol.data_to_send():
            if data:
                self._transport.write(data)
                self._drop_slow_reader()
            elif not self._transport.is_closing():  # the protocol's word for the end of what is sent
                self._transport.write_eof()
                self._later(CLOSE_SECONDS, self.abort)


def _until(time: datetime, now: datetime) -> float:
    return max(0.0, (time - now).total_seconds())
