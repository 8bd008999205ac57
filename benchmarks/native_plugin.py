"""
What the native plug-in costs beside dynamic resources: the same rooms, in turns, in one run.

The program is in Python, as for the dynamic ones, and in YAML. The column *bare* has the dynamic resources.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Final

import attrs
import yaml

from benchmarks.figures import Figure, local_service
from benchmarks.projects import Project, project

ROUNDS: Final = 5
_NAME: Final = "native-plugin"
_ROOMS: Final = 200
_OPERATIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "up": ("up", "--yes", "--skip-preview"),
    "no-change up": ("up", "--yes", "--skip-preview"),
    "preview": ("preview",),
    "refresh": ("refresh", "--yes", "--skip-preview"),
    "destroy": ("destroy", "--yes", "--skip-preview"),
}
_PROGRAMS: Final[Mapping[str, str]] = {"dynamic": "package", "Python": "native", "YAML": "native"}
_EXECUTABLE: Final = Path(sys.executable).with_name("pulumi-resource-ivschat")
_MOST_RATIO: Final = 1.1
_MOST_MEMORY: Final = 80.0
_LONGEST_START: Final = 0.3


@attrs.define
class Side:
    """One of the three, and the best that was seen of it."""

    seconds: dict[str, float] = attrs.field(factory=dict)
    memory: float = 0.0

    def run(self, operation: str, place: Project) -> None:
        """Run an operation, and note what it took."""
        ran = place.run(*_OPERATIONS[operation])
        self.seconds[operation] = round(min(self.seconds.get(operation, ran.seconds), ran.seconds), 2)
        self.memory = max(self.memory, round(ran.provider_memory / 1e6, 1))


def measure(rooms: int = _ROOMS, rounds: int = ROUNDS) -> list[Figure]:
    """Run it, and return the figures."""
    sides = {name: Side() for name in _PROGRAMS}
    for number in range(rounds):
        _run(sides, rooms, number)
    return [*_figures(sides, rooms), _start()]


def _run(sides: Mapping[str, Side], rooms: int, number: int) -> None:
    with ExitStack() as stack:
        directory = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        places = {name: _project(directory, name, rooms, stack.enter_context(local_service()).url) for name in sides}
        for operation in _OPERATIONS:
            for name, place in [*places.items()][:: 1 if number % 2 else -1]:
                sides[name].run(operation, place)


def _project(directory: Path, name: str, rooms: int, url: str) -> Project:
    made = project(directory / name, _PROGRAMS[name], rooms, url)
    if name != "dynamic":
        file = made.directory / "Pulumi.yaml"
        document = yaml.safe_load(file.read_text())
        document["plugins"] = {"providers": [{"name": "ivschat", "path": str(_EXECUTABLE.parent)}]}
        if name == "YAML":
            document["runtime"] = "yaml"
            document["resources"] = {f"room-{number}": {"type": "ivschat:Room"} for number in range(rooms)}
        file.write_text(yaml.safe_dump(document, sort_keys=False))
    return made


def _figures(sides: Mapping[str, Side], rooms: int) -> Iterator[Figure]:
    dynamic = sides["dynamic"]
    for name in ("Python", "YAML"):
        native = sides[name]
        for operation, seconds in native.seconds.items():
            label = f"{rooms} rooms, {name}: {operation}"
            yield Figure(_NAME, label, seconds, "s", bare=dynamic.seconds[operation], ratio_at_most=_MOST_RATIO)
        memory = f"{rooms} rooms, {name}: memory of the provider's process"
        yield Figure(_NAME, memory, native.memory, "MB", bare=dynamic.memory, at_most=_MOST_MEMORY)


def _start() -> Figure:
    seconds = min(_seconds_to_port() for _ in range(10))
    return Figure(_NAME, "start of the plug-in, to its port", round(seconds, 2), "s", at_most=_LONGEST_START)


def _seconds_to_port() -> float:
    began = time.perf_counter()
    with subprocess.Popen([_EXECUTABLE], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE) as process:
        if process.stdout is None or not process.stdout.readline().strip().isdigit():
            msg = f"{_EXECUTABLE} printed no port"
            raise RuntimeError(msg)
        seconds = time.perf_counter() - began
        process.terminate()
    return seconds
