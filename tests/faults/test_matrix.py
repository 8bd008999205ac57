"""Every fault at every operation of every command ends well, and as docs/faults.md says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from pulumi_ivschat.iam import deployer_policy
from tests.conftest import LocalService
from tests.faults import kills, matrix
from tests.faults.conftest import OPTIONS
from tests.faults.matrix import FAULTS, KILLS, OPERATIONS, PLACES, Cell


def _cells() -> Iterator[object]:
    """Yield all cells; those of the quick suite have each fault at every third place, and at each place every third fault."""
    for row, place in enumerate(PLACES):
        for column, fault in enumerate(FAULTS):
            cell = Cell(*place, fault)
            yield pytest.param(cell, id=str(cell), marks=[] if (row + column) % 3 == 0 else pytest.mark.long)


@pytest.mark.parametrize("command", OPERATIONS)
def test_the_matrix_has_all_operations_that_a_command_calls(unhurried_service: LocalService, command: str) -> None:
    assert set(matrix.calls(unhurried_service, command)) == set(OPERATIONS[command])


def test_the_matrix_has_all_operations_that_a_deployment_needs() -> None:
    allowed = set(re.findall(r'"ivschat:(\w+)"', deployer_policy(logging_configurations=True)))

    assert {operation for _, operation in PLACES} == allowed


@pytest.mark.parametrize("cell", [*_cells()])
def test_a_fault_ends_as_documented(unhurried_service: LocalService, cell: Cell) -> None:
    assert matrix.outcome(unhurried_service, cell) == matrix.documented()[cell]


@pytest.mark.parametrize("fault", KILLS)
def test_a_service_that_is_killed_ends_a_command_as_documented(tmp_path: Path, fault: str) -> None:
    """One operation of each command here; all of them by `make soak ARGS=faults`."""
    places = (("up", "CreateRoom"), ("update", "UpdateRoom"), ("refresh", "GetRoom"), ("destroy", "DeleteRoom"))
    with kills.lasting(tmp_path / "data", *OPTIONS) as lasting:
        service = lasting.start()
        for cell in (Cell(*place, fault) for place in places):
            assert kills.outcome(lasting, service, cell) == matrix.documented()[cell]
