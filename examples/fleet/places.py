"""
Where rooms are: which stack's state has each of them, and which stack the file puts it in.

A room that another stack creates is a second room, with another ARN. So `fleet.py` runs nothing if the file and the states differ
about a room. `move` makes them agree: the room leaves one state for the other, and nothing happens to it at AWS.
"""

from __future__ import annotations

import itertools
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

import attrs
from fleet_file import Fleet, FleetFileError
from pulumi import automation

HERE: Final = Path(__file__).resolve().parent


@attrs.frozen
class Place:
    """
    A room in a stack's state.

    Attributes:
        key: its name in Pulumi, and in the file.
        stack: the stack.
        urn: its URN there.
        is_pending: whether an update that was interrupted was creating it.
    """

    key: str
    stack: str
    urn: str
    is_pending: bool = False


def not_named(fleet: Fleet) -> list[str]:
    """Return the stacks that the backend has of this project, and the file does not name."""
    listed = automation.LocalWorkspace(work_dir=str(HERE)).list_stacks()
    return [each.name for each in listed if each.name.rpartition("/")[2] not in fleet.stacks]


def find(stacks: Sequence[str], parallel: int) -> list[Place]:
    """Return the rooms in the states of these stacks; reads so many states at a time."""
    workspace = automation.LocalWorkspace(work_dir=str(HERE))
    with ThreadPoolExecutor(parallel) as pool:
        states = pool.map(lambda name: workspace.export_stack(name).deployment or {}, stacks)
        return [place for name, state in zip(stacks, states, strict=True) for place in _in_state(name, state)]


def _in_state(stack: str, state: Mapping[str, Any]) -> Iterator[Place]:
    for resource in state.get("resources") or ():
        if _is_room(resource) and not resource.get("delete"):
            yield Place(_key(resource), stack, resource["urn"])
    for operation in state.get("pending_operations") or ():
        if operation["type"] == "creating" and _is_room(operation["resource"]):
            yield Place(_key(operation["resource"]), stack, operation["resource"]["urn"], is_pending=True)


def _is_room(resource: Mapping[str, Any]) -> bool:
    return bool(resource["type"].endswith("ivschat:Room"))


def _key(resource: Mapping[str, Any]) -> str:
    return str(resource["urn"].rpartition("::")[2])


def misplaced(fleet: Fleet, places: Sequence[Place]) -> list[Place]:
    """Return the rooms of the file that another stack has than the file puts them in."""
    return [each for each in places if each.key in fleet.rooms and fleet.stack_of(each.key) != each.stack]


def validate(fleet: Fleet, places: Sequence[Place]) -> None:
    """Raise FleetFileError with each room that a run would create a second time, or that no run would see."""
    moved = [f"rooms.{each.key} {_remedy(fleet, each)}" for each in misplaced(fleet, places)]
    unseen = [
        f"{each.stack} has the room {each.key}, and the file has neither: add the room to `rooms` to keep it, or "
        f"add {each.stack} to `stacks` and run `fleet.py destroy --stack {each.stack}`"
        for each in places
        if each.stack not in fleet.stacks and each.key not in fleet.rooms
    ]
    if moved or unseen:
        raise FleetFileError("\n".join([*moved, *unseen]))


def _remedy(fleet: Fleet, place: Place) -> str:
    goal = fleet.stack_of(place.key)
    where = f"is in {place.stack} and would be created again in {goal}"
    keep = f"add `stack: {place.stack}` to it" if place.stack in fleet.stacks else f"add {place.stack} to `stacks`"
    if place.is_pending:
        return f"may be in {place.stack}, whose update was interrupted: {keep}, and run `pulumi-ivschat recover --stack {place.stack}`"
    return f"{where}: {keep}, or run `fleet.py move`, which keeps the room and its ARN"


def move(fleet: Fleet, places: Sequence[Place]) -> None:
    """Move rooms to the states of the stacks that the file puts them in; raise FleetFileError if Pulumi refuses one."""
    if pending := [each for each in misplaced(fleet, places) if each.is_pending]:
        raise FleetFileError("\n".join(f"rooms.{each.key} {_remedy(fleet, each)}" for each in pending))

    def ends(place: Place) -> tuple[str, str]:
        return place.stack, fleet.stack_of(place.key)

    for (source, goal), each in itertools.groupby(sorted(misplaced(fleet, places), key=ends), ends):
        urns = [place.urn for place in each]
        command = ["pulumi", "state", "move", "--yes", "--source", source, "--dest", goal, *urns]
        moved = subprocess.run(command, check=False, cwd=HERE, capture_output=True, text=True)
        if moved.returncode:
            msg = f"{source}: no room moved to {goal}: {moved.stderr.strip() or moved.stdout.strip()}"
            raise FleetFileError(msg)
        print(f"{len(urns)} rooms moved from {source} to {goal}")
