"""Tag sets through the real engine."""

from __future__ import annotations

from textwrap import dedent

import pytest

from tests.conftest import LocalService
from tests.engine.conftest import Stack

OWNER = {"pulumi-ivschat:owner": "chat/test/lobby"}


@pytest.fixture
def room(service: LocalService) -> str:
    """Return the ARN of a room made by hand, with somebody's tag."""
    return service.client().create_room(name="by-hand", tags={"theirs": "1"})["arn"]


def tags(service: LocalService, arn: str) -> dict[str, str]:
    return service.client().list_tags_for_resource(resourceArn=arn)["tags"]


@pytest.mark.oldest_sdk
def test_a_tag_set_adds_its_keys_changes_them_in_place_and_takes_them_away(
    stack: Stack, service: LocalService, room: str
) -> None:
    stack.apply(f'TagSet("cost", resource_arn="{room}", tags={{"a": "1", "b": "2"}})')
    assert tags(service, room) == {"theirs": "1", "a": "1", "b": "2"}

    stack.apply(f'TagSet("cost", resource_arn="{room}", tags={{"b": "3", "c": ""}})')
    assert tags(service, room) == {"theirs": "1", "b": "3", "c": ""}

    stack.destroy()
    assert tags(service, room) == {"theirs": "1"}


def test_a_tag_set_takes_the_fewest_calls(stack: Stack, service: LocalService, room: str) -> None:
    def calls(source: str, *arguments: str) -> list[str]:
        before = len(service.calls())
        stack.program(source).up(*arguments)
        return service.calls()[before:]

    def program(tags: dict[str, str]) -> str:
        return f'TagSet("cost", resource_arn="{room}", tags={tags})'

    assert calls(program({"a": "1"})) == ["ListTagsForResource", "TagResource"]
    assert calls(program({"a": "1"}), "--expect-no-changes") == []
    assert calls(program({"a": "2"})) == ["TagResource"]
    assert calls(program({"b": "2"})) == ["ListTagsForResource", "TagResource", "UntagResource"]
    assert calls("") == ["ListTagsForResource", "UntagResource"]


@pytest.mark.oldest_sdk
def test_a_tag_set_of_a_room_of_the_same_program_waits_for_the_room(stack: Stack, service: LocalService) -> None:
    program = """
        room = Room("lobby", tags={"team": "chat"})
        TagSet("cost", resource_arn=room.arn, tags={"cost": "1"})
        """
    assert "resource_arn: [unknown]" in stack.program(program).preview()

    stack.apply(program)

    arn = stack.resource("lobby")["id"]
    assert tags(service, arn) == {"team": "chat", "cost": "1", **OWNER}
    stack.destroy()


def test_a_tag_set_follows_a_room_that_is_replaced(stack: Stack, service: LocalService) -> None:
    program = 'TagSet("cost", resource_arn=Room("lobby").arn, tags={"cost": "1"})'
    stack.apply(program)

    stack.config(region="eu-west-1").apply(program)

    arn = stack.resource("lobby")["id"]
    assert stack.resource("cost")["id"] == arn
    assert service.client("eu-west-1").list_tags_for_resource(resourceArn=arn)["tags"] == {"cost": "1", **OWNER}


def test_a_key_with_another_value_is_refused_before_anything_is_written(
    stack: Stack, service: LocalService, room: str
) -> None:
    output = stack.program(f'TagSet("cost", resource_arn="{room}", tags={{"new": "1", "theirs": "2"}})').up(code=1)

    assert "theirs has another value already" in output
    assert "overwrite=True" in output
    assert "Traceback" not in output
    assert tags(service, room) == {"theirs": "1"}


def test_a_key_with_the_same_value_is_taken_over(stack: Stack, service: LocalService, room: str) -> None:
    stack.apply(f'TagSet("cost", resource_arn="{room}", tags={{"theirs": "1"}})')

    stack.destroy()
    assert tags(service, room) == {}


