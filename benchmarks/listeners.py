"""
Chat clients that count what they receive, as many as a process can have.

    python -m benchmarks.listeners < ORDER

connects them, prints `ready`, and once all of them have received all messages, or standard input ends, prints what they got.
An order is a line of JSON: `url`, `tokens` (one for each client) and `messages` (how many will be sent). The content of a message
is its number and the time at which it was sent, with a space between.
"""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any, Final
from urllib.parse import urlsplit

from benchmarks.fan_out_clients import Client
from benchmarks.figures import allow_many_connections

_AT_ONCE: Final = 20


async def joined(url: str, tokens: list[str]) -> list[Client]:
    """Return clients that have connected, one for each token."""
    limit, address = asyncio.Semaphore(_AT_ONCE), urlsplit(url)

    async def join(token: str) -> Client:
        async with limit:
            loop = asyncio.get_running_loop()
            _, client = await loop.create_connection(lambda: Client(token), str(address.hostname), address.port or 80)
            await client.opened
            return client

    return await asyncio.gather(*map(join, tokens))


async def _listen(order: dict[str, Any]) -> None:
    clients = await joined(order["url"], order["tokens"])
    print("ready", flush=True)  # noqa: T201  it is read by the benchmark
    ended = asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)
    while not ended.done() and any(  # noqa: ASYNC110  an event would cost each client something
        len(client.delays) < order["messages"] for client in clients
    ):
        await asyncio.sleep(0.1)
    await asyncio.sleep(0.5)  # for what should not come
    print(json.dumps(_got(clients)), flush=True)  # noqa: T201


def _got(clients: list[Client]) -> dict[str, Any]:
    return {
        "deliveries": sum(len(client.delays) for client in clients),
        "once": sum(len(client.numbers) for client in clients),
        "cut": sum(client.lost for client in clients),
        "delays": [round(delay, 4) for client in clients for delay in client.delays],
    }


if __name__ == "__main__":
    allow_many_connections()
    asyncio.run(_listen(json.loads(sys.stdin.readline())))
