"""examples/fleet, run as it is there."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import LocalService
from tests.engine.conftest import quick
from tests.examples.conftest import EXAMPLES

STACKS = ["fleet-a", "fleet-b", "fleet-c"]
WEST, EAST = "us-west-2", "us-east-1"


@pytest.fixture
def fleet(tmp_path: Path, ci: Mapping[str, str]) -> Fleet:
    """Return a copy of the example."""
    return Fleet(Path(shutil.copytree(EXAMPLES / "fleet", tmp_path / "fleet")), quick(ci))


class Fleet:
    """The example's command, and its file."""

    def __init__(self, directory: Path, environment: Mapping[str, str]) -> None:
        self.directory, self.environment = directory, environment

    def write(self, rooms: Mapping[str, Any], **more: Any) -> None:
        """Write the file, with these rooms in it."""
        document = {"stacks": STACKS, "settings": {"region": WEST}, "rooms": rooms, **more}
        (self.directory / "rooms.yaml").write_text(yaml.safe_dump(document))

    def run(self, command: str, *, code: int = 0) -> str:
        """Run the command, expect *code*, and return its output."""
        ran = subprocess.run(
            [sys.executable, "fleet.py", command, "--file", "rooms.yaml"],
            check=False,
            cwd=self.directory,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert ran.returncode == code, ran.stdout
        return ran.stdout

    def ivschat(self, *arguments: str) -> str:
        """Run a command of the package in the project, and return its output."""
        command = [sys.executable, "-m", "pulumi_ivschat", *arguments]
        return subprocess.run(
            command, check=True, cwd=self.directory, env=self.environment, stdout=subprocess.PIPE, text=True
        ).stdout


def counts(said: str, column: str) -> int:
    """Add up a column of the summary."""
    rows = [[cell.strip(" ┃│") for cell in line.replace("┃", "│").split("│")[1:-1]] for line in said.splitlines()]
    [titles] = [row for row in rows if "seconds" in row]
    return sum(int(row[titles.index(column)]) for row in rows if row and row[0] in STACKS)


def test_a_fleet_of_two_regions_gets_another_stack_which_moves_no_room_that_exists(
    fleet: Fleet, service: LocalService
) -> None:
    rooms: dict[str, Any] = {f"room-{number}": {"region": EAST} if number == 0 else {} for number in range(6)}
    fleet.write(rooms, stacks=STACKS[:1])
    assert counts(fleet.run("up"), "create") == 6
    assert {region: len(_rooms(service, region)) for region in (WEST, EAST)} == {WEST: 5, EAST: 1}

    fleet.write(rooms, stacks=STACKS[:2])
    assert "add `stack: fleet-a` to it" in fleet.run("preview", code=1)
    before = {**_rooms(service, WEST), **_rooms(service, EAST)}
    kept = {key: {**inputs, "stack": "fleet-a"} for key, inputs in rooms.items() if key != "room-2"}
    kept["room-1"]["maximum_message_length"] = 99
    fleet.write({**kept, "late": {"stack": "fleet-b"}}, stacks=STACKS[:2])
    said = fleet.run("up")
    assert [counts(said, kind) for kind in ("create", "update", "delete", "same")] == [1, 1, 1, 4]
    after = {**_rooms(service, WEST), **_rooms(service, EAST)}
    assert after.items() - before.items() == {("late", after["late"])}
    assert "No drift" in fleet.run("drift")
    assert "No drift (2 stacks in us-east-1, us-west-2)" in fleet.ivschat("drift", "--all")

    fleet.run("destroy")
    assert not _rooms(service, WEST)
    assert not _rooms(service, EAST)


@pytest.mark.long
def test_a_fleet_lives_in_three_stacks_and_two_regions(fleet: Fleet, service: LocalService) -> None:
    rooms: dict[str, Any] = {f"room-{number}": {"region": EAST} if number % 3 == 0 else {} for number in range(24)}
    fleet.write(rooms)
    assert counts(fleet.run("up"), "create") == 24
    assert {region: len(_rooms(service, region)) for region in (WEST, EAST)} == {WEST: 16, EAST: 8}
    assert counts(fleet.run("up"), "same") == 24
    assert "No drift" in fleet.run("drift")

    before = {**_rooms(service, WEST), **_rooms(service, EAST)}
    rooms["room-1"] = {"maximum_message_length": 99}
    del rooms["room-2"]
    fleet.write({**rooms, "late": {"tags": {"stage": "show"}}})
    said = fleet.run("up")
    assert [counts(said, kind) for kind in ("create", "update", "delete")] == [1, 1, 1]
    after = {**_rooms(service, WEST), **_rooms(service, EAST)}
    assert after.items() - before.items() == {("late", after["late"])}

    fleet.run("destroy")
    assert not _rooms(service, WEST)
    assert not _rooms(service, EAST)


@pytest.mark.long
def test_a_stack_that_fails_is_reported_and_leaves_the_others_alone(fleet: Fleet, service: LocalService) -> None:
    fleet.write({"here": {"stack": "fleet-a"}, "there": {"stack": "fleet-b"}}, stacks=STACKS[:2])
    assert counts(fleet.run("preview"), "create") == 2
    service.fault("CreateRoom", error="ServiceQuotaExceededException", count=1)

    said = fleet.run("up", code=1)

    assert "ServiceQuotaExceededException" in said
    assert len(_rooms(service, WEST)) == 1
    assert len(re.findall(r"│ fleet-\w │ \?", said)) == 1  # what it has done is not known


def test_everything_wrong_in_a_file_is_reported_at_once_with_entry_and_property(fleet: Fleet) -> None:
    fleet.write(
        {"lobby": {"maximum_message_length": 501, "nmae": "x"}, "a b": {}, "far": {"region": "Oregon", "stack": "z"}},
        settings={"retries": 3},
    )

    said = fleet.run("up", code=1)

    assert "rooms.yaml: settings: unknown setting ivschat:retries" in said
    assert "rooms.yaml: rooms.lobby.maximum_message_length must be at most 500" in said
    assert "rooms.yaml: rooms.lobby.nmae is not a property here; did you mean name?" in said
    assert "rooms.yaml: rooms.a b.name must be" in said
    assert "rooms.yaml: rooms.far.region must be a region such as us-west-2; it is 'Oregon'" in said
    assert "rooms.yaml: rooms.far.stack must be one of fleet-a, fleet-b, fleet-c; it is 'z'" in said


def test_rooms_are_spread_and_another_room_moves_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(EXAMPLES / "fleet")
    from fleet_file import Fleet as FleetFile  # noqa: PLC0415  an example is not a package

    keys = [f"room-{number}" for number in range(300)]
    alone = FleetFile(STACKS, {}, {keys[0]: {}})
    all_of_them = FleetFile(STACKS, {}, {key: {} for key in keys})

    assert alone.stack_of(keys[0]) == all_of_them.stack_of(keys[0])
    assert min(Counter(map(all_of_them.stack_of, keys)).values()) > 80


def _rooms(service: LocalService, region: str) -> dict[str, str]:
    return {room["name"]: room["arn"] for room in service.client(region).list_rooms(maxResults=50)["rooms"]}