def test_overwrite_takes_a_key_over(stack: Stack, service: LocalService, room: str) -> None:
    stack.apply(f'TagSet("cost", resource_arn="{room}", tags={{"theirs": "2"}}, overwrite=True)')

    assert tags(service, room) == {"theirs": "2"}


def test_destroy_leaves_a_key_whose_value_somebody_changed(stack: Stack, service: LocalService, room: str) -> None:
    stack.program(f'TagSet("cost", resource_arn="{room}", tags={{"a": "1", "b": "1"}})').up()
    service.client().tag_resource(resourceArn=room, tags={"a": "changed"})

    stack.destroy()

    assert tags(service, room) == {"theirs": "1", "a": "changed"}


def test_an_exclusive_set_removes_other_keys_and_sees_them_as_drift(
    stack: Stack, service: LocalService, room: str
) -> None:
    stack.apply(f'TagSet("cost", resource_arn="{room}", tags={{"a": "1"}}, exclusive=True)')
    assert tags(service, room) == {"a": "1"}

    service.client().tag_resource(resourceArn=room, tags={"foreign": "1"})
    assert "foreign" in stack.drift()
    stack.up("--refresh")

    assert tags(service, room) == {"a": "1"}
    stack.drift(code=0)


def test_an_exclusive_set_leaves_the_owner_tag(stack: Stack, service: LocalService) -> None:
    stack.apply('TagSet("cost", resource_arn=Room("lobby").arn, tags={"a": "1"}, exclusive=True)')

    assert tags(service, stack.resource("lobby")["id"]) == {"a": "1", **OWNER}


def test_keys_of_others_are_no_drift(stack: Stack, service: LocalService, room: str) -> None:
    stack.program(f'TagSet("cost", resource_arn="{room}", tags={{"a": "1"}})').up()
    service.client().tag_resource(resourceArn=room, tags={"theirs": "2", "foreign": "1"})

    stack.drift(code=0)
    stack.preview("--refresh", "--expect-no-changes")


@pytest.mark.parametrize("changed", [{"a": "drifted"}, {}])
def test_a_key_changed_or_removed_is_drift_and_repaired(
    stack: Stack, service: LocalService, room: str, changed: dict[str, str]
) -> None:
    stack.program(f'TagSet("cost", resource_arn="{room}", tags={{"a": "1"}})').up()
    client = service.client()
    if changed:
        client.tag_resource(resourceArn=room, tags=changed)
    else:
        client.untag_resource(resourceArn=room, tagKeys=["a"])

    assert "a:" in stack.drift()
    stack.up("--refresh")

    assert tags(service, room) == {"theirs": "1", "a": "1"}


def test_a_tag_set_goes_with_its_resource(stack: Stack, service: LocalService, room: str) -> None:
    stack.program(f'TagSet("cost", resource_arn="{room}", tags={{"a": "1"}})').up()
    service.client().delete_room(identifier=room)

    stack.drift()
    stack.refresh()
    stack.destroy()

    assert stack.resources() == []


def test_another_resource_replaces_the_tag_set(stack: Stack, service: LocalService, room: str) -> None:
    other = service.client().create_room(name="other")["arn"]
    stack.apply(f'TagSet("cost", resource_arn="{room}", tags={{"a": "1"}})')

    stack.apply(f'TagSet("cost", resource_arn="{other}", tags={{"a": "1"}})')

    assert (tags(service, room), tags(service, other)) == ({"theirs": "1"}, {"a": "1"})
    writes = [operation for operation in service.calls() if operation in {"TagResource", "UntagResource"}]
    assert writes == ["TagResource", "UntagResource", "TagResource"]  # the former one is deleted first


