"""Endpoints that answer in ways that no real one should."""

from __future__ import annotations

import itertools
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import attrs


@attrs.frozen
class Trickle:
    """An endpoint that sends *head* at once and then a byte now and then, without end."""

    url: str
    requests: list[str]
    """The first lines of the requests so far."""


@contextmanager
def trickling(head: bytes, byte: bytes = b"x", seconds: float = 0.02) -> Iterator[Trickle]:
    """Serve on a free port of this machine until the end of the block."""
    ended = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:
        found = Trickle(f"http://127.0.0.1:{server.getsockname()[1]}", [])

        def answer(connection: socket.socket) -> None:
            with connection, suppress(OSError):
                found.requests.append(connection.recv(65536).split(b"\r\n")[0].decode())
                connection.sendall(head)
                for _ in itertools.takewhile(lambda _: not ended.wait(seconds), itertools.count()):
                    connection.sendall(byte)

        def serve() -> None:
            with suppress(OSError):
                while not ended.is_set():
                    connection, _ = server.accept()
                    threading.Thread(target=answer, args=[connection], daemon=True).start()

        threading.Thread(target=serve, daemon=True).start()
        try:
            yield found
        finally:
            ended.set()
            with suppress(OSError):
                socket.create_connection(server.getsockname()).close()
