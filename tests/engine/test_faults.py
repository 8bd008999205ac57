"""
Faults under the real engine, in the scenes of the matrix: the writes, and the reads of a refresh, each with one fault.

All of the matrix, by a model of the engine: tests/faults. All of it by the engine itself: `make soak ARGS=engine-faults`. The
engine makes some calls at once, so another one than the model's may meet a fault, and end otherwise; but well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import pytest

from tests.conftest import REGION, LocalService, serving
from tests.engine import native
from tests.engine.conftest import Stack
from tests.engine.deployment import EngineDeployment
from tests.faults import matrix
from tests.faults.conftest import OPTIONS
from tests.faults.matrix import Cell

CELLS = [
    Cell("up", "CreateLoggingConfiguration", "connection lost, applied"),
    Cell("up", "CreateRoom", "answer cut off, applied"),
    Cell("up", "CreateRoom", "AWS fails from there on"),
    Cell("up", "TagResource", "credentials expire"),
    Cell("update", "UpdateLoggingConfiguration", "error 500, applied"),
    Cell("update", "UpdateRoom", "credentials expire"),
    Cell("update", "UntagResource", "200, a page"),
    Cell("refresh", "ListRooms", "AWS fails from there on"),
    Cell("refresh", "GetRoom", "not allowed"),
    Cell("destroy", "DeleteRoom", "connection lost, applied"),
    Cell("destroy", "DeleteLoggingConfiguration", "AWS fails from there on"),
    Cell("destroy", "UntagResource", "answer cut off"),
]


FRONT_ENDS: Mapping[str, Callable[[Stack], Stack]] = {"python": lambda stack: stack, "yaml": native.of_stack}


@pytest.fixture(scope="module")
def faulty_service() -> Iterator[LocalService]:
    """Yield the local service of the matrix."""
    with serving(*OPTIONS) as service:
        yield service


@pytest.mark.early
@pytest.mark.long
@pytest.mark.parametrize(
    ("front_end", "cell"),
    [
        *(
            pytest.param("python", cell, id=f"python, {cell}", marks=[pytest.mark.nightly] * (number % 3 > 0))
            for number, cell in enumerate(CELLS)
        ),
        *(
            pytest.param("yaml", cell, id=f"yaml, {cell}", marks=[pytest.mark.nightly] * (number % 5 > 0))
            for number, cell in enumerate(CELLS)
        ),
    ],
)
def test_a_fault_ends_well(
    new_stack: Callable[[str], Stack],
    faulty_service: LocalService,
    monkeypatch: pytest.MonkeyPatch,
    front_end: str,
    cell: Cell,
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "local")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "local")
    stack = new_stack("test").config(region=REGION, endpointUrl=faulty_service.url, maxAttempts=2)

    matrix.outcome(faulty_service, cell, EngineDeployment(FRONT_ENDS[front_end](stack)))
