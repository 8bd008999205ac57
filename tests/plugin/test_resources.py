"""Resources of a configured provider: what the engine knows about them beside their inputs."""

from __future__ import annotations

from typing import Any

import pytest

from pulumi_ivschat.errors import Invalid
from pulumi_ivschat.lifecycle.words import NATIVE
from pulumi_ivschat.model import native
from pulumi_ivschat.model.native import ValuePath
from pulumi_ivschat.model.owner_tag import OWNER_TAG
from pulumi_ivschat.model.urns import Urn
from pulumi_ivschat.operations.operation import Operation
from pulumi_ivschat.plugin.resources import NativeResource
from pulumi_ivschat.plugin.values import Plain

ARN = "arn:aws:ivschat:us-west-2:000000000000:room/abcdefghijkl"
FULL = {str(number): "x" for number in range(50)}


def room(**config: Any) -> NativeResource:
    operation = Operation.begin({"ivschat:region": "us-west-2", **config}, words=NATIVE)
    return NativeResource.of(Urn("test", "chat", "ivschat:index:Room", "lobby"), operation, ("stage",))


def checked(resource: NativeResource, **inputs: Any) -> Plain:
    found, failures = resource.check(Plain(inputs), Plain({}), "lobby")
    assert failures == []
    return found


def test_checked_inputs_are_those_that_people_write() -> None:
    found = checked(room(**{"ivschat:defaultTags": '{"stage": "prod"}'}), tags={"a": "1"})

    assert not found.values.keys() & {"owner_tag", "timeout_seconds"}
    assert found.values["tags"] == {"stage": "prod", "a": "1"}
    assert found.secrets == {("tags", "stage")}


@pytest.mark.parametrize("name", ["arn", "tagsAll", "ownerTag", "timeout_seconds", "unheardOf"])
def test_a_property_that_is_not_an_input_in_the_schema_is_refused_with_its_name_as_written(name: str) -> None:
    resource = room()

    _, [failure] = resource.check(Plain(native.inward({name: "x"}, resource.spec)), Plain({}), "lobby")

    assert str(failure).startswith(f"{name} is not a property here; ")
    assert not {"owner_tag", "ownerTag", "timeout_seconds"} & {*str(failure).partition(";")[2].replace(",", "").split()}


def test_a_new_room_must_leave_a_place_for_its_owner_tag() -> None:
    _, failures = room().check(Plain({"tags": FULL}), Plain({}), "lobby")

    assert ["must leave 1 of 50" in each.reason for each in failures] == [True]


def test_a_room_that_has_its_owner_tag_must_keep_a_place_for_it_and_another_one_need_not() -> None:
    resource = room()
    inputs, failures = resource.check(Plain({"tags": FULL}), Plain({"name": "lobby"}), "lobby")
    state = {**inputs.values, "tags": {}, "tags_all": {}}

    assert failures == []
    assert resource.diff(ARN, {**state, "owner_tag": ""}, inputs.values)[0].properties == ["tags"]
    with pytest.raises(Invalid, match="must leave 1 of 50"):
        resource.diff(ARN, {**state, "owner_tag": "chat/test/lobby"}, inputs.values)


@pytest.mark.parametrize(
    ("in_state", "given", "expected"),
    [
        (set(), {("tags", "a")}, True),
        (set(), {("tags",)}, True),
        (set(), {("tags", "new")}, False),
        (set(), {("maximum_message_length",)}, False),
        ({("tags", "a")}, {("tags", "a")}, False),
        ({("tags",)}, {("tags", "a")}, False),
    ],
)
def test_only_a_tag_that_the_state_shows_and_that_is_a_secret_now_must_be_hidden(
    in_state: set[ValuePath], given: set[ValuePath], *, expected: bool
) -> None:
    state = Plain({"tags": {"a": "1"}}, frozenset(in_state))
    inputs = Plain({"tags": {"a": "1", "new": "2"}}, frozenset(given))

    assert room().must_hide(state, inputs) is expected


def test_a_preview_has_the_owner_tag_that_a_create_sets() -> None:
    assert room().preview_create(checked(room())).values["owner_tag"] == "chat/test/lobby"
    without = room(**{"ivschat:ownerTag": "false"})
    assert without.preview_create(checked(without)).values["owner_tag"] == ""


def test_without_owner_tags_a_renamed_resource_keeps_the_one_it_has_in_the_preview() -> None:
    resource = room(**{"ivschat:ownerTag": "false"})
    inputs = checked(resource, tags={"a": "1"})
    state = Plain({**inputs.values, "owner_tag": "chat/test/old", "tags_all": {"a": "1", OWNER_TAG: "chat/test/old"}})

    after = resource.preview_update(ARN, state, inputs).values

    assert (after["owner_tag"], after["tags_all"]) == ("chat/test/old", state.values["tags_all"])
