"""
What the fixtures of the pytest plug-in cost a test: medians of set-up, call and tear-down, above those of a test without fixtures.

The tests of the three kinds run in turns, in one process. `ivschat_room` makes one call, CreateRoom.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from benchmarks.figures import Figure

_NAME: Final = "pytest-fixtures"
_MOST: Final = 10.0
_ROUNDS: Final = 100
_WARM_UP: Final = 5
_CONFTEST: Final = """
import collections, json

seconds = collections.defaultdict(float)

def pytest_runtest_logreport(report):
    seconds[report.nodeid] += report.duration

def pytest_sessionfinish():
    with open("seconds.json", "w") as file:
        json.dump(seconds, file)
"""
_TESTS: Final = """
import pytest

@pytest.mark.parametrize("round", range({rounds}))
class TestInTurns:
    def test_bare(self, round): pass
    def test_ivschat(self, round, ivschat): pass
    def test_ivschat_room(self, round, ivschat_room): pass
"""


def measure(rounds: int = _ROUNDS) -> list[Figure]:
    """Run it, and return the figures."""
    taken = _taken(rounds + _WARM_UP)
    medians = {name: statistics.median(times[_WARM_UP:]) for name, times in taken.items()}
    return [
        Figure(_NAME, fixture, round(1000 * (medians[fixture] - medians["bare"]), 2), "ms", at_most=_MOST)
        for fixture in ("ivschat", "ivschat_room")
    ]


def _taken(rounds: int) -> Mapping[str, list[float]]:
    """Return the seconds of the tests by their fixture."""
    with tempfile.TemporaryDirectory() as folder:
        directory = Path(folder)
        (directory / "conftest.py").write_text(_CONFTEST)
        (directory / "test_it.py").write_text(_TESTS.format(rounds=rounds))
        quiet = ["-q", "-p", "no:cacheprovider", "-p", "no:xdist", "-p", "no:hypothesispytest"]
        subprocess.run([sys.executable, "-m", "pytest", *quiet], check=True, cwd=directory, stdout=subprocess.DEVNULL)
        seconds: Mapping[str, float] = json.loads((directory / "seconds.json").read_text())
    taken: dict[str, list[float]] = {}
    for test, time in seconds.items():
        taken.setdefault(test.partition("::test_")[2].partition("[")[0], []).append(time)
    return taken
