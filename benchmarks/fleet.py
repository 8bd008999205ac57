"""
Shards of a fleet that share AWS's quotas without knowing of each other: by real engines, and by simulation.

Each engine has a folder of its own for the turns that processes of one machine share. So it stands on a machine of its own.
"""

from __future__ import annotations

import logging
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from benchmarks.figures import Figure, LocalService, local_service
from benchmarks.projects import Project, project
from benchmarks.shared_quota import RATE, TokenBucket, Window, simulate

_NAME: Final = "fleet"
_OVER_QUOTA: Final = 1.2
_OVER_MEDIAN: Final = 1.5
_SIMULATED: Final = (1, 3, 10, 20, 100)
_SECONDS_AWAY: Final = (0.003, 0.08)
_OPERATIONS: Final = {"up": "CreateRoom", "destroy": "DeleteRoom"}


def measure(shards: int = 20, rooms: int = 50, simulated: Sequence[int] = _SIMULATED) -> list[Figure]:
    """Run so many engines at once, with so many rooms each, and simulate the processes of *simulated*."""
    return [*_engines(shards, rooms), *(figure for processes in simulated for figure in _simulation(processes))]


def _engines(shards: int, rooms: int) -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as directory, local_service("--aws-quotas") as service:
        places = [project(Path(directory) / str(number), "package", rooms, service.url) for number in range(shards)]
        for command, operation in _OPERATIONS.items():
            yield from _at_once(service, places, command, operation, rooms)


def _at_once(
    service: LocalService, places: Sequence[Project], command: str, operation: str, rooms: int
) -> Iterator[Figure]:
    with ThreadPoolExecutor(len(places)) as threads:
        seconds = list(threads.map(lambda place: _seconds(place, command), places))
    about = f"{len(places)} engines, {rooms} rooms each: {command}"
    calls = service.calls().count(operation)
    made = len(places) * rooms
    bound = round(_OVER_QUOTA * made / RATE, 1)
    yield Figure(_NAME, about, round(max(seconds), 1), "s", at_most=bound)
    slowest = max(seconds) / statistics.median(seconds)
    yield Figure(_NAME, f"{about}, slowest", round(slowest, 2), "of the median", at_most=_OVER_MEDIAN)
    yield Figure(_NAME, f"{about}, refused", round((calls - made) / made, 1), "for each call")


def _seconds(place: Project, command: str) -> float:
    """Run a command as on a machine of its own; return its seconds. Raises CalledProcessError if it fails."""
    folder = place.directory / "runtime"
    folder.mkdir(exist_ok=True)
    began = time.perf_counter()
    place.run(command, "--yes", "--skip-preview", XDG_RUNTIME_DIR=str(folder))
    return time.perf_counter() - began


def _simulation(processes: int) -> Iterator[Figure]:
    """Yield the worst figures of both ways to count, near and far."""
    logging.getLogger("pulumi_ivschat").setLevel(logging.ERROR)  # a thousand seconds of waiting are not worth a word
    outcomes = [simulate(processes, quota(), away) for quota in (Window, TokenBucket) for away in _SECONDS_AWAY]
    about = f"{processes} simulated, 50 rooms each"
    over, slowest = max(each.over_bound for each in outcomes), max(each.over_median for each in outcomes)
    yield Figure(_NAME, about, round(over, 2), "of the quota's time", at_most=_OVER_QUOTA)
    yield Figure(_NAME, f"{about}, slowest", round(slowest, 2), "of the median", at_most=_OVER_MEDIAN)
    yield Figure(_NAME, f"{about}, refused", round(max(each.refused for each in outcomes), 1), "for each call")
    yield Figure(_NAME, f"{about}, failed", sum(each.failed for each in outcomes), "calls", at_most=0)
