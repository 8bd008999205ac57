"""
The floor of the fan-out: `websockets.broadcast` to all connections, with neither rooms nor tokens, rates, feed or logs.

    python -m benchmarks.bare_broadcast

prints its URL, and sends what a client sends to all, in a frame of the messaging API. Like the service's, its frames are not
compressed.
"""

from __future__ import annotations

import asyncio
import json
import signal
from contextlib import suppress
from typing import Any, Final

from websockets.asyncio.server import ServerConnection, broadcast, serve
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from benchmarks.figures import allow_many_connections

_FRAME: Final = (
    '{"Type":"MESSAGE","Id":"0123456789ab","RequestId":"","Attributes":null,"Content":"%s",'
    '"SendTime":"2026-01-31T08:00:00.123456Z","Sender":{"Attributes":null,"UserId":"ann"}}'
)


def _first(_: ServerConnection, offered: list[Subprotocol]) -> Subprotocol:
    return offered[0]


class _Floor:
    def __init__(self) -> None:
        self._connections: set[ServerConnection] = set()

    async def joined(self, connection: ServerConnection) -> None:
        self._connections.add(connection)
        try:
            with suppress(ConnectionClosed):
                async for text in connection:
                    broadcast(self._connections, _FRAME % json.loads(text)["Content"])
        finally:
            self._connections.discard(connection)


async def _serve() -> None:
    stopped = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopped.set)
    options: dict[str, Any] = {
        "compression": None,
        "select_subprotocol": _first,
        "open_timeout": 60,
        "ping_timeout": 40,
    }
    async with serve(_Floor().joined, "127.0.0.1", 0, **options) as server:
        print(f"http://127.0.0.1:{next(iter(server.sockets)).getsockname()[1]}", flush=True)  # noqa: T201  its one answer
        await stopped.wait()


if __name__ == "__main__":
    allow_many_connections()
    asyncio.run(_serve())
