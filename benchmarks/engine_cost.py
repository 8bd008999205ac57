"""
What the engine's operations cost with this package's rooms, beside two baselines in the same run.

`no-op` does nothing, so its figures are the engine's own cost; `bare` makes the same calls by plain boto3, without check,
diff or reading ahead. The three run in turns, each on a local service of its own, with the engine's own settings; a figure
is the best of its rounds, since other work of the machine only adds to it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Final

import attrs

from benchmarks.figures import Figure, LocalService, local_service
from benchmarks.projects import Project, Ran, project

SIZES: Final = (10, 200, 1000)
_NAME: Final = "engine"
ROUNDS: Final = 5
_ONE_ROUND_ROOMS: Final = 1000
"""A size from which there is one round: it takes minutes, and the moment's noise evens out."""
_PROGRAMS: Final = ("no_op", "bare", "package")
_LATENCY_SECONDS: Final = 0.02
_DISTANT: Final = "refresh, calls of 20 ms"
_OPERATIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "up": ("up", "--yes", "--skip-preview"),
    "no-change up": ("up", "--yes", "--skip-preview"),
    "preview": ("preview",),
    "refresh": ("refresh", "--yes", "--skip-preview"),
    _DISTANT: ("refresh", "--yes", "--skip-preview"),
    "destroy": ("destroy", "--yes", "--skip-preview"),
}
_TARGETS: Final[Mapping[str, float]] = {"up": 1.05, "destroy": 1.05, "preview": 1.05, "refresh": 0.75, _DISTANT: 0.6}
"""Over the bare one, at 200 rooms."""
_NO_OP_TARGETS: Final[Mapping[str, float]] = {"up": 1.1}
"""Over the no-op, at 200 rooms."""
_TARGET_ROOMS: Final = 200
_MOST_STATE: Final = 1.5
_MOST_MEMORY: Final = 80.0


@attrs.define
class Side:
    """One of the three: its project and service in a round, and the best that was seen of it in all rounds."""

    program: str
    seconds: dict[str, float] = attrs.field(factory=dict)
    calls: dict[str, int] = attrs.field(factory=dict)
    memory: float = 0.0
    state: float = 0.0
    modules: frozenset[str] = frozenset()

    def run(self, operation: str, place: Project, service: LocalService) -> None:
        """Run an operation, and note what it took."""
        before = len(service.calls())
        ran = _ran(operation, place, service)
        self.calls[operation] = len(service.calls()) - before
        self.seconds[operation] = min(self.seconds.get(operation, ran.seconds), ran.seconds)
        self.memory = max(self.memory, ran.provider_memory / 1e6)
        if operation == "preview":
            self.state = place.state_bytes() / 1000
            self.modules = _modules(place.run("preview", PYTHONPROFILEIMPORTTIME="1").output)


def measure(sizes: tuple[int, ...] = SIZES, rounds: int = ROUNDS) -> list[Figure]:
    """Run it, and return the figures."""
    return [figure for size in sizes for figure in _figures(size, *_measured(size, rounds))]


def _measured(size: int, rounds: int) -> list[Side]:
    sides = [Side(program) for program in _PROGRAMS]
    for number in range(1 if size >= _ONE_ROUND_ROOMS else rounds):
        with ExitStack() as stack:
            directory = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            services = [stack.enter_context(local_service()) for _ in sides]
            places = [
                project(directory / side.program, side.program, size, service.url)
                for side, service in zip(sides, services, strict=True)
            ]
            turns = [*zip(sides, places, services, strict=True)]
            for operation in _OPERATIONS:
                turns.append(turns.pop(0))  # the first one is not always the same
                for side, place, service in turns[:: 1 if number % 2 else -1]:
                    side.run(operation, place, service)
    return sides


def _ran(operation: str, place: Project, service: LocalService) -> Ran:
    if operation == _DISTANT:
        service.ask("POST", "/_local/faults", {"operation": "*", "latency_seconds": _LATENCY_SECONDS, "count": None})
    ran = place.run(*_OPERATIONS[operation])
    service.ask("DELETE", "/_local/faults")
    return ran


def _modules(output: str) -> frozenset[str]:
    """Return what program and provider import, by what Python itself reports about it."""
    return frozenset(line.rsplit("|", 1)[1].strip() for line in output.splitlines() if "import time:" in line)


def _figures(size: int, no_op: Side, bare: Side, ours: Side) -> Iterator[Figure]:
    def beside(name: str, unit: str, of: Callable[[Side], float]) -> Figure:
        return Figure(_NAME, f"{size:,} rooms: {name}", of(ours), unit, of(no_op), of(bare))

    aimed = size == _TARGET_ROOMS
    for operation in _OPERATIONS:
        took = beside(operation, "s", lambda side: round(side.seconds[operation], 2))  # noqa: B023  called at once
        limits = (_TARGETS.get(operation), _NO_OP_TARGETS.get(operation)) if aimed else (None, None)
        yield attrs.evolve(took, ratio_at_most=limits[0], no_op_ratio_at_most=limits[1])
    for operation in _OPERATIONS:
        made = beside(operation, "calls", lambda side: side.calls[operation])  # noqa: B023  called at once
        yield attrs.evolve(made, at_most=0.0 if operation in {"preview", "no-change up"} else None)
    for operation in ("up", "destroy"):
        yield beside(f"{operation}, for each", "ms", lambda side: round(side.seconds[operation] * 1000 / size, 1))  # noqa: B023
    yield beside("state of each", "kB", lambda side: round(side.state, 2))
    above = round(ours.state - no_op.state, 2)
    yield Figure(_NAME, f"{size:,} rooms: state of each, above the no-op's", above, "kB", at_most=_MOST_STATE)
    memory = beside("memory of the provider's process", "MB", lambda side: round(side.memory, 1))
    yield attrs.evolve(memory, at_most=_MOST_MEMORY)
    yield beside("preview", "modules loaded", lambda side: len(side.modules))
    yield attrs.evolve(beside("preview", "modules of boto3 loaded", _sdk_modules), at_most=0.0)


def _sdk_modules(side: Side) -> int:
    return sum(name.split(".")[0] in {"boto3", "botocore"} for name in side.modules)
