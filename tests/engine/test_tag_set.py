"""Tag sets through the real engine."""

from __future__ import annotations

import json

import pytest

from tests.conftest import LocalService
from tests.engine.conftest import Stack
from tests.engine.native import NativeStack, in_both
from tests.engine.stories import Apply, Destroy, Drift, Here, Preview, Refresh, Repair, Story, Up, story

GONE = "arn:aws:ivschat:us-west-2:000000000000:room/gone12345678"


def room_of(service: LocalService) -> str:
    """Return the ARN of a room created by hand, with somebody's tag."""
    return service.client().create_room(name="by-hand", tags={"theirs": "1"})["arn"]


def tags(service: LocalService, arn: str) -> dict[str, str]:
    return service.client(arn.split(":")[3]).list_tags_for_resource(resourceArn=arn)["tags"]


def cost(arn: str, keys: dict[str, str], more: str = "", name: str = "cost") -> str:
    """Return a statement that declares a tag set."""
    return f'TagSet("{name}", resource_arn="{arn}", tags={keys}{more})\n'


@story
def test_a_tag_set_adds_its_keys_changes_them_in_place_and_removes_them(here: Here) -> Story:
    room = room_of(here.service)
    yield Apply(cost(room, {"a": "1", "b": "2"}))
    assert tags(here.service, room) == {"theirs": "1", "a": "1", "b": "2"}

    yield Apply(cost(room, {"b": "3", "c": ""}))
    assert tags(here.service, room) == {"theirs": "1", "b": "3", "c": ""}

    yield Destroy()
    assert tags(here.service, room) == {"theirs": "1"}


@story
def test_an_up_with_a_refresh_removes_the_keys_that_the_program_has_no_more(here: Here) -> Story:
    room = here.service.client().create_room(name="by-hand")["arn"]
    seen = yield Up('Room("lobby", tags={"x": "1", "y": "1"})\n' + cost(room, {"a": "1", "b": "1"}))

    yield Repair('Room("lobby", tags={"y": "1"})\n' + cost(room, {"b": "1"}))

    assert tags(here.service, seen.arn("lobby")) == {"y": "1", **here.owner_tag("lobby")}
    assert tags(here.service, room) == {"b": "1"}


@story
def test_a_tag_set_takes_the_fewest_calls(here: Here) -> Story:
    room = room_of(here.service)
    same, changed, moved, removed = (here.service.client().create_room()["arn"] for _ in range(4))
    before = "".join(cost(arn, {"a": "1"}, name=name) for arn, name in ((same, "s"), (changed, "c"), (moved, "m")))
    first = yield Up(before + cost(removed, {"a": "1"}, name="r") + cost(room, {"a": "1"}))
    assert sorted(first.calls) == ["ListTagsForResource"] * 5 + ["TagResource"] * 5

    second = yield Up(
        cost(same, {"a": "1"}, name="s") + cost(changed, {"a": "2"}, name="c") + cost(moved, {"b": "2"}, name="m")
    )
    assert sorted(second.calls) == [
        *["ListTagsForResource"] * 3,  # of the set with another key, and of the two that are deleted
        *["TagResource"] * 2,
        *["UntagResource"] * 3,
    ]


@story
def test_a_tag_set_of_a_room_of_the_same_program_waits_for_the_room(here: Here) -> Story:
    previewed = yield Preview(
        """
        room = Room("lobby", tags={"team": "chat"})
        TagSet("cost", resource_arn=room.arn, tags={"cost": "1"})
        """
    )
    assert "resource_arn: [unknown]" in previewed.output

    seen = yield Apply()

    assert tags(here.service, seen.arn("lobby")) == {"team": "chat", "cost": "1", **here.owner_tag("lobby")}


@story
def test_a_key_with_the_same_value_becomes_the_sets_and_overwrite_replaces_another_value(here: Here) -> Story:
    same, other = room_of(here.service), room_of(here.service)
    yield Apply(cost(same, {"theirs": "1"}, name="same") + cost(other, {"theirs": "2"}, ", overwrite=True"))
    assert tags(here.service, other) == {"theirs": "2"}

    yield Destroy()
    assert (tags(here.service, same), tags(here.service, other)) == ({}, {})


@story
def test_deleting_a_set_leaves_a_key_whose_value_somebody_changed(here: Here) -> Story:
    room = room_of(here.service)
    yield Up(cost(room, {"a": "1", "b": "1"}))
    here.service.client().tag_resource(resourceArn=room, tags={"a": "changed"})

    yield Up("")

    assert tags(here.service, room) == {"theirs": "1", "a": "changed"}


