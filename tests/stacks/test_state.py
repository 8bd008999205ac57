"""What an exported state tells, and what it is made into after a crash."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest

from pulumi_ivschat.stacks import engine, state
from tests.stacks.conftest import PROVIDER, Resource, exported, provider, resource, secret, urn

ARN = "arn:aws:ivschat:us-west-2:000000000000:room/abcdefghijkl"
PET = {
    "urn": "urn:pulumi:test::chat::random:index/randomPet:RandomPet::pet",
    "type": "random:index/randomPet:RandomPet",
}
MARKS = ("id", "delete")


def marks(settled: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Return id and mark of each resource of a state, in their order."""
    return [tuple(each.get(name) for name in MARKS) for each in settled["deployment"]["resources"]]


def test_managed_is_what_the_stack_made_with_secrets_in_plain_text() -> None:
    room = resource(
        "lobby", id=ARN, outputs={"arn": ARN, "tags": {"s": secret("x")}}, inputs={"tags": {"s": secret("x")}}
    )

    [found] = state.managed(exported(room, {**PET, "id": "fond-mole"}))

    assert (found.urn, found.type, found.name, found.arn) == (urn("lobby"), "Room", "lobby", ARN)
    assert (found.inputs["tags"], found.outputs["tags"]) == ({"s": "x"}, {"s": "x"})
    assert found.secrets == {"tags"}
    assert "x'" not in repr(found)


@pytest.mark.parametrize("members", [{"external": True}, {"delete": True}, {"pendingReplacement": True}])
def test_what_is_looked_up_or_to_be_deleted_or_deleted_is_known_and_not_managed(members: dict[str, Any]) -> None:
    seen = exported(resource("lobby", id=ARN, **members))

    assert state.managed(seen) == []
    assert state.arns(seen) == {ARN}
    assert state.names(seen) == {("Room", "lobby")}


def test_a_stack_that_was_never_updated_has_nothing() -> None:
    empty = {"version": 3, "deployment": {"manifest": {"time": "now"}}}

    assert (state.since(empty), state.written(empty), state.live(empty)) == (None, None, {})
    assert (state.managed(empty), state.pending(empty), state.arns(empty)) == ([], [], set())


def test_exports_are_the_same_whatever_their_time() -> None:
    one: dict[str, Any] = {"deployment": {"manifest": {"time": "1"}, "resources": [resource("lobby", id=ARN)]}}
    later = {"deployment": {**one["deployment"], "manifest": {"time": "2"}, "pending_operations": None}}

    assert state.is_same(one, later)
    assert not state.is_same(one, {"deployment": {}})
    assert not state.is_same(one, exported(*one["deployment"]["resources"], pending={"creating": resource("b")}))


def test_pending_operations_are_distinguished_from_those_of_other_providers() -> None:
    seen = exported(pending={"creating 1": resource("lobby", inputs={"name": secret("n")}), "creating 2": PET})

    [ours] = state.pending(seen)
    assert (ours.operation, ours.type, ours.name, ours.inputs["name"]) == ("creating", "Room", "lobby", "n")
    assert state.pending_elsewhere(seen) == [PET["urn"]]


def test_a_provider_that_was_being_created_is_forgotten_since_it_has_nothing_in_a_cloud() -> None:
    seen = exported(pending={"creating": provider("eu")})

    assert (state.pending(seen), state.pending_elsewhere(seen)) == ([], [])
    assert state.settled(seen, {}) == exported()


def test_what_a_pending_create_made_becomes_a_resource_with_the_programs_options_and_secrets() -> None:
    pending = resource(
        "lobby",
        custom=True,
        parent="urn:parent",
        protect=True,
        inputs={"name": "lobby", "tags": {"s": secret("x")}},
        additionalSecretOutputs=["tags_all"],
    )
    made = {urn("lobby"): {"arn": ARN, "name": "lobby", "tags": {"s": "x"}, "tags_all": {"s": "x"}}}

    settled = state.settled(exported(pending={"creating": pending}), made)

    [room] = settled["deployment"]["resources"]
    assert settled["deployment"]["pending_operations"] == []
    assert (room["id"], room["parent"], room["protect"]) == (ARN, "urn:parent", True)
    assert engine.time_of(room["created"]) == engine.time_of(room["modified"]) is not None
    assert room["inputs"] == pending["inputs"]
    assert room["outputs"] == {
        "__provider": PROVIDER,
        "arn": ARN,
        "name": "lobby",
        "tags": secret({"s": "x"}),
        "tags_all": secret({"s": "x"}),
    }


def test_a_tag_set_that_came_to_a_part_has_that_part_for_inputs_too() -> None:
    given = {"resource_arn": ARN, "tags": {"s": secret("x"), "a": "1"}, "exclusive": True}
    begun = {"resource_arn": ARN, "tags": {"s": "x"}, "exclusive": False, "tags_all": {"s": "x"}}
    seen = exported(pending={"creating": resource("cost", "TagSet", inputs=given)})

    [tag_set] = state.settled(seen, {urn("cost", "TagSet"): begun})["deployment"]["resources"]

    part = {"__provider": PROVIDER, "resource_arn": ARN, "tags": secret({"s": "x"}), "exclusive": False}
    assert (tag_set["id"], tag_set["inputs"]) == (ARN, part)
    assert tag_set["outputs"] == {**part, "tags_all": {"s": "x"}}


