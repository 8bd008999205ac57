"""
What `make test` takes, part by part: by the clock, and of the processors.

`make bench ARGS=suites`, after `make test-setup`. It runs all of `make test`, so only if it is named. A part that fails ends it.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from benchmarks.figures import Figure

_NAME: Final = "suites"
_ROOT: Final = Path(__file__).parents[1]
_TESTS: Final = _ROOT / "tests"
_OWN: Final = ("local", "clients", "engine", "faults", "examples")
"""Folders that are parts of their own; everything else is `unit`."""
_MOST: Final = 720.0
"""Processor seconds of all parts: six minutes of two cores."""


def measure() -> list[Figure]:
    """Run every part, and return the figures."""
    figures: list[Figure] = []
    for part, command in commands().items():
        print(f"{part} …", file=sys.stderr, flush=True)  # noqa: T201  it takes minutes
        clock, processor = _taken(command)
        figures += [Figure(_NAME, part, round(clock, 1), "s"), Figure(_NAME, part, round(processor, 1), "CPU s")]
    for unit, most in (("s", None), ("CPU s", _MOST)):
        total = sum(figure.value for figure in figures if figure.unit == unit)
        figures.append(Figure(_NAME, "all", round(total, 1), unit, at_most=most))
    return figures


def commands() -> Mapping[str, Sequence[str]]:
    """Return the command of each part of `make test`."""
    pytest = [str(_ROOT / "tools" / "test.sh"), "-m", "not long and not nightly"]
    parts = {part: [str(_TESTS / part)] for part in _OWN}
    return {
        "check": [str(_ROOT / "tools" / "check.sh")],
        "unit": [*pytest, *_unit()],
        **{part: [*pytest, *paths] for part, paths in parts.items()},
    }


def _unit() -> Iterator[str]:
    """Yield the test files of the first level, and its folders with tests that are not part of their own."""
    for path in sorted(_TESTS.iterdir()):
        if path.match("test_*.py") or (path.name not in _OWN and any(path.rglob("test_*.py"))):
            yield str(path)


def _taken(command: Sequence[str]) -> tuple[float, float]:
    """Run a part, and return its seconds by the clock, and those of the processors."""
    before, start = _processor_seconds(), time.monotonic()
    subprocess.run(command, check=True, cwd=_ROOT, stdout=sys.stderr)
    return time.monotonic() - start, _processor_seconds() - before


def _processor_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
