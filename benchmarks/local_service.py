"""The local service: how soon it serves, what it takes of memory, and how many requests it answers."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

from benchmarks.figures import Figure, LocalService, local_service

_NAME: Final = "local-service"
_STARTS: Final = 9
_SECONDS: Final = 5.0
_ROOMS: Final = 1000
_CLIENTS: Final = 4


def measure() -> list[Figure]:
    """Run it, and return the figures."""
    started = statistics.median(_start_seconds() for _ in range(_STARTS))
    figures = [Figure(_NAME, "start, until it says its address", round(started, 2), "s")]
    with local_service() as service:
        figures.append(Figure(_NAME, "memory, without rooms", round(service.memory() / 1e6, 1), "MB"))
        figures.extend(_rates(service))
        figures.append(Figure(_NAME, "memory, after these requests", round(service.memory() / 1e6, 1), "MB"))
    return figures


def _start_seconds() -> float:
    began = time.perf_counter()
    with local_service():
        return time.perf_counter() - began


def _rates(service: LocalService) -> Iterator[Figure]:
    """Yield requests a second, and what one takes of the service's processor: the clients are slower than it is."""
    client = service.client(max_pool_connections=_CLIENTS)
    arns = [client.create_room(name=f"room-{number}")["arn"] for number in range(_ROOMS)]
    calls: dict[str, Callable[[], Any]] = {
        "GetRoom": lambda: client.get_room(identifier=arns[-1]),
        "ListRooms, pages of 50": lambda: client.list_rooms(maxResults=50),
        "CreateChatToken": lambda: client.create_chat_token(roomIdentifier=arns[-1], userId="ann"),
        "CreateRoom": lambda: client.create_room(name="another"),
    }
    for name, call in calls.items():
        answered, processor = _rate(service, call)
        yield Figure(_NAME, f"{name}, {_CLIENTS} clients", round(answered), "requests/s")
        yield Figure(_NAME, f"{name}, processor", round(processor * 1000, 2), "ms a request")


def _rate(service: LocalService, call: Callable[[], Any]) -> tuple[float, float]:
    """Return requests a second, and the service's processor seconds for each."""
    used, began = service.processor_seconds(), time.perf_counter()

    def keep_calling() -> int:
        count = 0
        while time.perf_counter() < began + _SECONDS:
            call()
            count += 1
        return count

    with ThreadPoolExecutor(_CLIENTS) as threads:
        count = sum(future.result() for future in [threads.submit(keep_calling) for _ in range(_CLIENTS)])
    seconds = time.perf_counter() - began
    return count / seconds, (service.processor_seconds() - used) / count