def test_a_tag_set_that_is_whole_keeps_its_inputs_as_the_program_gave_them() -> None:
    given = {"resource_arn": ARN, "tags": {"s": secret("x"), "a": "1"}}
    whole = {"resource_arn": ARN, "tags": {"s": "x", "a": "1"}, "tags_all": {"s": "x", "a": "1"}}
    seen = exported(pending={"creating": resource("cost", "TagSet", inputs=given)})

    [tag_set] = state.settled(seen, {urn("cost", "TagSet"): whole})["deployment"]["resources"]

    assert tag_set["inputs"] == {"__provider": PROVIDER, **given}


def retagged(before: Any, after: Any, come_to: Any, **members: Any) -> Resource:
    """Return a room as a state has it whose pending update has come to these tags."""
    room = resource("lobby", id=ARN, inputs={"tags": before}, outputs={"tags": before, "tags_all": before}, **members)
    update = resource("lobby", inputs={"tags": after})
    outputs = {urn("lobby"): {"tags": come_to, "tags_all": {**come_to, "theirs": "1"}}}
    [settled] = state.settled(exported(room, pending={"updating": update}), {}, outputs)["deployment"]["resources"]
    assert settled["inputs"]["tags"] == settled["outputs"]["tags"]
    return dict(settled)


def test_the_tags_to_which_a_pending_update_came_are_secret_if_one_of_them_is() -> None:
    part = retagged({"a": "1"}, {"a": secret("2"), "b": "2"}, {"a": "2"})

    assert part["outputs"]["tags"] == secret({"a": "2"})


def test_the_tags_of_an_update_that_lacked_nothing_are_as_the_program_gave_them() -> None:
    whole = retagged({"a": "1"}, {"a": secret("2"), "b": "2"}, {"a": "2", "b": "2"})

    assert whole["outputs"]["tags"] == {"a": secret("2"), "b": "2"}


@pytest.mark.parametrize("hidden", [["tags_all"], []])
def test_all_tags_are_secret_after_an_update_where_they_were_to_be(hidden: list[str]) -> None:
    room = retagged({"a": "1"}, {"a": "2"}, {"a": "2"}, additionalSecretOutputs=hidden)

    plain = {"a": "2", "theirs": "1"}
    assert room["outputs"]["tags_all"] == (secret(plain) if hidden else plain)


def test_other_operations_are_forgotten() -> None:
    room = resource("lobby", id=ARN)

    settled = state.settled(exported(room, pending={"updating": room, "creating": resource("hall")}), {})

    assert settled == exported(room)


def test_recorded_resources_survive_every_pending_create() -> None:
    seen = exported(resource("lobby", id="old"), resource("hall", id="h"), pending={"creating": resource("lobby")})

    with pytest.raises(ValueError, match=r"the state records these already: .*Room::lobby"):
        state.settled(seen, {urn("lobby"): {"arn": "new"}})
    assert marks(state.settled(seen, {})) == [("old", None), ("h", None)]


def test_live_is_what_is_recorded_and_not_on_its_way_out() -> None:
    looked_up = resource("hall", id="h", external=True)
    gone = resource("vip", id="v", pendingReplacement=True)
    replaced = [resource("lobby", id="new", created="2026-11-27T06:26:03.2Z"), resource("lobby", id="old", delete=True)]

    live = state.live(exported(looked_up, gone, *replaced))

    assert {each: live[each].id for each in live} == {urn("hall"): "h", urn("lobby"): "new"}
    assert live[urn("lobby")].created == datetime(2026, 11, 27, 6, 26, 3, 200000, tzinfo=timezone.utc)


def test_a_stack_lives_since_its_own_resource_was_created_or_else_its_first_one() -> None:
    own = {"urn": "urn:pulumi:test::chat::pulumi:pulumi:Stack::x", "type": "pulumi:pulumi:Stack"}
    rooms = [resource(name, id=name, created=f"2026-11-2{day}T06:26:03.9Z") for name, day in (("a", 7), ("b", 6))]

    def since(*resources: Any) -> str:
        return f"{state.since(exported(*resources)):%d %S.%f}"

    assert since(*rooms, {**own, "created": "2026-11-28T06:26:03.9Z"}) == "28 03.000000"
    assert since(*rooms, own) == "26 03.000000"
    assert state.since(exported(own)) is state.since(exported()) is None


def test_a_replaced_one_that_is_deleted_already_goes() -> None:
    seen = exported(resource("lobby", id="old", pendingReplacement=True), pending={"creating": resource("lobby")})

    assert marks(state.settled(seen, {urn("lobby"): {"arn": "new"}})) == [("new", None)]


def test_what_was_to_be_deleted_before_stays_so() -> None:
    seen = exported(resource("lobby", id="older", delete=True), pending={"creating": resource("lobby")})

    assert marks(state.settled(seen, {urn("lobby"): {"arn": "new"}})) == [("new", None), ("older", True)]


@pytest.mark.parametrize(("default_tags_are_secret", "hidden"), [(True, {"tags", "tags_all"}), (False, {"tags_all"})])
def test_an_import_file_hides_all_tags_and_those_of_secret_default_tags(
    hidden: set[str], *, default_tags_are_secret: bool
) -> None:
    bag = {"name": "lobby", "tags": {"a": "1"}, "tags_all": {"a": "1", "b": "2"}}
    file = {"nameTable": {}, "resources": [{"id": ARN, "inputs": bag, "outputs": bag}, {"component": True}]}

    [room, component] = state.hiding_tags(file, default_tags_are_secret=default_tags_are_secret)["resources"]

    expected = {name: secret(value) if name in hidden else value for name, value in bag.items()}
    assert (room, component) == ({"id": ARN, "inputs": expected, "outputs": expected}, {"component": True})
