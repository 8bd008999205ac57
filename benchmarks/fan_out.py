"""
Ten thousand clients in one room: does each get every message once, how soon, and what does a delivery cost?

The clients are in processes of their own. The floor is `websockets.broadcast` to as many connections, on the same machine and
after the service. The content of a message is its number and the time of sending.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import ExitStack, contextmanager
from typing import Any, Final

import attrs

from benchmarks.fan_out_clients import Client
from benchmarks.figures import Figure, Server, local_service, percentile, server
from benchmarks.listeners import joined
from benchmarks.replay import replay, signed

CONNECTIONS: Final = 10_000
ELSEWHERE: Final = 50
MESSAGES: Final = 20
_SECONDS_BETWEEN: Final = 0.5
_PROCESSES: Final = 4
_LONGEST: Final = 60.0
"""Seconds that the last message may take to reach everybody."""
_MOST_RATIO: Final = 1.5
_NAME: Final = "fan-out"


@attrs.frozen
class Outcome:
    """What a run came to: *delays* are in seconds; *connecting* is the seconds that all connections took to be made."""

    connections: int
    connecting: float
    memory: float
    processor: float
    deliveries: int
    once: int
    cut: int
    delays: list[float]


def measure(connections: int = CONNECTIONS, messages: int = MESSAGES) -> list[Figure]:
    """Run it, and return the figures."""
    with local_service("--token-lifetime", "3600") as service:
        client = service.client()
        room, other = (client.create_room(maximumMessageRatePerSecond=100)["arn"] for _ in range(2))
        with _listening(service, _tokens(service, other, ELSEWHERE), messages) as elsewhere:
            elsewhere.wait()
            own = _run(service, _tokens(service, room, connections + 1), messages)
            heard = elsewhere.got(0.0)
    with server("-m", "benchmarks.bare_broadcast") as floor:
        bare = _run(floor, ["token"] * (connections + 1), messages)
    return [Figure(_NAME, *fact) for fact in _facts(own, messages, heard)] + [
        Figure(_NAME, "lost", messages * own.connections - own.once, "deliveries", at_most=0),
        Figure(
            _NAME,
            "processor, for a delivery",
            _us(own),
            "µs",
            bare=_us(bare),
            ratio_at_most=_MOST_RATIO,
        ),
    ]


def _facts(own: Outcome, messages: int, heard: dict[str, Any]) -> list[tuple[str, float, str]]:
    delays = [delay * 1000 for delay in own.delays]
    return [
        ("connections", own.connections, ""),
        ("messages sent", messages, ""),
        ("deliveries", own.deliveries, ""),
        ("doubled", own.deliveries - own.once, "deliveries"),
        ("heard in another room", heard["deliveries"], "frames"),
        ("connections cut", own.cut + heard["cut"], ""),
        ("delivery, median", round(percentile(delays, 0.5), 1), "ms"),
        ("delivery, 99 %", round(percentile(delays, 0.99), 1), "ms"),
        ("memory per connection", round(own.memory / own.connections / 1024, 1), "KiB"),
        ("connecting", round(own.connections / own.connecting), "connections/s"),
    ]


def _us(outcome: Outcome) -> float:
    return round(outcome.processor / max(1, outcome.deliveries) * 1e6, 1)


def _tokens(service: Any, room: str, count: int) -> list[str]:
    client = service.client()
    given = {"roomIdentifier": room, "userId": "ann", "capabilities": ["SEND_MESSAGE"]}
    request = signed(client, lambda: client.create_chat_token(**given))
    with replay(service.url, connections=1) as replayed:
        return [json.loads(replayed.ask(request, 1).body)["token"] for _ in range(count)]


def _run(asked: Server, tokens: list[str], messages: int) -> Outcome:
    """Let all but the last token's client listen while that one sends."""
    *listening, sending = tokens
    memory, began = asked.memory(), time.monotonic()
    with ExitStack() as stack:
        parts = [listening[number::_PROCESSES] for number in range(_PROCESSES)]
        started = [stack.enter_context(_listening(asked, part, messages)) for part in parts]
        for each in started:
            each.wait()
        connecting, memory = time.monotonic() - began, asked.memory() - memory
        used = asked.processor_seconds()
        got = asyncio.run(_sent(asked.url, sending, messages, started))
        processor = asked.processor_seconds() - used
    sums = {name: sum(each[name] for each in got) for name in ("deliveries", "once", "cut")}
    delays = [delay for each in got for delay in each["delays"]]
    return Outcome(len(listening), connecting, memory, processor, delays=delays, **sums)


async def _sent(url: str, token: str, messages: int, listening: list[Listeners]) -> list[dict[str, Any]]:
    """Send the messages and return what has arrived; until then the sender stays, or its last messages would be lost with it."""
    sender: Client
    (sender,) = await joined(url, [token])
    for number in range(messages):
        sender.send(json.dumps({"Action": "SEND_MESSAGE", "Content": f"{number} {time.monotonic()}"}))
        await asyncio.sleep(_SECONDS_BETWEEN)
    got = await asyncio.to_thread(_received, listening)
    sender.close()
    return got


def _received(listening: list[Listeners]) -> list[dict[str, Any]]:
    until = time.monotonic() + _LONGEST
    return [each.got(until - time.monotonic()) for each in listening]


@attrs.frozen
class Listeners:
    """Clients in a process of their own."""

    _process: subprocess.Popen[str]
    _reader: ThreadPoolExecutor

    def wait(self) -> None:
        """Wait until all have connected."""
        ready = self._line().result()
        assert ready == "ready\n", "a client could not connect: see its error"  # noqa: S101

    def got(self, seconds: float) -> dict[str, Any]:
        """Return what they have received, once that is everything or the *seconds* are over."""
        assert self._process.stdin is not None  # noqa: S101  it is a pipe
        line = self._line()
        wait([line], max(0.0, seconds))
        self._process.stdin.close()
        result: dict[str, Any] = json.loads(line.result())
        return result

    def _line(self) -> Future[str]:
        assert self._process.stdout is not None  # noqa: S101  it is a pipe
        return self._reader.submit(self._process.stdout.readline)


@contextmanager
def _listening(asked: Server, tokens: list[str], messages: int) -> Iterator[Listeners]:
    order = json.dumps({"url": asked.url, "tokens": tokens, "messages": messages})
    command = [sys.executable, "-m", "benchmarks.listeners"]
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with ThreadPoolExecutor(1) as reader, subprocess.Popen(command, text=True, **pipes) as process:
        assert process.stdin is not None  # noqa: S101  it is a pipe
        try:
            process.stdin.write(order + "\n")
            process.stdin.flush()
            yield Listeners(process, reader)
        finally:
            process.terminate()
