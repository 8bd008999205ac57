"""Keys that change hands: what the program declares is not removed."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from pulumi_ivschat.model.urns import Urn
from pulumi_ivschat.operations.engine_folder import EngineFolder
from pulumi_ivschat.operations.key_owners import KeyOwners

ARN = "arn:aws:ivschat:us-west-2:000000000000:room/abcdefghijkl"
LOBBY, TEAM, COST = (
    Urn("test", "chat", f"ivschat:index:{type_}", name)
    for type_, name in (("Room", "lobby"), ("TagSet", "team"), ("TagSet", "cost"))
)


@pytest.fixture
def two_processes(tmp_path: Path) -> tuple[KeyOwners, KeyOwners]:
    """Return what two provider processes of one engine know."""
    one, two = (KeyOwners(EngineFolder.join("127.0.0.1:40001", tmp_path)) for _ in range(2))
    return one, two


def test_what_the_program_has_given_to_another_is_not_one_of_ones_own_any_more() -> None:
    owners = KeyOwners()
    owners.declare(ARN, {"x", "y"})

    state = owners.without_given_away(ARN, {"name": "lobby", "tags": {"x": "1", "y": "1", "z": "1"}}, {"y"})

    assert state == {"name": "lobby", "tags": {"y": "1", "z": "1"}}


def test_what_is_declared_on_something_else_is_nobodys_here() -> None:
    owners = KeyOwners()
    owners.declare(f"{ARN}2", {"x"})

    assert owners.without_given_away(ARN, {"tags": {"x": "1"}}) == {"tags": {"x": "1"}}


def test_two_take_turns_at_one_resource_and_others_go_on() -> None:
    owners, other_went_on, ended = KeyOwners(), threading.Event(), threading.Event()

    def second() -> None:
        with owners.turn(f"{ARN}2"):
            other_went_on.set()
        with owners.turn(ARN):
            ended.set()

    thread = threading.Thread(target=second)
    with owners.turn(ARN):
        thread.start()
        assert other_went_on.wait(10)
        assert not ended.is_set()
    thread.join(10)

    assert ended.is_set()


def test_processes_know_the_keys_of_each_other(two_processes: tuple[KeyOwners, KeyOwners]) -> None:
    one, two = two_processes
    one.declare(ARN, {"x"}, TEAM)

    assert two.without_given_away(ARN, {"tags": {"x": "1", "y": "1"}}) == {"tags": {"y": "1"}}


def test_a_second_owner_of_a_key_hears_of_the_first_in_another_process_too(
    two_processes: tuple[KeyOwners, KeyOwners],
) -> None:
    one, two = two_processes

    assert one.declare(ARN, {"x"}, LOBBY) is None
    assert (
        two.declare(ARN, {"x", "y"}, TEAM) == "TagSet team and Room lobby both own the tag x of one resource: keep one"
    )
    assert one.declare(ARN, {"z"}, COST) is None


def test_an_exclusive_owner_and_another_are_in_conflict() -> None:
    owners = KeyOwners()
    owners.declare(ARN, {"x"}, TEAM, exclusive=True)

    assert (
        owners.declare(ARN, {"y"}, COST) == "TagSet team is exclusive, but TagSet cost owns tags of the same resource"
    )


def test_an_owner_is_in_no_conflict_with_itself_on_another_resource_or_with_one_that_nobody_names() -> None:
    owners = KeyOwners()
    owners.declare(ARN, {"x"})

    assert owners.declare(ARN, {"x"}, TEAM) is owners.declare(ARN, {"x", "y"}, TEAM) is None
    assert owners.declare(f"{ARN}2", {"x"}, COST) is None


def test_only_inputs_that_were_checked_are_those_of_the_program() -> None:
    owners = KeyOwners()
    owners.checked(("lobby", frozenset("x")))

    assert owners.is_checked(("lobby", frozenset("x")))
    assert not owners.is_checked(("lobby", frozenset("xy")))
