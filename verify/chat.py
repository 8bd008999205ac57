"""A chat client of one connection: frames as they are, the status of a refused handshake, and close codes."""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING, Any, Final

from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Subprotocol

if TYPE_CHECKING:
    from typing_extensions import Self

_ANSWER_SECONDS: Final = 5.0
_NUMBERS: Final = itertools.count(1)
OPENED: Final = 101
CUT: Final = "cut"


class Client:
    """A connection that a chat token opens; *wait* is called before each frame, *see* with each that arrives."""

    def __init__(
        self,
        url: str,
        token: str,
        wait: Callable[[], None] = lambda: None,
        see: Callable[[dict[str, Any]], None] = lambda _: None,
    ) -> None:
        wait()
        self._see = see
        self._wait = wait
        self._open = ExitStack()
        self._socket = self._open.enter_context(
            connect(url, subprotocols=[Subprotocol(token)], proxy=None, open_timeout=10, close_timeout=1)
        )
        self.protocol = self._socket.subprotocol

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def send(self, frame: Any) -> None:
        """Send a frame: a text or bytes as they are, anything else as JSON."""
        self._wait()
        with suppress(ConnectionClosed):
            self._socket.send(frame if isinstance(frame, (str, bytes)) else json.dumps(frame))

    def send_at_once(self, frames: list[dict[str, Any]]) -> None:
        """Send frames without a wait between them."""
        for frame in frames:
            self._socket.send(json.dumps(frame))

    def ask(self, action: str, **members: Any) -> dict[str, Any]:
        """Send a request, and return the frame with its request id."""
        request_id = members.pop("RequestId", f"request-{next(_NUMBERS)}")
        self.send({"Action": action, "RequestId": request_id, **members})
        return self.until(lambda frame: frame.get("RequestId") == request_id)[-1]

    def code_of(self, action: str, **members: Any) -> int | str:
        """Send a request, and return the code of its error, or the close code if the connection closes instead."""
        try:
            answer = self.ask(action, **members)
        except ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd else CUT
        return int(answer["ErrorCode"]) if "ErrorCode" in answer else "accepted"

    def until(self, wanted: Callable[[dict[str, Any]], bool], seconds: float = _ANSWER_SECONDS) -> list[dict[str, Any]]:
        """Return the frames up to the wanted one; raise TimeoutError if it is not there in time."""
        frames: list[dict[str, Any]] = []
        end = time.monotonic() + seconds
        while True:
            frames.append(json.loads(self._socket.recv(timeout=max(0.0, end - time.monotonic()))))
            self._see(frames[-1])
            if wanted(frames[-1]):
                return frames

    def next(self) -> dict[str, Any]:
        """Return the next frame."""
        return self.until(lambda _: True)[-1]

    def upto(self, request_id: str) -> list[dict[str, Any]]:
        """Send a message, and return the frames before it: by then all earlier ones have arrived."""
        self.send({"Action": "SEND_MESSAGE", "RequestId": request_id, "Content": "fence"})
        return self.until(lambda frame: frame.get("RequestId") == request_id)[:-1]

    def closed(self, seconds: float = _ANSWER_SECONDS) -> int | str:
        """Return the code of the close frame, or `CUT` without one; raise TimeoutError if it stays open."""
        try:
            self.until(lambda _: False, seconds)
        except ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd else CUT
        raise AssertionError  # pragma: no cover - `until` never returns here


def handshake(url: str, *protocols: str, wait: Callable[[], None] = lambda: None) -> int:
    """Return the status of a handshake: 101 if it opens a connection, which is then closed."""
    wait()
    named = [Subprotocol(each) for each in protocols] or None
    try:
        with connect(url, subprotocols=named, proxy=None, open_timeout=10, close_timeout=1):
            return OPENED
    except InvalidStatus as refused:
        return refused.response.status_code
