"""
The pace that AWS's quotas leave the real engine: up and destroy of stacks, and a refresh.

The local service refuses what is beyond the quotas, as AWS does. Nothing can be faster than the calls of one operation over
its quota; the targets are from there.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from benchmarks.drift import fill
from benchmarks.figures import Figure, local_service
from benchmarks.projects import Project, project
from pulumi_ivschat.model.service_model import operations

_NAME: Final = "pacing"
_QUOTAS: Final = "--aws-quotas"
_OPERATIONS: Final = {"up": "CreateRoom", "destroy": "DeleteRoom"}
_OVER_QUOTA: Final = 1.1
_REFRESH_OVER_QUOTA: Final = 1.2
_PAGE: Final = 50


def measure(rooms: int = 100, at_once: Sequence[int] = (1, 3), refreshed: int = 1000) -> list[Figure]:
    """Run it with so many rooms in a stack, so many stacks at once, and so many rooms in the one that is refreshed."""
    figures = [figure for stacks in at_once for figure in _come_and_go(stacks, rooms)]
    return [*figures, *_refresh(refreshed)]


def _come_and_go(stacks: int, rooms: int) -> Iterator[Figure]:
    about = f"{rooms:,} rooms" if stacks == 1 else f"{stacks} stacks of {rooms:,} rooms at once"
    with tempfile.TemporaryDirectory() as directory, local_service(_QUOTAS) as service:
        places = [project(Path(directory) / str(number), "package", rooms, service.url) for number in range(stacks)]
        for command, operation in _OPERATIONS.items():
            before = service.calls().count(operation)
            seconds = _seconds(places, command)
            refused = service.calls().count(operation) - before - stacks * rooms
            bound = stacks * rooms / operations()[operation].rate
            yield Figure(_NAME, f"{about}: {command}", round(seconds, 1), "s", at_most=round(_OVER_QUOTA * bound, 1))
            yield Figure(_NAME, f"{about}: {command}", refused, "calls refused")


def _refresh(rooms: int) -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as directory:
        data = ("--data", str(Path(directory) / "data"))
        with local_service(*data) as service:
            place = project(Path(directory) / "project", "package", 1, service.url)
            fill(place, service, rooms)
        with local_service(*data, "--port", service.url.rpartition(":")[2], _QUOTAS) as service:
            seconds = _seconds([place], "refresh")
            bound = rooms / _PAGE / operations()["ListRooms"].rate
            at_most = round(_REFRESH_OVER_QUOTA * bound, 1)
            yield Figure(_NAME, f"{rooms:,} rooms: refresh", round(seconds, 1), "s", at_most=at_most)
            yield Figure(_NAME, f"{rooms:,} rooms: refresh", len(service.calls()), "calls")


def _seconds(places: Sequence[Project], command: str) -> float:
    began = time.perf_counter()
    with ThreadPoolExecutor(len(places)) as threads:
        list(threads.map(lambda place: place.run(command, "--yes", "--skip-preview"), places))
    return time.perf_counter() - began
