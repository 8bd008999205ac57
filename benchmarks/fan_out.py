"""
Two thousand clients in one room: does everybody get everything once, how soon, and what does a client cost?

The clients share a process and this machine with the service, so times hold both sides. Content is the time of sending.
"""

from __future__ import annotations

import asyncio
import functools
import json
import resource
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

import attrs
from websockets.client import ClientProtocol
from websockets.frames import Frame, Opcode
from websockets.http11 import Response
from websockets.typing import Subprotocol
from websockets.uri import parse_uri

from benchmarks.figures import Figure, LocalService, local_service, percentile

CONNECTIONS: Final = 2000
ELSEWHERE: Final = 50
MESSAGES_PER_SECOND: Final = 10
SECONDS: Final = 60
_SENDERS: Final = 2
_AT_ONCE: Final = 50
_NAME: Final = "fan-out"


class Client(asyncio.Protocol):
    """A chat client that notes when it got which message, and nothing more."""

    def __init__(self, url: str, token: str) -> None:
        self._protocol = ClientProtocol(parse_uri(url), subprotocols=[Subprotocol(token)])
        self._transport: asyncio.Transport
        self.opened = asyncio.get_running_loop().create_future()
        self.received: list[tuple[str, float]] = []
        self.lost = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin the handshake."""
        self._transport = transport  # type: ignore[assignment]
        self._protocol.send_request(self._protocol.connect())
        self._flush()

    def data_received(self, data: bytes) -> None:
        """Note what came."""
        self._protocol.receive_data(data)
        for event in self._protocol.events_received():
            if isinstance(event, Response):
                self.opened.set_result(event.status_code)
            elif isinstance(event, Frame) and event.opcode is Opcode.TEXT:
                self._note(json.loads(bytes(event.data)))
        self._flush()

    def connection_lost(self, exc: Exception | None) -> None:
        """Note the end."""
        del exc
        self.lost = True

    def send(self, content: str) -> None:
        """Send a message."""
        self._protocol.send_text(json.dumps({"Action": "SEND_MESSAGE", "Content": content}).encode())
        self._flush()

    def close(self) -> None:
        """Leave."""
        self._transport.abort()

    def _note(self, frame: dict[str, Any]) -> None:
        self.received.append((frame["Id"], time.monotonic() - float(frame["Content"])))

    def _flush(self) -> None:
        for data in self._protocol.data_to_send():
            self._transport.write(data)


@attrs.frozen
class Outcome:
    """What a run came to."""

    sent: int
    connected_seconds: float
    bytes_per_connection: float
    processor_share: float
    clients: list[Client]
    elsewhere: list[Client]

    def figures(self) -> list[Figure]:
        """Return the figures; lost and doubled are deliveries, and have to be 0."""
        counts = [len(client.received) for client in self.clients]
        once = [len({identity for identity, _ in client.received}) for client in self.clients]
        delays = [delay * 1000 for client in self.clients for _, delay in client.received]
        facts = [
            ("connections", len(self.clients), ""),
            ("messages sent", self.sent, ""),
            ("deliveries", sum(counts), ""),
            ("lost", self.sent * len(self.clients) - sum(once), "deliveries"),
            ("doubled", sum(counts) - sum(once), "deliveries"),
            ("heard in another room", sum(len(client.received) for client in self.elsewhere), "frames"),
            ("connections cut", sum(client.lost for client in [*self.clients, *self.elsewhere]), ""),
            ("delivery, median", round(percentile(delays, 0.5), 1), "ms"),
            ("delivery, 99 %", round(percentile(delays, 0.99), 1), "ms"),
            ("memory per connection", round(self.bytes_per_connection / 1024, 1), "KiB"),
            ("the service's share of a core", round(self.processor_share, 2), ""),
            ("connecting", round(len(self.clients) / self.connected_seconds), "connections/s"),
        ]
        return [Figure(_NAME, *fact) for fact in facts]


def measure(connections: int = CONNECTIONS, seconds: float = SECONDS) -> list[Figure]:
    """Run it, and return the figures."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    try:
        with local_service() as service:
            return asyncio.run(_run(service, connections, seconds))
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


async def _run(service: LocalService, connections: int, seconds: float) -> list[Figure]:
    control = service.client(max_pool_connections=_AT_ONCE)
    rooms = [control.create_room(maximumMessageRatePerSecond=100)["arn"] for _ in range(2)]
    tokens = await asyncio.to_thread(_tokens, control, rooms[0], connections)
    before, began = service.memory(), time.monotonic()
    clients = await _joined(service.url, tokens)
    connected, memory = time.monotonic() - began, service.memory() - before
    elsewhere = await _joined(service.url, await asyncio.to_thread(_tokens, control, rooms[1], ELSEWHERE))
    used, began = service.processor_seconds(), time.monotonic()
    sent = await _talk(clients[:_SENDERS], seconds)
    share = (service.processor_seconds() - used) / (time.monotonic() - began)
    await _settled(clients, sent)
    figures = Outcome(sent, connected, memory / connections, share, clients, elsewhere).figures()
    for client in [*clients, *elsewhere]:
        client.close()
    return figures


def _tokens(control: Any, room: str, count: int) -> list[str]:
    def issue(number: int) -> str:
        given = {"roomIdentifier": room, "userId": f"user-{number}", "capabilities": ["SEND_MESSAGE"]}
        token: str = control.create_chat_token(**given)["token"]
        return token

    with ThreadPoolExecutor(4) as threads:
        return list(threads.map(issue, range(count)))


async def _joined(url: str, tokens: list[str]) -> list[Client]:
    limit = asyncio.Semaphore(_AT_ONCE)
    address = url.removeprefix("http://").split(":")

    async def join(token: str) -> Client:
        async with limit:
            loop = asyncio.get_running_loop()
            make = functools.partial(Client, url.replace("http", "ws"), token)
            _, client = await loop.create_connection(make, address[0], int(address[1]))
            status = await client.opened
            assert status == 101, status  # noqa: S101, PLR2004
            return client

    return await asyncio.gather(*map(join, tokens))


async def _talk(senders: list[Client], seconds: float) -> int:
    began, sent = time.monotonic(), 0
    while (at := began + sent / MESSAGES_PER_SECOND) < began + seconds:
        await asyncio.sleep(max(0.0, at - time.monotonic()))
        senders[sent % len(senders)].send(str(time.monotonic()))
        sent += 1
    return sent


async def _settled(clients: list[Client], sent: int) -> None:
    for _ in range(100):
        if all(len(client.received) >= sent for client in clients):
            break
        await asyncio.sleep(0.1)
    await asyncio.sleep(0.5)  # for what should not come
