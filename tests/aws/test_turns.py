"""The turns that processes share in a file."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from pulumi_ivschat.aws.pacing import Pace
from pulumi_ivschat.aws.turns import InFile, InMemory, TurnKeeper


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "GetRoom.turns"


def take(keeper: TurnKeeper, moment: float) -> list[float]:
    """Take a turn; return those that were taken before."""
    with keeper.turns() as turns:
        before = turns.taken
        turns.taken = [*before, moment]
    return before


def test_what_one_takes_the_other_knows(path: Path) -> None:
    one, two = InFile(path), InFile(path)

    assert take(one, 1.0) == []
    assert take(two, 2.0) == [1.0]
    assert take(one, 3.0) == [1.0, 2.0]


def test_turns_in_memory_are_ones_own() -> None:
    one, two = InMemory(), InMemory()

    assert take(one, 1.0) == take(two, 2.0) == []
    assert take(one, 3.0) == [1.0]


@pytest.mark.parametrize("content", [b"", b'{"taken": [1.0, 2', b'{"clock": "x"}', b"{}", b"\xff\x00", b"[1, 2]"])
def test_what_a_kill_has_cut_off_counts_as_nothing(path: Path, content: bytes) -> None:
    path.write_bytes(content)

    assert take(InFile(path), 1.0) == []
    assert take(InFile(path), 2.0) == [1.0]


@pytest.mark.parametrize("later", [-60.0, 60.0])
def test_turns_of_the_clock_before_a_restart_are_ignored_and_ones_own_are_not(
    path: Path, monkeypatch: pytest.MonkeyPatch, later: float
) -> None:
    take(InFile(path), 1e9)
    clock = time.monotonic
    with monkeypatch.context() as restarted:
        restarted.setattr(
            "pulumi_ivschat.aws.turns.time", SimpleNamespace(time=time.time, monotonic=lambda: clock() - later)
        )
        assert take(InFile(path), 1.0) == []
        assert take(InFile(path), 2.0) == [1.0]

    assert take(InFile(path), 3.0) == []


def test_if_no_file_can_be_written_each_has_its_own_turns(tmp_path: Path) -> None:
    keeper = InFile(tmp_path / "missing" / "GetRoom.turns")

    assert take(keeper, 1.0) == []
    assert take(keeper, 2.0) == [1.0]


def test_processes_take_turns_of_one_rate(path: Path) -> None:
    code = """
import sys
from pathlib import Path
from pulumi_ivschat.aws.pacing import Pace
from pulumi_ivschat.aws.turns import InFile
from pulumi_ivschat.aws.waiting import Time
slept = []
pace = Pace("GetRoom", 5, free=False, time=Time(lambda: 1000.0, slept.append), keeper=InFile(Path(sys.argv[1])))
for _ in range(10):
    pace.wait()
print(*(round(seconds, 2) for seconds in slept))
"""
    running = [
        subprocess.Popen([sys.executable, "-c", code, str(path)], stdout=subprocess.PIPE, text=True) for _ in range(3)
    ]
    waited = [float(seconds) for each in running for seconds in each.communicate()[0].split()]

    assert sorted(waited) == [round(burst * 1.04, 2) for burst in range(1, 6) for _ in range(5)]


def test_a_refusal_of_one_slows_all_down(path: Path) -> None:
    one, two = (Pace("GetRoom", 5, free=False, keeper=InFile(path)) for _ in range(2))
    one.refused()

    with InFile(path).turns() as turns:
        assert turns.share < 1
    for _ in range(4):
        two.passed()
    with InFile(path).turns() as turns:
        assert turns.share == 1