@story
def test_an_exclusive_set_removes_other_keys_and_reports_them_as_drift_but_the_owner_tag(here: Here) -> Story:
    room = room_of(here.service)
    own = 'TagSet("own", resource_arn=Room("lobby").arn, tags={"a": "1"}, exclusive=True)'
    seen = yield Apply(cost(room, {"a": "1"}, ", exclusive=True") + own)
    assert tags(here.service, room) == {"a": "1"}
    assert tags(here.service, seen.arn("lobby")) == {"a": "1", **here.owner_tag("lobby")}

    here.service.client().tag_resource(resourceArn=room, tags={"foreign": "1"})
    assert "foreign" in (yield Drift()).output
    yield Repair()

    assert tags(here.service, room) == {"a": "1"}
    assert (yield Drift()).output == ""


@story
def test_keys_of_others_are_not_drift(here: Here) -> Story:
    room = room_of(here.service)
    yield Up(cost(room, {"a": "1"}))
    here.service.client().tag_resource(resourceArn=room, tags={"theirs": "2", "foreign": "1"})

    assert (yield Drift()).output == ""
    yield Apply()


@story
def test_a_key_changed_or_removed_is_drift_and_repaired(here: Here) -> Story:
    changed, removed = room_of(here.service), room_of(here.service)
    yield Up(cost(changed, {"a": "1"}, name="changed") + cost(removed, {"a": "1"}, name="removed"))
    here.service.client().tag_resource(resourceArn=changed, tags={"a": "drifted"})
    here.service.client().untag_resource(resourceArn=removed, tagKeys=["a"])

    drift = yield Drift()
    assert '"1" => "drifted"' in drift.output
    assert '- a: "1"' in drift.output
    yield Repair()

    assert tags(here.service, changed) == tags(here.service, removed) == {"theirs": "1", "a": "1"}


@story
def test_a_tag_set_is_gone_with_its_resource(here: Here) -> Story:
    room = room_of(here.service)
    yield Up(cost(room, {"a": "1"}))
    here.service.client().delete_room(identifier=room)

    assert "(delete)" in (yield Drift()).output
    assert (yield Refresh("")).resources == {}


@story
def test_another_resource_replaces_the_tag_set(here: Here) -> Story:
    room, other = room_of(here.service), here.service.client().create_room(name="other")["arn"]
    yield Up(cost(room, {"a": "1"}))

    seen = yield Apply(cost(other, {"a": "1"}))

    assert seen.calls.index("UntagResource") < seen.calls.index("TagResource")  # deleted before it is replaced
    assert (tags(here.service, room), tags(here.service, other)) == ({"theirs": "1"}, {"a": "1"})


_HANDS = {
    "another name": (
        'TagSet("cost", resource_arn=hall, tags={"x": "1"})',
        'TagSet("costs", resource_arn=hall, tags={"x": "1"})',
    ),
    "to another set": (
        'TagSet("one", resource_arn=hall, tags={"x": "1", "y": "1"})\nTagSet("two", resource_arn=hall, tags={"z": "1"})',
        'TagSet("two", resource_arn=hall, tags={"x": "1", "z": "1"})\nTagSet("one", resource_arn=hall, tags={"y": "1"})',
    ),
    "to the room": (
        'TagSet("one-b", resource_arn=Room("room-b").arn, tags={"x": "1", "y": "1"})',
        'TagSet("one-b", resource_arn=Room("room-b", tags={"x": "1"}).arn, tags={"y": "1"})',
    ),
    "to the room, the set gone": (
        'TagSet("one-c", resource_arn=Room("room-c").arn, tags={"x": "1"})',
        'Room("room-c", tags={"x": "1"})',
    ),
    "from the room": (
        'Room("room-d", tags={"x": "1"})',
        'TagSet("one-d", resource_arn=Room("room-d").arn, tags={"x": "1"})',
    ),
}


@story
def test_a_key_that_changes_hands_stays(here: Here) -> Story:
    halls = {how: room_of(here.service) for how in _HANDS}

    def program(turn: int) -> str:
        return "\n".join(f"hall = {halls[how]!r}\n{programs[turn]}" for how, programs in _HANDS.items())

    yield Apply(program(0))
    yield Apply(program(1))

    assert tags(here.service, halls["another name"]) == {"theirs": "1", "x": "1"}
    assert tags(here.service, halls["to another set"]) == {"theirs": "1", "x": "1", "y": "1", "z": "1"}


@story
def test_two_tag_sets_share_a_room_with_keys_of_their_own(here: Here) -> Story:
    room = room_of(here.service)
    yield Apply(cost(room, {"a": "1"}, name="one") + cost(room, {"b": "2"}, name="two"))

    assert tags(here.service, room) == {"theirs": "1", "a": "1", "b": "2"}


@story
def test_a_secret_value_stays_secret(here: Here) -> Story:
    room = room_of(here.service)
    seen = yield Up(f'TagSet("cost", resource_arn="{room}", tags={{"a": pulumi.Output.secret("canary")}})')

    assert room in seen.output
    assert "canary" not in seen.output + json.dumps(dict(seen.resources))


