"""Keys that change hands: what the program declares is not removed."""

from __future__ import annotations

import threading

from pulumi_ivschat.operations.key_owners import KeyOwners

ARN = "arn:aws:ivschat:us-west-2:000000000000:room/abcdefghijkl"


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
