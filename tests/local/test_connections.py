"""Connections: dropping one, and how long a client may treat as a request, on a loop whose time is turned by hand."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Iterator
from typing import Any

import attrs
import pytest
import uvicorn.server

from pulumi_ivschat.local import server
from pulumi_ivschat.local.connections import Dropped, drop
from pulumi_ivschat.local.service import Service

HOST = b"Host: localhost\r\n"
HEAD = b"POST /CreateRoom HTTP/1.1\r\n" + HOST
BODY = b"Content-Length: 1000\r\n\r\n"


def test_a_connection_that_is_not_one_of_the_server_s_is_dropped_by_raising() -> None:
    async def receive() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    with pytest.raises(Dropped):
        asyncio.run(drop({"server": ("127.0.0.1", 1), "client": ("127.0.0.1", 2)}, receive))


class _Loop(asyncio.SelectorEventLoop):
    now = 0.0

    def time(self) -> float:
        return self.now


@attrs.define
class Dripping:
    """A client that sends a byte at a time, and the time of the service that it sends to."""

    loop: _Loop
    client: socket.socket
    got: bytes = b""
    ended: float | None = None

    def sends(self, data: bytes) -> None:
        """Send, and let the service take it."""
        if self.ended is None:
            with contextlib.suppress(OSError):
                self.client.sendall(data)
            self._spin()

    def drips(self, seconds: int, drop: bytes = b"x") -> None:
        """Send a byte a second."""
        for _ in range(seconds):
            self.loop.now += 1
            self._spin()
            self.sends(drop)

    def _spin(self) -> None:
        async def spin() -> None:
            for _ in range(50):
                await asyncio.sleep(0)

        self.loop.run_until_complete(spin())
        with contextlib.suppress(BlockingIOError):
            try:
                while more := self.client.recv(65536):
                    self.got += more
            except ConnectionError:
                pass
            self.ended = self.loop.now if self.ended is None else self.ended


@pytest.fixture
def dripping(service: Service) -> Iterator[Dripping]:
    """Return a client that has just connected."""
    loop = _Loop()
    config = server.config(service)
    config.load()
    state = uvicorn.server.ServerState()
    client, accepted = socket.socketpair()  # what is sent is there at once

    async def connect() -> asyncio.BaseTransport:
        protocol: Any = config.http_protocol_class
        made = lambda: protocol(config=config, server_state=state, app_state={})  # noqa: E731
        transport, _ = await asyncio.get_running_loop().connect_accepted_socket(made, accepted)
        return transport

    transport = loop.run_until_complete(connect())
    client.settimeout(0)
    yield Dripping(loop, client)
    transport.abort()  # type: ignore[attr-defined]
    client.close()
    loop.run_until_complete(asyncio.sleep(0))
    for task in asyncio.all_tasks(loop):
        task.cancel()
        loop.run_until_complete(asyncio.gather(task, return_exceptions=True))
    loop.close()


@pytest.mark.parametrize(
    ("before", "begun", "status"),
    [
        (0, b"", None),
        (0, HEAD + b"X: ", None),
        (0, HEAD + BODY, b"408"),
        (10, HEAD + BODY, b"408"),
        (19, HEAD + BODY, b"408"),
        (0, HEAD + b"Transfer-Encoding: chunked\r\n\r\n1000\r\n", b"408"),
        (10, b"POST /_local/faults HTTP/1.1\r\n" + HOST + BODY, b"408"),
        (10, b"POST /_local/console/call HTTP/1.1\r\nContent-Type: application/json\r\n" + HOST + BODY, b"408"),
        (10, b"GET /_local/health HTTP/1.1\r\n" + HOST + BODY, b"200"),
        (10, b"GET /_local/console/feed HTTP/1.1\r\n" + HOST + BODY, b"200"),
        (10, b"POST /CreateRoom HTTP/1.1\r\nHost: evil.example\r\n" + BODY, b"403"),
    ],
)
def test_a_request_has_twenty_seconds_in_all_for_head_and_body(
    before: int, begun: bytes, status: bytes | None, dripping: Dripping
) -> None:
    dripping.sends(begun[:1])
    dripping.drips(before, b"")

    dripping.sends(begun[1:])
    dripping.drips(120)

    assert dripping.ended in {20.0, 21.0}
    assert dripping.got[9:12] == (status or b"")
    assert status != b"408" or dripping.ended == 20.0


def test_the_time_of_the_next_request_begins_with_its_first_byte(dripping: Dripping) -> None:
    whole = b"GET /_local/health HTTP/1.1\r\n" + HOST + b"\r\n"
    for _ in range(3):
        dripping.sends(whole)
        dripping.drips(30, b"")
    assert dripping.got.count(b"200 OK") == 3
    assert dripping.ended is None

    dripping.drips(60)

    assert dripping.ended == 90 + 1 + 20


def test_a_request_that_comes_along_with_the_one_before_has_no_more_time(dripping: Dripping) -> None:
    whole = b"GET /_local/health HTTP/1.1\r\n" + HOST + b"\r\n"

    dripping.sends(whole + whole[:9])
    dripping.drips(40, b"")

    assert dripping.got.count(b"200 OK") == 1
    assert dripping.ended == 20


def test_an_answer_that_takes_long_is_not_cut_off(dripping: Dripping) -> None:
    dripping.sends(b"GET /_local/console/feed HTTP/1.1\r\n" + HOST + b"\r\n")
    dripping.drips(100, b"")

    assert dripping.ended is None


def test_a_request_in_thousands_of_parts_is_refused(dripping: Dripping) -> None:
    dripping.sends(HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + b"1\r\nx\r\n" * 2000)

    assert dripping.got.startswith(b"HTTP/1.1 400")
