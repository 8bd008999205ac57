"""A chat client without a library, which reads the small frames that a benchmark sends and costs next to nothing."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import time
from typing import Final

_SWITCHING: Final = b"HTTP/1.1 101 "
_TEXT: Final = 0x81
_PING: Final = 0x89
_PONG: Final = b"\x8a\x80\0\0\0\0"
_TWO_BYTES: Final = 126


class Client(asyncio.Protocol):
    """A client that notes the number of each message, and how many seconds it took."""

    def __init__(self, token: str) -> None:
        self._token = token
        self._rest = b""
        self._transport: asyncio.Transport
        self.opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.numbers: set[int] = set()
        self.delays: list[float] = []
        self.lost = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for a WebSocket."""
        self._transport = transport  # type: ignore[assignment]
        host, port = transport.get_extra_info("peername")[:2]
        lines = [
            "GET / HTTP/1.1",
            f"Host: {host}:{port}",
            "Upgrade: websocket",
            "Connection: Upgrade",
            f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}",
            "Sec-WebSocket-Version: 13",
            f"Sec-WebSocket-Protocol: {self._token}",
        ]
        self._transport.write("\r\n".join([*lines, "", ""]).encode())

    def data_received(self, data: bytes) -> None:
        """Note what came."""
        data = self._rest + data
        if not self.opened.done():
            head, separator, data = data.partition(b"\r\n\r\n")
            if not separator:
                self._rest = head
                return
            self._open(head)
        self._rest = self._frames(data)

    def _open(self, head: bytes) -> None:
        if head.startswith(_SWITCHING):
            self.opened.set_result(None)
        else:
            self.opened.set_exception(ConnectionError(head.decode("latin-1")))

    def _frames(self, data: bytes) -> bytes:
        """Take the whole frames, and return the beginning of the next one."""
        at = 0
        while len(data) >= at + 4 or data[at:] == bytes([_PING, 0]):
            size, begin = data[at + 1], at + 2
            if size == _TWO_BYTES:
                size, begin = int.from_bytes(data[at + 2 : at + 4], "big"), at + 4
            if len(data) < begin + size:
                break
            self._frame(data[at], data[begin : begin + size])
            at = begin + size
        return data[at:]

    def _frame(self, opcode: int, content: bytes) -> None:
        if opcode == _PING:
            size = len(content)
            self._transport.write(_PONG if not size else bytes([0x8A, 0x80 | size, 0, 0, 0, 0]) + content)
        elif opcode == _TEXT:
            number, sent = json.loads(content)["Content"].split()
            self.numbers.add(int(number))
            self.delays.append(time.monotonic() - float(sent))

    def connection_lost(self, exc: Exception | None) -> None:
        """Note the end."""
        del exc
        self.lost = True
        if not self.opened.done():
            self.opened.set_exception(ConnectionError("the connection was closed"))

    def send(self, text: str) -> None:
        """Send a text frame, masked with zeros."""
        content = text.encode()
        assert len(content) < _TWO_BYTES, text  # noqa: S101  what a benchmark sends is short
        self._transport.write(bytes([_TEXT, 0x80 | len(content), 0, 0, 0, 0]) + content)

    def close(self) -> None:
        """Leave."""
        self._transport.abort()
