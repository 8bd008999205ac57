"""The places of a fleet's rooms: no room is created a second time, whatever the file and the runs before."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from typing import Any, Final

import pytest

from tests.conftest import LocalService
from tests.examples.fleets import STACKS, WEST, Fleet, rooms_at

SPREAD: Final[Mapping[str, Any]] = {f"room-{number}": {} for number in range(9)}
"""Rooms that all three stacks have some of."""


def in_state(fleet: Fleet, stack: str) -> list[str]:
    """Return the keys of the rooms in a stack's state."""
    command = ["pulumi", "stack", "--stack", stack, "--show-urns"]
    ran = subprocess.run(
        command, check=True, cwd=fleet.directory, env=fleet.environment, stdout=subprocess.PIPE, text=True
    )
    return sorted(line.rpartition("::")[2].strip() for line in ran.stdout.splitlines() if "ivschat:Room::" in line)


@pytest.mark.early
@pytest.mark.long
def test_a_shard_that_the_file_no_longer_names_gives_its_rooms_to_the_others_and_they_stay(
    fleet: Fleet, service: LocalService
) -> None:
    fleet.write(SPREAD)
    fleet.run("up")
    before = rooms_at(service, WEST)
    lost = in_state(fleet, STACKS[2])
    assert lost

    fleet.write(SPREAD, stacks=STACKS[:2])
    for command in ("check", "up", "drift"):
        said = fleet.run(command, code=1)
        assert [key for key in SPREAD if f"rooms.{key} is in fleet-c" in said] == lost
        assert "add fleet-c to `stacks`, or run `fleet.py move`" in said
    assert "moved from fleet-c to" in fleet.run("move")

    fleet.run("check")
    fleet.run("up")
    assert rooms_at(service, WEST) == before
    assert "No drift" in fleet.run("drift")
    assert in_state(fleet, STACKS[2]) == []


@pytest.mark.long
@pytest.mark.nightly
def test_a_room_of_an_up_that_failed_moves_to_no_new_shard(fleet: Fleet, service: LocalService) -> None:
    fleet.write(SPREAD, stacks=STACKS[:1])
    service.fault("CreateRoom", count=len(SPREAD) - 1)
    service.fault("CreateRoom", error="ServiceQuotaExceededException")
    fleet.run("up", code=1)
    there = in_state(fleet, STACKS[0])
    assert there

    fleet.write(SPREAD, stacks=STACKS[:2])

    said = fleet.run("check", code=1)
    listed = [key for key in there if f"rooms.{key} is in fleet-a and would be created again in fleet-b" in said]
    assert len(listed) == len(said.splitlines()) > 0


@pytest.mark.long
@pytest.mark.nightly
def test_a_shard_and_a_room_that_the_file_both_lost_are_reported(fleet: Fleet, service: LocalService) -> None:
    fleet.write({"lobby": {"stack": "fleet-c"}, "finals": {"stack": "fleet-a"}})
    fleet.run("up")

    fleet.write({"finals": {"stack": "fleet-a"}}, stacks=STACKS[:2])

    assert "fleet-c has the room lobby, and the file has neither" in fleet.run("check", code=1)
    fleet.write({"finals": {"stack": "fleet-a"}})
    fleet.run("up")
    fleet.write({"finals": {"stack": "fleet-a"}}, stacks=STACKS[:2])
    fleet.run("check")
    assert list(rooms_at(service, WEST)) == ["finals"]
