"""
The local service: how soon it serves, what it takes of memory, and of the processor for each request.

The floor is a bare Starlette route, which answers the same requests with the same bytes and checks nothing. It runs in a process
of its own, and each of the two is asked in turns.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from benchmarks.figures import Figure, LocalService, Server, local_service, server
from benchmarks.replay import Answer, Replay, replay, signed

_NAME: Final = "local-service"
_STARTS: Final = 9
_ROOMS: Final = 1000
_WARM_UP: Final = 100
_ROUNDS: Final = 60
_REQUESTS: Final = 20
"""Requests of a round: few, so that what else the machine does meets few rounds of both."""
_REST: Final = 0.005
"""Seconds after which a server waits for the next request."""
_MOST: Final[Mapping[str, float]] = {"GetRoom": 1.5, "ListRooms, pages of 50": 2.0}
"""The targets: the processor time of a request over the bare route's."""


def measure(rooms: int = _ROOMS, rounds: int = _ROUNDS, starts: int = _STARTS) -> list[Figure]:
    """Run it, and return the figures."""
    started = statistics.median(_start_seconds() for _ in range(starts))
    figures = [Figure(_NAME, "start, until it says its address", round(started, 2), "s")]
    with local_service() as service:
        figures.append(Figure(_NAME, "memory, without rooms", round(service.memory() / 1e6, 1), "MB"))
        figures.extend(_costs(service, rooms, rounds))
        figures.append(Figure(_NAME, "memory, after these requests", round(service.memory() / 1e6, 1), "MB"))
    return figures


def _start_seconds() -> float:
    began = time.perf_counter()
    with local_service():
        return time.perf_counter() - began


def _costs(service: LocalService, rooms: int, rounds: int) -> Iterator[Figure]:
    """Yield what a request of each kind takes of the processors of the service and of the bare route."""
    client = service.client()
    arns = [client.create_room(name=f"room-{number}")["arn"] for number in range(rooms)]
    calls: dict[str, Callable[[], Any]] = {
        "GetRoom": lambda: client.get_room(identifier=arns[-1]),
        "ListRooms, pages of 50": lambda: client.list_rooms(maxResults=50),
        "CreateChatToken": lambda: client.create_chat_token(roomIdentifier=arns[-1], userId="ann"),
        "CreateRoom": lambda: client.create_room(name="another"),
    }
    for name, call in calls.items():
        own, bare = compared(service, signed(client, call), rounds)
        yield Figure(
            _NAME, f"{name}, processor", _us(own), "µs a request", bare=_us(bare), ratio_at_most=_MOST.get(name)
        )


def processor_seconds(asked: Server, request: bytes, rounds: int = _ROUNDS) -> float:
    """Return the processor seconds that a request takes of a server: those of the best round."""
    with replay(asked.url) as replayed:
        _warmed_up(replayed, request)
        return min(_seconds(asked, replayed, request) for _ in range(rounds))


def compared(service: Server, request: bytes, rounds: int) -> tuple[float, float]:
    """Return the processor seconds that a request takes of a server, and of a bare route that answers with the same bytes."""
    with replay(service.url) as own:
        answer = _warmed_up(own, request)
        with server("-m", "benchmarks.bare_route", input=answer.body) as floor, replay(floor.url) as bare:
            _warmed_up(bare, request)
            took = [(_seconds(service, own, request), _seconds(floor, bare, request)) for _ in range(rounds)]
    return min(each for each, _ in took), min(each for _, each in took)


def _warmed_up(replayed: Replay, request: bytes) -> Answer:
    answer = replayed.ask(request, _WARM_UP)
    assert answer.status == 200, answer  # noqa: S101, PLR2004
    return answer


def _seconds(asked: Server, replayed: Replay, request: bytes) -> float:
    used = _used(asked)
    replayed.ask(request, _REQUESTS)
    return (_used(asked) - used) / _REQUESTS


def _used(asked: Server) -> float:
    """Return the processor time of a server that has come to rest: the clock lacks what a thread does right now."""
    time.sleep(_REST)
    return asked.processor_seconds()


def _us(seconds: float) -> int:
    return round(seconds * 1e6)
