"""The life of a room, on a real control plane without Pulumi."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, strategies as st

from pulumi_ivschat.aws.client import BotoControlPlane
from pulumi_ivschat.errors import AccessDenied, ResourceNotFound, SettingsError
from pulumi_ivschat.lifecycle import Checked, Difference
from pulumi_ivschat.lifecycle.cloud_resource import CloudResource
from pulumi_ivschat.lifecycle.room import ROOM
from pulumi_ivschat.model.owner_tag import OWNER_TAG
from pulumi_ivschat.model.service_model import operations, shape
from pulumi_ivschat.model.validation import UNKNOWN, Failure
from pulumi_ivschat.settings import Settings
from tests.conftest import LocalService
from tests.drawn import drawn

HANDLER = "arn:aws:lambda:us-west-2:000000000000:function:review"
LOGS = [f"arn:aws:ivschat:us-west-2:000000000000:logging-configuration/{letter * 12}" for letter in "abc"]


@pytest.fixture
def room(control_plane: BotoControlPlane) -> CloudResource:
    """Return the life of rooms in a stack whose region is us-west-2."""
    return CloudResource(ROOM, Settings("us-west-2"), control_plane)


def checked(room: CloudResource, **inputs: Any) -> dict[str, Any]:
    result = room.check(inputs, {})
    assert result.failures == []
    return result.inputs


def created(room: CloudResource, **inputs: Any) -> tuple[str, dict[str, Any]]:
    return room.create(checked(room, **inputs))


def test_the_defaults_by_hand_are_those_in_the_models_prose() -> None:
    assert shape("RoomMaxMessageLength").maximum == ROOM.defaults["maximum_message_length"]
    assert ROOM.settable == (
        "name",
        "maximum_message_rate_per_second",
        "maximum_message_length",
        "message_review_handler",
        "tags",
        "logging_configuration_identifiers",
    )


def test_every_input_but_tags_can_be_updated() -> None:
    create, update = (set(operations()[f"{verb}Room"].input.members) for verb in ("Create", "Update"))

    assert create - update == {"tags"}


def test_check_of_nothing_passes_with_all_defaults(room: CloudResource) -> None:
    assert room.check({}, {}) == Checked(
        {
            "name": "",
            "maximum_message_length": 500,
            "maximum_message_rate_per_second": 10,
            "logging_configuration_identifiers": [],
            "tags": {},
            "region": "us-west-2",
        },
        [],
    )


def test_check_tolerates_unknowns_everywhere(room: CloudResource) -> None:
    inputs = dict.fromkeys([*ROOM.settable, "region"], UNKNOWN)

    assert room.check(inputs, {}) == Checked(inputs, [])


@pytest.mark.parametrize(
    ("handler", "spelled"),
    [
        ({"uri": HANDLER}, {"uri": HANDLER, "fallback_result": "ALLOW"}),
        ({"uri": HANDLER, "fallback_result": "DENY"}, {"uri": HANDLER, "fallback_result": "DENY"}),
        ({"uri": UNKNOWN}, {"uri": UNKNOWN, "fallback_result": "ALLOW"}),
        ({"uri": ""}, None),
        ({"fallback_result": "DENY"}, None),
        ({}, None),
    ],
)
def test_a_handler_has_one_spelling(room: CloudResource, handler: Any, spelled: Any) -> None:
    assert checked(room, message_review_handler=handler).get("message_review_handler") == spelled


def test_a_region_that_only_the_environment_names_stays_what_it_was(
    control_plane: BotoControlPlane, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    room = CloudResource(ROOM, Settings(), control_plane)

    assert room.check({}, {"region": "us-west-2"}).inputs["region"] == "us-west-2"
    assert room.check({}, {}).inputs["region"] == "eu-west-1"


def test_a_stack_without_region_is_reported(control_plane: BotoControlPlane, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")

    [failure] = CloudResource(ROOM, Settings(), control_plane).check({}, {}).failures
    assert failure.property == "region"


@pytest.mark.parametrize("source", ["region", "AWS_REGION", "aws:region"])
def test_a_region_without_ivs_chat_fails_the_check_everywhere_that_it_comes_from(
    control_plane: BotoControlPlane, monkeypatch: pytest.MonkeyPatch, source: str
) -> None:
    monkeypatch.setenv("AWS_REGION", "us-west-9" if source == "AWS_REGION" else "us-west-2")
    settings = Settings("us-west-9" if source == "aws:region" else None)
    inputs = {"region": "us-west-9"} if source == "region" else {}

    [failure] = CloudResource(ROOM, settings, control_plane).check(inputs, {}).failures

    assert failure.property == "region"
    assert failure.reason.startswith(
        "us-west-9 is not a region of IVS Chat (did you mean us-west-2?); its regions are "
    )


def test_a_region_newer_than_botocore_is_accepted_if_the_stack_skips_validation(
    control_plane: BotoControlPlane,
) -> None:
    room = CloudResource(ROOM, Settings(skip_region_validation=True), control_plane)

    assert checked(room, region="us-west-9")["region"] == "us-west-9"


def test_fifty_tags_and_the_owner_tag_are_too_many(room: CloudResource) -> None:
    tags = {str(number): "" for number in range(50)}

    assert room.check({"tags": tags}, {}).failures == []
    assert [failure.property for failure in room.check({"tags": tags, "owner_tag": "x"}, {}).failures] == ["tags"]


def test_a_wrong_region_is_reported(room: CloudResource) -> None:
    assert room.check({"region": "Oregon"}, {}).failures == [Failure("region", "must be a region such as us-west-2")]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({}, {"maximum_message_length": 500.0}),
        ({"maximum_message_length": 200}, {"maximum_message_length": 200.0}),
        ({}, {"message_review_handler": {"uri": "", "fallback_result": "DENY"}}),
        (
            {"message_review_handler": {"uri": HANDLER}},
            {"message_review_handler": {"uri": HANDLER, "fallback_result": "ALLOW"}},
        ),
    ],
)
def test_another_spelling_is_not_a_change(room: CloudResource, before: dict[str, Any], after: dict[str, Any]) -> None:
    arn, state = created(room, **before)

    assert room.diff(arn, state, checked(room, **after)) == Difference(changed=False)


def test_another_order_of_logging_configurations_is_not_a_change(room: CloudResource) -> None:
    arn = "arn:aws:ivschat:us-west-2:000000000000:room/abcdefghijkl"
    state = checked(room, logging_configuration_identifiers=LOGS)

    for logs, changed in ((LOGS[::-1], False), (LOGS[:2], True), ([*LOGS[:2], UNKNOWN], True)):
        inputs = checked(room, logging_configuration_identifiers=logs)
        assert room.diff(arn, state, inputs) == Difference(changed=changed)


def test_another_region_replaces_and_nothing_else_does(room: CloudResource) -> None:
    arn, state = created(room)

    assert room.diff(arn, state, checked(room, region="eu-west-1")) == Difference(changed=True, replaces=["region"])
    everything = checked(
        room, name="n", maximum_message_length=1, maximum_message_rate_per_second=1, tags={"a": "b"},
        message_review_handler={"uri": HANDLER}, logging_configuration_identifiers=LOGS,
    )  # fmt: skip
    assert room.diff(arn, state, everything) == Difference(changed=True)


def test_a_read_after_a_create_gives_the_same_state(room: CloudResource) -> None:
    arn, state = created(
        room, name="lobby", tags={"a": "b"}, owner_tag="p/s/lobby", message_review_handler={"uri": HANDLER}
    )

    reading = room.read(arn, state)

    assert reading is not None
    assert reading.state == state
    assert reading.inputs == checked(
        room, name="lobby", tags={"a": "b"}, owner_tag="p/s/lobby", message_review_handler={"uri": HANDLER}
    )


def test_a_read_shows_owned_tags_and_all_tags(room: CloudResource, service: LocalService) -> None:
    arn, state = created(room, tags={"a": "1", "b": "1"}, owner_tag="p/s/lobby")
    service.client().tag_resource(resourceArn=arn, tags={"a": "2", "theirs": "1"})
    service.client().untag_resource(resourceArn=arn, tagKeys=["b"])

    reading = room.read(arn, state)

    assert reading is not None
    assert reading.state["tags"] == reading.inputs["tags"] == {"a": "2"}
    assert reading.state["tags_all"] == {"a": "2", "theirs": "1", OWNER_TAG: "p/s/lobby"}


def test_a_room_whose_outputs_are_lost_owns_the_tags_of_its_inputs(room: CloudResource, service: LocalService) -> None:
    inputs = checked(room, tags={"a": "1"})
    arn, _ = room.create(inputs)
    service.client().tag_resource(resourceArn=arn, tags={"theirs": "1"})

    reading = room.read(arn, inputs)  # the host and the plug-in pass the inputs then

    assert reading is not None
    assert reading.state["tags"] == reading.inputs["tags"] == {"a": "1"}
    room.delete(arn, {})
    assert room.read(arn, inputs) is None


def test_a_room_that_is_gone_reads_as_nothing_but_a_lookup_of_it_fails(room: CloudResource) -> None:
    arn, state = created(room)
    room.delete(arn, state)

    assert room.read(arn, state) is None
    with pytest.raises(ResourceNotFound, match="Check the ARN, the account and the region"):
        room.read(arn, {})
    room.delete(arn, state)


def test_an_id_of_another_resource_type_is_refused_before_any_call(room: CloudResource, service: LocalService) -> None:
    wanted = r"id is not a room ARN \(it looks like a logging configuration ARN\); it must be in the form \S+:room/ID"

    with pytest.raises(SettingsError, match=wanted):
        room.read(LOGS[0], {})

    assert service.calls() == []


def test_an_update_without_difference_makes_no_call(room: CloudResource, service: LocalService) -> None:
    arn, state = created(room, tags={"a": "1"})
    service.reset()

    assert room.update(arn, state, checked(room, tags={"a": "1"})) == state
    assert service.calls() == []


def test_an_update_keeps_tags_that_others_added_meanwhile(room: CloudResource, service: LocalService) -> None:
    arn, state = created(room, tags={"a": "1"})
    service.client().tag_resource(resourceArn=arn, tags={"theirs": "1"})

    state = room.update(arn, state, checked(room, name="other", tags={"b": "1"}))

    assert state["tags_all"] == {"b": "1", "theirs": "1"}
    assert state["tags"] == {"b": "1"}


def tags_of(service: LocalService, arn: str) -> dict[str, str]:
    return service.client().list_tags_for_resource(resourceArn=arn)["tags"]


def test_another_owner_tag_is_a_change_of_one_call_and_then_none(room: CloudResource, service: LocalService) -> None:
    arn, state = created(room, tags={"a": "1"}, owner_tag="p/dev/lobby")
    renamed = room.check({"tags": {"a": "1"}, "owner_tag": "p/prod/lobby"}, state).inputs

    assert room.diff(arn, state, renamed) == Difference(changed=True, unseen=True)
    state = room.update(arn, state, renamed)

    assert service.calls() == ["CreateRoom", "TagResource"]
    assert state["owner_tag"] == tags_of(service, arn)[OWNER_TAG] == "p/prod/lobby"
    assert room.diff(arn, state, renamed) == Difference(changed=False)


def test_the_owner_tag_changes_in_the_same_call_as_other_tags(room: CloudResource, service: LocalService) -> None:
    arn, state = created(room, tags={"a": "1", "b": "1"}, owner_tag="p/dev/lobby")
    renamed = checked(room, name="hall", tags={"a": "2"}, owner_tag="p/dev/hall")

    assert room.diff(arn, state, renamed) == Difference(changed=True)
    state = room.update(arn, state, renamed)

    assert service.calls() == ["CreateRoom", "UpdateRoom", "TagResource", "UntagResource"]
    assert state["tags_all"] == tags_of(service, arn) == {"a": "2", OWNER_TAG: "p/dev/hall"}


def test_the_state_says_whose_owner_tag_aws_has(room: CloudResource, service: LocalService) -> None:
    arn, state = created(room, owner_tag="p/dev/lobby")
    service.client().tag_resource(resourceArn=arn, tags={OWNER_TAG: "p/prod/lobby"})

    reading = room.read(arn, state)

    assert reading is not None
    assert reading.state["owner_tag"] == reading.inputs["owner_tag"] == "p/prod/lobby"
    assert room.diff(arn, reading.state, checked(room, owner_tag="p/dev/lobby")).changed
    looked_up = room.read(arn, {})
    assert looked_up is not None
    assert looked_up.state["owner_tag"] == "p/prod/lobby"


def test_a_new_owner_tag_in_the_state_alone_does_not_hide_the_one_in_aws(room: CloudResource) -> None:
    """A version that changed the state's owner tag without AWS's has left such states."""
    arn, state = created(room, owner_tag="p/dev/lobby")
    renamed = checked(room, owner_tag="p/prod/lobby")
    state["owner_tag"] = "p/prod/lobby"

    assert room.diff(arn, state, renamed) == Difference(changed=True, unseen=True)
    reading = room.read(arn, state)
    assert reading is not None
    assert reading.inputs["owner_tag"] == "p/dev/lobby"


def test_an_update_that_is_interrupted_before_its_tags_is_finished_by_the_next(
    room: CloudResource, service: LocalService
) -> None:
    arn, state = created(room, owner_tag="p/dev/lobby")
    renamed = checked(room, name="hall", owner_tag="p/dev/hall")
    service.fault("TagResource", error="AccessDeniedException")
    with pytest.raises(AccessDenied):
        room.update(arn, state, renamed)
    assert tags_of(service, arn) == {OWNER_TAG: "p/dev/lobby"}

    state = room.update(arn, state, renamed)  # which nobody could record before
    again = room.update(arn, state, renamed)

    assert tags_of(service, arn) == {OWNER_TAG: "p/dev/hall"}
    assert again == state
    assert service.calls().count("TagResource") == 2


def test_a_room_without_owner_tag_gets_none(room: CloudResource, service: LocalService) -> None:
    arn, state = created(room, owner_tag="p/dev/lobby")
    service.client().untag_resource(resourceArn=arn, tagKeys=[OWNER_TAG])
    reading = room.read(arn, state)
    assert reading is not None
    assert room.diff(arn, reading.state, checked(room, owner_tag="p/dev/lobby")) == Difference(changed=False)

    inputs = room.check({"name": "hall", "owner_tag": "p/prod/lobby"}, reading.inputs).inputs
    state = room.update(arn, reading.state, inputs)

    assert "owner_tag" not in inputs
    assert (state["owner_tag"], state["tags_all"]) == ("", {})
    assert "TagResource" not in service.calls()


def test_a_room_without_owner_tag_may_have_fifty_tags(room: CloudResource) -> None:
    tags = {str(number): "" for number in range(50)}
    previous = checked(room, tags=tags)

    assert room.check({"tags": tags, "owner_tag": "p/s/lobby"}, previous).failures == []


def test_without_owner_tags_none_is_added_nor_changed(
    control_plane: BotoControlPlane, room: CloudResource, service: LocalService
) -> None:
    without = CloudResource(ROOM, Settings("us-west-2", owner_tag=False), control_plane)
    arn, state = created(room, owner_tag="p/dev/lobby")
    inputs = without.check({"owner_tag": "p/prod/lobby"}, state).inputs

    assert without.diff(arn, state, inputs) == Difference(changed=False)
    assert inputs["owner_tag"] == "p/dev/lobby"  # so that no preview shows it beside another change
    assert without.update(arn, state, {**inputs, "owner_tag": "p/prod/lobby"}) == state
    assert created(without, owner_tag="p/dev/hall")[1]["owner_tag"] == ""
    assert service.calls() == ["CreateRoom"] * 2


def test_a_program_that_declares_the_owner_tags_key_has_its_own_value_there(
    room: CloudResource, service: LocalService
) -> None:
    mine = checked(room, tags={OWNER_TAG: "mine"}, owner_tag="p/dev/lobby")
    arn, state = room.create(mine)

    assert room.diff(arn, state, mine) == Difference(changed=False)
    room.update(arn, state, checked(room, owner_tag="p/dev/lobby"))

    assert tags_of(service, arn) == {OWNER_TAG: "p/dev/lobby"}
    assert service.calls()[:2] == ["CreateRoom", "TagResource"]


INPUTS = st.fixed_dictionaries(
    {},
    optional={
        "name": st.from_regex(r"[a-zA-Z0-9-_]{0,20}", fullmatch=True),
        "maximum_message_length": st.integers(1, 500).map(float),
        "maximum_message_rate_per_second": st.integers(1, 100).map(float),
        "message_review_handler": st.fixed_dictionaries(
            {}, optional={"uri": st.sampled_from(["", HANDLER]), "fallback_result": st.sampled_from(["ALLOW", "DENY"])}
        ),
        "tags": st.dictionaries(st.sampled_from("abc"), st.sampled_from(["", "1", "2"])),
    },
)


@given(programs=st.lists(INPUTS, min_size=2, max_size=4), outside=INPUTS)
@drawn(20)
def test_whatever_the_programs_and_the_changes_from_outside_the_room_becomes_what_is_declared(
    room: CloudResource, service: LocalService, programs: list[dict[str, Any]], outside: dict[str, Any]
) -> None:
    arn, state = created(room, **programs[0])
    room.update(arn, {**state, "tags": {}}, checked(room, **outside))  # somebody else's hand
    for program in programs[1:]:
        inputs = checked(room, **program)
        assert room.check(inputs, {}).inputs == inputs
        reading = room.read(arn, state)
        assert reading is not None
        state = room.update(arn, reading.state, inputs)

        assert room.diff(arn, state, inputs) == Difference(changed=False)
        live = room.read(arn, state)
        assert live is not None
        assert live.inputs == inputs
    room.delete(arn, state)
    assert service.client().list_rooms()["rooms"] == []
