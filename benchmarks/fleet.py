"""
Shards of a fleet that share AWS's quotas without knowing of each other: real engines, real providers, and a simulation.

Each engine has a folder of its own for the turns that processes of one machine share, as if it had a machine of its own. Twenty
engines need more than two cores, so the same number of processes runs the provider's lifecycle without an engine.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from benchmarks.figures import Figure, LocalService, local_service
from benchmarks.projects import ROOT, Project, project
from benchmarks.shared_quota import RATE, runs

_NAME: Final = "fleet"
_OVER_QUOTA: Final = 1.2
_OVER_MEDIAN: Final = 1.5
_SIMULATED: Final = ((1, 50), (2, 50), (3, 50), (5, 20), (10, 50), (15, 50), (20, 20), (20, 50), (100, 50))
"""Processes, and the rooms of each."""
_OPERATIONS: Final = {"up": "CreateRoom", "destroy": "DeleteRoom"}


def measure(
    engines: int = 5, shards: int = 20, rooms: int = 50, simulated: Sequence[tuple[int, int]] = _SIMULATED
) -> list[Figure]:
    """Run so many engines at once, then so many providers, with so many rooms each, and simulate others."""
    with_engines, without = _engines(engines, rooms), _providers(shards, rooms)
    return [
        *with_engines,
        *without,
        *(figure for processes, calls in simulated for figure in _simulation(processes, calls)),
    ]


def _engines(count: int, rooms: int) -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as directory, local_service("--aws-quotas") as service:
        places = [project(Path(directory) / str(number), "package", rooms, service.url) for number in range(count)]
        for command in _OPERATIONS:
            with ThreadPoolExecutor(count) as threads:
                seconds = list(threads.map(_seconds, places, [command] * count))
            yield from _figures(f"{count} engines, {rooms} rooms each", command, max(seconds), seconds, count * rooms)
            yield _refused(f"{count} engines, {rooms} rooms each", command, service, count * rooms)


def _seconds(place: Project, command: str) -> float:
    """Run a command as on a machine of its own; return its seconds. Raises CalledProcessError if it fails."""
    folder = place.directory / "runtime"
    folder.mkdir(exist_ok=True)
    began = time.perf_counter()
    place.run(command, "--yes", "--skip-preview", XDG_RUNTIME_DIR=str(folder))
    return time.perf_counter() - began


def _providers(count: int, rooms: int) -> Iterator[Figure]:
    about = f"{count} providers, {rooms} rooms each"
    with local_service("--aws-quotas") as service, contextlib.ExitStack() as stack:
        shards = [stack.enter_context(_shard(service.url, rooms)) for _ in range(count)]
        for command in _OPERATIONS:
            begins, ends = zip(*(_times(shard) for shard in shards), strict=True)
            yield from _figures(
                about, command, max(ends) - min(begins), [end - min(begins) for end in ends], count * rooms
            )
            yield _refused(about, command, service, count * rooms)
            for shard in shards if command == "up" else ():
                _resume(shard)


def _shard(endpoint_url: str, rooms: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "benchmarks.programs.shard", endpoint_url, str(rooms)]
    key = {"AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local"}
    pipe = subprocess.PIPE
    return subprocess.Popen(command, cwd=ROOT, env={**os.environ, **key}, stdin=pipe, stdout=pipe, text=True)


def _times(shard: subprocess.Popen[str]) -> tuple[float, float]:
    """Return the begin and the end of what a shard has done, once it has."""
    assert shard.stdout is not None  # noqa: S101  it is a pipe
    begin, end = json.loads(shard.stdout.readline())
    return begin, end


def _resume(shard: subprocess.Popen[str]) -> None:
    assert shard.stdin is not None  # noqa: S101  it is a pipe
    shard.stdin.write("\n")
    shard.stdin.flush()


def _figures(about: str, command: str, total: float, seconds: Sequence[float], made: int) -> Iterator[Figure]:
    yield Figure(_NAME, f"{about}: {command}", round(total, 1), "s", at_most=round(_OVER_QUOTA * made / RATE, 1))
    slowest = max(seconds) / statistics.median(seconds)
    yield Figure(_NAME, f"{about}: {command}, slowest", round(slowest, 2), "of the median", at_most=_OVER_MEDIAN)


def _refused(about: str, command: str, service: LocalService, made: int) -> Figure:
    refused = service.calls().count(_OPERATIONS[command]) - made
    return Figure(_NAME, f"{about}: {command}, refused", round(refused / made, 1), "for each call")


def _simulation(processes: int, calls: int) -> Iterator[Figure]:
    """Yield the worst figures of all runs: see `shared_quota.runs`."""
    logging.getLogger("pulumi_ivschat").setLevel(logging.ERROR)  # a thousand seconds of waiting are not worth a word
    outcomes = [*runs(processes, calls)]
    about = f"{processes} simulated, {calls} rooms each"
    over, slowest = max(each.over_bound for each in outcomes), max(each.over_median for each in outcomes)
    yield Figure(_NAME, about, round(over, 2), "of the quota's time", at_most=_OVER_QUOTA)
    yield Figure(_NAME, f"{about}, slowest", round(slowest, 2), "of the median", at_most=_OVER_MEDIAN)
    yield Figure(_NAME, f"{about}, refused", round(max(each.refused for each in outcomes), 1), "for each call")
    yield Figure(_NAME, f"{about}, failed", sum(each.failed for each in outcomes), "calls", at_most=0)