@story
def test_get_looks_tags_up_and_never_owns_them(here: Here) -> Story:
    room = room_of(here.service)
    yield Preview(
        f"""
        found = TagSet.get("found", "{room}")
        TagSet("cost", resource_arn=found.resource_arn, tags={{"cost": "1"}})
        pulumi.export("tags", found.tags)
        """
    )
    seen = yield Up()
    assert seen.resources["found"]["external"]
    assert seen.outputs == {"tags": {"theirs": "1"}}

    yield Destroy()
    assert tags(here.service, room) == {"theirs": "1"}


@in_both
@pytest.mark.long
def test_a_change_or_a_move_that_fails_and_is_taken_back_leaves_the_keys_as_they_were(
    stack: Stack, service: LocalService
) -> None:
    """The engine keeps nothing of an update that failed; the move was found at random."""
    room, first, second = room_of(service), room_of(service), service.client().create_room()["arn"]
    changing = cost(room, {"a": "1", "gone": "1"}, name="changing")
    here, there = (cost(arn, {"cost": "1"}, name="moving") for arn in (first, second))
    stack.program(changing + here).up()
    service.fault("UntagResource", error="AccessDeniedException")
    stack.program(cost(room, {"a": "2", "b": "1"}, name="changing") + here).up(code=1)
    service.fault("UntagResource", error="AccessDeniedException", count=None)
    stack.program(changing + there).up(code=1)
    service.clear_faults()

    stack.apply(changing + here)

    assert tags(service, room) == {"theirs": "1", "a": "1", "gone": "1"}
    assert tags(service, first) == {"theirs": "1", "cost": "1"}


@in_both
def test_a_key_with_another_value_is_refused_before_anything_is_written_and_taken_once_that_is_allowed(
    stack: Stack, service: LocalService
) -> None:
    room, elsewhere = room_of(service), service.client().create_room()["arn"]
    stack.program(cost(elsewhere, {"cost": "1"})).up()

    output = stack.program(cost(room, {"new": "1", "theirs": "2"})).up(code=1)
    assert "theirs has another value already" in output
    assert ("overwrite: true" if isinstance(stack, NativeStack) else "overwrite=True") in output
    assert "Traceback" not in output
    assert tags(service, room) == {"theirs": "1"}
    stack.drift(code=0)

    stack.apply(cost(room, {"theirs": "2"}, ", overwrite=True"))
    assert (tags(service, elsewhere), tags(service, room)) == ({}, {"theirs": "2"})


@in_both
@pytest.mark.long
def test_a_replacement_on_demand_keeps_the_keys_and_a_destroy_that_runs_the_program_removes_them(
    stack: Stack, service: LocalService
) -> None:
    room = room_of(service)
    stack.program(cost(room, {"cost": "1"})).up()

    stack.up("--replace", stack.resource("cost")["urn"])
    assert tags(service, room) == {"theirs": "1", "cost": "1"}
    stack.drift(code=0)

    stack.destroy("--run-program")
    assert tags(service, room) == {"theirs": "1"}


@pytest.mark.parametrize(
    ("program", "problem"),
    [
        (cost(GONE, {"a": "1"}, name="one") + cost(GONE, {"a": "1"}, name="two"), "both own the tag a of one resource"),
        (
            'room = Room("lobby", tags={"a": "1"})\nTagSet("two", resource_arn=room.arn, tags={"b": "2"}, exclusive=True)',
            "TagSet two is exclusive, but Room lobby owns tags",
        ),
    ],
)
def test_two_owners_in_one_program_are_refused_before_any_call(
    stack: Stack, service: LocalService, program: str, problem: str
) -> None:
    output = stack.program(program).preview(code=1)

    assert problem in output
    assert "Traceback" not in output
    assert service.calls() == []


def test_invalid_inputs_are_reported_in_the_preview_and_a_missing_resource_by_up(stack: Stack) -> None:
    output = stack.program('TagSet("cost", resource_arn="lobby", tags={"aws:a": "1"}, overwrite="yes")').preview(code=1)
    assert "has a problem: resource_arn is not the ARN of a room" in output
    assert 'tags["aws:a"] (the key) must be made of letters' in output
    assert "overwrite must be true or false, not a string" in output

    output = stack.program(cost(GONE, {"a": "1"})).up(code=1)
    assert f"ListTagsForResource {GONE}: ResourceNotFoundException" in output
    assert "Traceback" not in output


@pytest.mark.parametrize(("arn", "problem"), [(GONE, "ResourceNotFoundException"), ("lobby", "TagSet found: id ")])
def test_get_of_a_resource_that_does_not_exist_is_an_error(arn: str, problem: str, stack: Stack) -> None:
    output = stack.program(f'TagSet.get("found", "{arn}")').preview(code=1)

    assert problem in output
    assert "Traceback" not in output
