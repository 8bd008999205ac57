"""
Requests as boto3 signs them, sent over open connections again and again by a client that costs next to nothing.

boto3 itself takes three times what the service does, so a service that it asks is never at its limit.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from typing import Any, Final
from urllib.parse import urlsplit

import attrs
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders

_CONNECTIONS: Final = 4
_LENGTH: Final = re.compile(rb"\r\ncontent-length: ([0-9]+)\r\n", re.IGNORECASE)


@attrs.frozen
class Answer:
    """An answer as it was received: its head, from the status line on, and its body."""

    head: bytes
    body: bytes

    @property
    def status(self) -> int:
        """Its HTTP status."""
        return int(self.head.split(None, 2)[1])


def signed(client: Any, call: Callable[[], Any]) -> bytes:
    """Return the bytes of the request that a call of a boto3 client would send; AWS accepts it for five minutes."""
    sent: list[Any] = []

    def keep(request: Any, **_: Any) -> AWSResponse:
        sent.append(request)
        return AWSResponse(request.url, 200, HTTPHeaders(), _Nothing())

    client.meta.events.register_first("before-send.*", keep)
    try:
        call()
    finally:
        client.meta.events.unregister("before-send.*", keep)
    return _written(sent[0])


class _Nothing:
    """The body of an answer without one."""

    def stream(self) -> Iterator[bytes]:
        yield b"{}"


def _written(request: Any) -> bytes:
    url = urlsplit(request.url)
    target = url.path + (f"?{url.query}" if url.query else "")
    headers = {"Host": url.netloc, "Accept-Encoding": "identity", **_texts(request.headers)}
    lines = [f"{request.method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
    return "\r\n".join(lines).encode() + (request.body or b"")


def _texts(headers: Any) -> dict[str, str]:
    return {name: value.decode() if isinstance(value, bytes) else str(value) for name, value in headers.items()}


class _Connection:
    """A connection to a server; it is opened again if the server closes it after an answer, as some do."""

    def __init__(self, url: str) -> None:
        address = urlsplit(url)
        self._place = (address.hostname, address.port or 80)
        self._open()

    def _open(self) -> None:
        self._socket = socket.create_connection(self._place, timeout=60)

    def send(self, request: bytes) -> None:
        self._socket.sendall(request)

    def answer(self) -> Answer:
        answer = _received(self._socket)
        if b"\r\nconnection: close" in answer.head.lower():
            self.close()
            self._open()
        return answer

    def close(self) -> None:
        self._socket.close()


@attrs.frozen
class Replay:
    """Open connections to a server, each of which sends its next request once the last one is answered."""

    _connections: tuple[_Connection, ...]

    def ask(self, request: bytes, count: int) -> Answer:
        """Send a request *count* times, one at a time on each connection, and return the last answer."""
        answers: list[Answer] = []
        for _ in range(max(1, count // len(self._connections))):
            for each in self._connections:
                each.send(request)
            answers = [each.answer() for each in self._connections]
        return answers[-1]


@contextmanager
def replay(url: str, connections: int = _CONNECTIONS) -> Iterator[Replay]:
    """Connect to a server, and close the connections in the end."""
    with ExitStack() as stack:
        opened = tuple(stack.enter_context(closing(_Connection(url))) for _ in range(connections))
        yield Replay(opened)


def _received(connection: socket.socket) -> Answer:
    text = b""
    while (end := text.find(b"\r\n\r\n")) < 0:
        text += _more(connection)
    found = _LENGTH.search(text, 0, end + 2)
    whole = end + 4 + (int(found[1]) if found else 0)
    while len(text) < whole:
        text += _more(connection)
    return Answer(text[:end], text[end + 4 :])


def _more(connection: socket.socket) -> bytes:
    received = connection.recv(1 << 20)
    if not received:
        msg = "the server closed the connection"
        raise ConnectionError(msg)
    return received
