"""Room: its arguments and outputs beside what AWS's service model has."""

from __future__ import annotations

import inspect

import pytest

from pulumi_ivschat.lifecycle.room import ROOM
from pulumi_ivschat.model.service_model import operations, shape, snake_case
from pulumi_ivschat.program.room import MessageReviewHandlerArgs, Room, RoomArgs


def members(name: str) -> set[str]:
    return {snake_case(member) for member in shape(name).members}


def test_the_arguments_are_all_that_create_room_takes_and_the_region() -> None:
    assert set(RoomArgs.__annotations__) == {*members("CreateRoomRequest"), "region"}
    assert set(MessageReviewHandlerArgs.__annotations__) == members("MessageReviewHandler")


def test_the_outputs_are_all_that_get_room_answers_and_ours() -> None:
    answered = {snake_case(member) for member in operations()["GetRoom"].output.members}

    ours = {"room_id", "region", "tags_all", "owner_tag"}
    assert set(Room._outputs) == answered - {"id", "arn"} | ours  # noqa: SLF001


@pytest.mark.parametrize("args", [RoomArgs, MessageReviewHandlerArgs])
def test_every_argument_is_described_where_an_editor_looks(args: type) -> None:
    source = inspect.getsource(args)

    assert source.count('"""') == 2 + 2 * len(args.__annotations__)


def test_every_default_in_the_docstrings_is_the_one_in_force() -> None:
    source = inspect.getsource(RoomArgs)

    assert f"Default: {ROOM.defaults['maximum_message_length']}." in source
    assert f"Default: {ROOM.defaults['maximum_message_rate_per_second']}." in source
    assert f"1 to {shape('RoomMaxMessageRatePerSecond').maximum}" in source


def test_the_type_in_peoples_state_never_changes() -> None:
    assert Room._resource_type_name == "dynamic/ivschat:Room"  # noqa: SLF001