def test_a_change_that_fails_and_is_taken_back_leaves_the_keys_as_they_were(
    stack: Stack, service: LocalService, room: str
) -> None:
    """The engine keeps nothing of an update that failed."""
    program = f'TagSet("cost", resource_arn="{room}", tags={{"a": "1", "gone": "1"}})'
    stack.apply(program)
    service.fault("UntagResource", error="AccessDeniedException")
    stack.program(f'TagSet("cost", resource_arn="{room}", tags={{"a": "2", "b": "1"}})').up(code=1)

    stack.apply(program)

    assert tags(service, room) == {"theirs": "1", "a": "1", "gone": "1"}


def test_a_move_that_fails_and_is_taken_back_leaves_the_keys_where_they_were(
    stack: Stack, service: LocalService, room: str
) -> None:
    """Found at random: the one that stood to be deleted took off the keys of the one that came back."""
    here, there = (
        f'TagSet("cost", resource_arn="{arn}", tags={{"cost": "1"}})'
        for arn in (room, service.client().create_room()["arn"])
    )
    stack.program(here).up()
    service.fault("UntagResource", error="AccessDeniedException", count=None)
    stack.program(there).up(code=1)
    service.clear_faults()

    stack.apply(here)

    assert tags(service, room) == {"theirs": "1", "cost": "1"}


def test_a_move_to_a_key_of_others_is_made_once_it_may_take_the_key_over(
    stack: Stack, service: LocalService, room: str
) -> None:
    elsewhere = service.client().create_room()["arn"]
    stack.program(f'TagSet("cost", resource_arn="{elsewhere}", tags={{"cost": "1"}})').up()
    stack.program(f'TagSet("cost", resource_arn="{room}", tags={{"theirs": "2"}})').up(code=1)
    stack.drift(code=0)

    stack.apply(f'TagSet("cost", resource_arn="{room}", tags={{"theirs": "2"}}, overwrite=True)')

    assert (tags(service, elsewhere), tags(service, room)) == ({}, {"theirs": "2"})


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            'TagSet("cost", resource_arn=hall, tags={"x": "1"})',
            'TagSet("costs", resource_arn=hall, tags={"x": "1"})',
        ),
        (
            """
            TagSet("one", resource_arn=hall, tags={"x": "1", "y": "1"})
            TagSet("two", resource_arn=hall, tags={"z": "1"})
            """,
            """
            TagSet("two", resource_arn=hall, tags={"x": "1", "z": "1"})
            TagSet("one", resource_arn=hall, tags={"y": "1"})
            """,
        ),
        (
            'TagSet("one", resource_arn=Room("lobby").arn, tags={"x": "1", "y": "1"})',
            'TagSet("one", resource_arn=Room("lobby", tags={"x": "1"}).arn, tags={"y": "1"})',
        ),
        (
            'TagSet("one", resource_arn=Room("lobby").arn, tags={"x": "1"})',
            'Room("lobby", tags={"x": "1"})',
        ),
        (
            'Room("lobby", tags={"x": "1"})',
            'TagSet("one", resource_arn=Room("lobby").arn, tags={"x": "1"})',
        ),
    ],
    ids=["another name", "to another set", "to the room", "to the room, the set gone", "from the room"],
)
def test_a_key_that_changes_hands_stays(before: str, after: str, stack: Stack, room: str) -> None:
    stack.apply(f"hall = {room!r}\n{dedent(before)}")

    stack.apply(f"hall = {room!r}\n{dedent(after)}")


def test_a_destroy_that_runs_the_program_takes_the_keys_off_all_the_same(
    stack: Stack, service: LocalService, room: str
) -> None:
    stack.apply(f'TagSet("cost", resource_arn="{room}", tags={{"x": "1"}})')

    stack.destroy("--run-program")

    assert tags(service, room) == {"theirs": "1"}


def test_a_replacement_that_is_asked_for_keeps_the_keys(stack: Stack, service: LocalService, room: str) -> None:
    stack.program(f'TagSet("cost", resource_arn="{room}", tags={{"cost": "1"}})').up()

    stack.up("--replace", stack.resource("cost")["urn"])

    stack.drift(code=0)
    assert tags(service, room) == {"theirs": "1", "cost": "1"}


@pytest.mark.parametrize(
    ("program", "told"),
    [
        (
            'TagSet("one", resource_arn=ARN, tags={"a": "1"})\nTagSet("two", resource_arn=ARN, tags={"a": "1"})',
            "both own the tag a of one resource",
        ),
        (
            'room = Room("lobby", tags={"a": "1"})\nTagSet("two", resource_arn=room.arn, tags={"a": "2"})',
            "TagSet two and Room lobby both own the tag a",
        ),
        (
            'room = Room("lobby", tags={"a": "1"})\nTagSet("two", resource_arn=room.arn, tags={"b": "2"}, exclusive=True)',
            "TagSet two is exclusive, but Room lobby owns tags",
        ),
    ],
)
def test_two_owners_in_one_program_are_refused_before_any_call(
    stack: Stack, service: LocalService, program: str, told: str
) -> None:
    arn = "arn:aws:ivschat:us-west-2:000000000000:room/abcdefghijkl"

    output = stack.program(f'ARN = "{arn}"\n{program}').preview(code=1)

    assert told in output
    assert "Traceback" not in output
    assert service.calls() == []


def test_two_tag_sets_share_a_room_with_keys_of_their_own(stack: Stack, service: LocalService, room: str) -> None:
    stack.apply(
        f"""
        TagSet("one", resource_arn="{room}", tags={{"a": "1"}})
        TagSet("two", resource_arn="{room}", tags={{"b": "2"}})
        """
    )

    assert tags(service, room) == {"theirs": "1", "a": "1", "b": "2"}


def test_invalid_inputs_are_told_in_the_preview(stack: Stack) -> None:
    output = stack.program('TagSet("cost", resource_arn="lobby", tags={"aws:a": "1"}, overwrite="yes")').preview(code=1)

    assert "has a problem: resource_arn is not the ARN of a room" in output
    assert 'tags["aws:a"] (the key) must be made of letters' in output
    assert "overwrite must be true or false, not a string" in output


def test_a_tag_set_without_tags_is_told(stack: Stack) -> None:
    output = stack.program('TagSet("cost")').preview(code=1)

    assert "has a problem: resource_arn is required" in output
    assert "has a problem: tags is required" in output


def test_a_resource_that_does_not_exist_is_told(stack: Stack) -> None:
    arn = "arn:aws:ivschat:us-west-2:000000000000:room/abcdefghijkl"

    output = stack.program(f'TagSet("cost", resource_arn="{arn}", tags={{"a": "1"}})').up(code=1)

    assert f"ListTagsForResource {arn}: ResourceNotFoundException" in output
    assert "Traceback" not in output


def test_a_secret_value_stays_secret(stack: Stack, room: str) -> None:
    output = stack.program(f'TagSet("cost", resource_arn="{room}", tags={{"a": pulumi.Output.secret("canary")}})').up()

    assert "canary" not in output + stack.run("stack", "export")


def test_get_looks_tags_up_and_never_owns_them(stack: Stack, service: LocalService, room: str) -> None:
    program = f"""
    found = TagSet.get("found", "{room}")
    TagSet("cost", resource_arn=found.resource_arn, tags={{"cost": "1"}})
    pulumi.export("tags", found.tags)
    """
    stack.program(program).preview()
    stack.up()
    assert stack.outputs() == {"tags": {"theirs": "1"}}
    stack.preview("--refresh")

    stack.destroy()
    assert tags(service, room) == {"theirs": "1"}


@pytest.mark.parametrize(
    ("arn", "told"),
    [
        ("arn:aws:ivschat:us-west-2:000000000000:room/gone12345678", "ResourceNotFoundException"),
        ("lobby", "TagSet found: id "),
    ],
)
def test_get_of_what_does_not_exist_is_an_error(arn: str, told: str, stack: Stack) -> None:
    output = stack.program(f'TagSet.get("found", "{arn}")').preview(code=1)

    assert told in output
    assert "Traceback" not in output
