"""What a crash left, and where it goes; tests/engine shows that the engine takes it so."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import attrs
import pytest

from pulumi_ivschat.errors import IvsChatError, SettingsError
from pulumi_ivschat.model.owner_tag import OWNER_TAG
from pulumi_ivschat.stacks import engine
from pulumi_ivschat.stacks.engine import LockedError, Update
from pulumi_ivschat.stacks.recovery import SETTLE_SECONDS, Recovery, Wreck
from tests.conftest import REGION
from tests.stacks.conftest import (
    Account,
    Resource,
    exported,
    native,
    provider,
    provider_of,
    reference,
    resource,
    secret,
    urn,
)

PET = {
    "urn": "urn:pulumi:test::chat::random:index/randomPet:RandomPet::pet",
    "type": "random:index/randomPet:RandomPet",
}


NOW = datetime.now(timezone.utc)
LONG_AGO = NOW - timedelta(days=30)
FAILED = Update("update", LONG_AGO, None, "failed")
SUCCEEDED = Update("update", LONG_AGO, LONG_AGO + timedelta(seconds=9), "succeeded")


@attrs.frozen
class OtherStack(engine.Stack):
    """Another stack of the backend."""

    recorded: set[str]

    def ids(self) -> set[str]:
        """Return the ids in its state."""
        return self.recorded


@attrs.frozen
class RecordedStack(engine.Stack):
    """The stack chat/test, with its states in a list and no engine."""

    states: list[Any]
    declared: list[dict[str, Any]] = attrs.field(factory=list)
    imported: list[Any] = attrs.field(factory=list)
    updates: list[Update] = attrs.field(factory=lambda: [FAILED])
    recorded_by_others: dict[str, str] = attrs.field(factory=dict)
    name_table: dict[str, str] = attrs.field(factory=dict)

    def default_tags_are_secret(self) -> bool:
        """Return that they are not."""
        return False

    def deployment(self) -> dict[str, Any]:
        """Return the last state."""
        state: dict[str, Any] = self.states[-1]
        return state

    def put_deployment(self, deployment: Any) -> None:
        """Take a state."""
        self.states.append(deployment)

    def import_resources(self, file: Any) -> None:
        """Take an import file."""
        self.imported.append(file)

    def history(self) -> tuple[list[Update], bool]:
        """Return the updates, latest first; omitted, the last one failed."""
        return self.updates, True

    def others(self) -> list[engine.Stack]:
        """Return the other stacks of the backend: chat/prod."""
        return [OtherStack(Path(), "chat", "prod", {*self.recorded_by_others})]

    def wanted(self) -> dict[str, Any]:
        """Return what the program declares and the state does not have."""
        return {"nameTable": self.name_table, "resources": self.declared}


STACK = {
    "urn": "urn:pulumi:test::chat::pulumi:pulumi:Stack::chat-test",
    "type": "pulumi:pulumi:Stack",
    "created": f"{LONG_AGO:%Y-%m-%dT%H:%M:%S.123456789Z}",
}


def stack_with(*resources: Resource, pending: dict[str, Resource] | None = None, **members: Any) -> RecordedStack:
    """Return a stack that has lived for a month, and whose last update failed."""
    return RecordedStack(Path(), "chat", "test", [exported(STACK, *resources, pending=pending)], **members)


def creating(name: str, region: str = REGION, **inputs: Any) -> Resource:
    """Return a resource as a pending create has it."""
    given = {"name": name, "owner_tag": f"chat/test/{name}", "region": region, "tags": {}, **inputs}
    return resource(name, inputs=given)


def tagging(arn: str, tags: Any, name: str = "cost", **inputs: Any) -> Resource:
    """Return a tag set as a pending create has it."""
    given = {"resource_arn": arn, "tags": tags, "overwrite": False, "exclusive": False, **inputs}
    return resource(name, "TagSet", inputs=given)


def recovery_of(account: Account, stack: engine.Stack) -> Recovery:
    return Recovery(stack, account.control_plane, account.settings)


def looked(
    account: Account,
    stack: engine.Stack,
    wait: Callable[[float], None] = lambda _: None,
    *,
    regions: Sequence[str] = (),
) -> Wreck:
    return recovery_of(account, stack).look(wait, regions=regions)


def imported(account: Account, stack: engine.Stack) -> list[str]:
    """Recover, and return the ARNs of what found no place."""
    without = recovery_of(account, stack).import_leftovers(looked(account, stack))
    return [leftover.found.arn for leftover in without]


def ids(stack: RecordedStack) -> list[tuple[str, str]]:
    """Return URN and id of each resource of the last state."""
    return [(each["urn"], each["id"]) for each in resources(stack)]


def resources(stack: RecordedStack) -> list[Any]:
    """Return the resources of the last state, without the stack's own."""
    first, *others = stack.states[-1]["deployment"]["resources"]
    assert first == STACK
    return [*others]


def test_a_stack_that_lacks_nothing_is_clean(account: Account) -> None:
    room = account.recorded("lobby")
    account.room("by-hand")
    account.owned_room("x", "chat/prod/x")

    assert looked(account, stack_with(room)).is_clean


def test_what_a_pending_create_made_takes_its_place(account: Account) -> None:
    arn = account.owned_room("lobby", tags={"a": "b", "foreign": "x"})
    stack = stack_with(pending={"creating": creating("lobby", tags={"a": "b"})})

    assert imported(account, stack) == []

    [room] = resources(stack)
    assert (room["id"], room["outputs"]["arn"], room["outputs"]["tags"]) == (arn, arn, {"a": "b"})
    assert stack.states[-1]["deployment"]["pending_operations"] == []
    assert looked(account, stack).is_clean


def test_a_create_that_made_nothing_is_forgotten_after_a_wait_for_what_is_on_its_way(account: Account) -> None:
    stack = stack_with(pending={"creating": creating("lobby"), "updating": account.recorded("hall")})
    waited: list[float] = []

    wreck = looked(account, stack, waited.append)
    recovery_of(account, stack).import_leftovers(wreck)

    assert waited == [SETTLE_SECONDS]
    assert not wreck.is_clean
    assert stack.states[-1] == exported(STACK)


def test_what_comes_while_waiting_is_found(account: Account) -> None:
    stack = stack_with(pending={"creating": creating("lobby")})

    def wait(_: float) -> None:
        account.owned_room("lobby")

    wreck = looked(account, stack, wait)

    assert [*wreck.made()] == [urn("lobby")]


def test_there_is_no_wait_where_everything_was_made(account: Account) -> None:
    arn = account.owned_room("lobby", tags={"cost": "1"})
    tags = tagging(arn, {"cost": "1"})

    def wait(_: float) -> None:
        pytest.fail("waited")

    assert not looked(account, stack_with(pending={"creating 1": creating("lobby"), "creating 2": tags}), wait).is_clean


def test_two_creates_with_the_same_owner_tag_get_one_each(account: Account) -> None:
    both = {account.owned_room("lobby"), account.owned_room("lobby")}
    one, other = creating("lobby"), {**creating("lobby"), "urn": urn("lobby", parents="app:index:Group$")}
    stack = stack_with(pending={"creating 1": one, "creating 2": other})

    assert imported(account, stack) == []
    assert {arn for _, arn in ids(stack)} == both
    assert [found for found, _ in ids(stack)] == [one["urn"], other["urn"]]


def test_of_a_request_that_was_repeated_the_newest_is_taken(account: Account) -> None:
    older, newer = account.owned_room("lobby"), account.owned_room("lobby")
    stack = stack_with(pending={"creating": creating("lobby")})

    assert imported(account, stack) == [older]
    assert ids(stack) == [(urn("lobby"), newer)]


def test_every_region_of_the_stack_and_of_what_was_under_way_is_looked_at(account: Account) -> None:
    def room(region: str, name: str) -> str:
        tags = {"pulumi-ivschat:owner": f"chat/test/{name}"}
        arn: str = account.service.client(region).create_room(name=name, tags=tags)["arn"]
        return arn

    known = account.recorded("k", region="ap-south-1")
    made = [room("ap-south-1", "x"), room("eu-west-1", "lobby")]
    room("eu-central-1", "y")
    stack = stack_with(known, pending={"creating": creating("lobby", "eu-west-1")})

    assert {leftover.found.arn for leftover in looked(account, stack).leftovers} == {*made}


def test_a_region_that_only_the_program_names_is_looked_at_if_it_is_given(account: Account) -> None:
    made = account.service.client("eu-west-1").create_room(tags={"pulumi-ivschat:owner": "chat/test/x"})["arn"]

    assert looked(account, stack_with()).is_clean
    found = looked(account, stack_with(), regions=["eu-west-1", REGION, "eu-west-1"])
    assert [leftover.found.arn for leftover in found.leftovers] == [made]


def test_a_create_in_another_region_is_not_treated_as_it(account: Account) -> None:
    account.owned_room("lobby")

    assert looked(account, stack_with(pending={"creating": creating("lobby", "eu-west-1")})).made() == {}


def test_a_leftover_without_a_create_takes_the_programs_place_with_the_components_above(account: Account) -> None:
    account.owned_room("in", tags={"a": "b", "foreign": "x"})
    kind = "pulumi-python:dynamic/ivschat:Room"
    components = [
        {"name": "outer", "type": "app:index:Group", "component": True},
        {"name": "inner", "type": "app:index:Group", "component": True, "parent": "outer"},
        {"name": "other", "type": "app:index:Group", "component": True},
    ]
    rooms = [{"name": "in", "type": kind, "id": "<PLACEHOLDER>", "parent": "inner"}, {"name": "new", "type": kind}]
    stack = stack_with(declared=[*components, *rooms])

    assert imported(account, stack) == []

    [file] = stack.imported
    *above, room = file["resources"]
    assert [each["name"] for each in above] == ["outer", "inner"]
    assert (room["name"], room["parent"], room["id"]) == ("in", "inner", room["outputs"]["arn"])
    assert room["inputs"]["owner_tag"] == room["outputs"]["owner_tag"] == "chat/test/in"
    assert room["inputs"]["tags"] == {}  # whose they are is not known, and the next `up` removes none


def test_a_name_that_no_tag_can_hold_is_found_by_its_owner_tag_all_the_same(account: Account) -> None:
    account.owned_room("x", "chat/test/say _hi_")
    stack = stack_with(declared=[{"name": 'say "hi"', "type": "pulumi-python:dynamic/ivschat:Room"}])

    assert imported(account, stack) == []


def test_a_leftover_that_the_program_does_not_declare_is_given_back(account: Account) -> None:
    arn = account.owned_room("lobby")
    stack = stack_with(declared=[{"name": "lobby", "type": "pulumi-python:dynamic/ivschat:LoggingConfiguration"}])

    assert imported(account, stack) == [arn]
    assert stack.imported == []


def test_delete_forgets_what_was_under_way_and_then_deletes_what_was_made_and_nothing_else(account: Account) -> None:
    kept = {account.recorded("hall")["id"], account.room("by-hand")}
    account.owned_room("lobby")
    account.owned_room("older")
    stack = stack_with(*(resource(f"r-{arn[-4:]}", id=arn) for arn in kept), pending={"creating": creating("lobby")})

    recovery_of(account, stack).delete(looked(account, stack))

    assert {room["arn"] for room in account.service.client().list_rooms()["rooms"]} == kept
    assert looked(account, stack).is_clean


def tags(account: Account, arn: str) -> dict[str, str]:
    return account.service.client().list_tags_for_resource(resourceArn=arn)["tags"]


def test_a_tag_set_is_imported_with_those_of_its_keys_that_are_there(account: Account) -> None:
    arn = account.room(tags={"theirs": "1", "a": "1", "b": "changed"})
    stack = stack_with(pending={"creating": tagging(arn, {"a": "1", "b": "1", "c": "1"})})
    waited: list[float] = []

    wreck = looked(account, stack, waited.append)
    assert recovery_of(account, stack).import_leftovers(wreck) == []

    [tag_set] = resources(stack)
    assert waited == [SETTLE_SECONDS]
    assert (tag_set["id"], tag_set["outputs"]["tags_all"]) == (arn, tags(account, arn))
    assert tag_set["inputs"]["tags"] == tag_set["outputs"]["tags"] == {"a": "1"}  # what a destroy removes
    assert looked(account, stack).is_clean


def test_keys_that_come_while_waiting_are_found(account: Account) -> None:
    arn = account.room()
    stack = stack_with(pending={"creating": tagging(arn, {"a": "1"})})

    def wait(_: float) -> None:
        account.service.client().tag_resource(resourceArn=arn, tags={"a": "1"})

    assert [each.state["tags"] for each in looked(account, stack, wait).tag_sets] == [{"a": "1"}]


@pytest.mark.parametrize("is_gone", [False, True])
def test_a_tag_set_that_put_nothing_on_is_forgotten(account: Account, is_gone: bool) -> None:  # noqa: FBT001
    arn = account.room(tags={"theirs": "1"})
    if is_gone:
        account.service.client().delete_room(identifier=arn)
    stack = stack_with(pending={"creating": tagging(arn, {"a": "1", "theirs": "2"})})

    assert imported(account, stack) == []
    assert stack.states[-1] == exported(STACK)


def test_keys_that_the_state_has_already_are_neither_imported_twice_nor_removed(account: Account) -> None:
    arn = account.room()
    recorded = account.recorded("old", "TagSet", resource_arn=arn, tags={"a": "1"})
    stack = stack_with(recorded, pending={"creating": tagging(arn, {"a": "1", "b": "1"}, name="new")})
    account.service.client().tag_resource(resourceArn=arn, tags={"b": "1"})

    wreck = looked(account, stack)
    recovery_of(account, stack).delete(wreck)

    assert [each.state["tags"] for each in wreck.tag_sets] == [{"b": "1"}]
    assert tags(account, arn) == {"a": "1"}
    assert stack.states[-1] == exported(STACK, recorded)


def test_delete_removes_the_keys_of_a_tag_set_whose_value_is_still_its_own(account: Account) -> None:
    arn = account.room(tags={"theirs": "1", "a": "1", "b": "1"})
    stack = stack_with(pending={"creating": tagging(arn, {"a": "1", "b": "1"})})
    wreck = looked(account, stack)
    account.service.client().tag_resource(resourceArn=arn, tags={"b": "changed"})

    recovery_of(account, stack).delete(wreck)

    assert tags(account, arn) == {"theirs": "1", "b": "changed"}
    assert stack.states[-1] == exported(STACK)


def updating(recorded: Resource, **inputs: Any) -> Resource:
    """Return a resource of the state as a pending update has it."""
    return {**recorded, "inputs": {**recorded["inputs"], **inputs}, "outputs": {}}


@pytest.mark.parametrize("act", [Recovery.import_leftovers, Recovery.delete])
@pytest.mark.parametrize("kind", ["Room", "TagSet"])
def test_the_tags_to_which_a_pending_update_came_are_the_resources(
    account: Account, kind: str, act: Callable[..., Any]
) -> None:
    on = {"resource_arn": account.room()} if kind == "TagSet" else {}
    recorded = account.recorded("cost", kind, tags={"a": "1", "b": "1"}, **on)
    stack = stack_with(recorded, pending={"updating": updating(recorded, tags={"a": "2", "c": "2"})})
    account.service.client().tag_resource(resourceArn=recorded["id"], tags={"a": "2", "c": "2", "theirs": "1"})
    waited: list[float] = []

    wreck = looked(account, stack, waited.append)
    act(recovery_of(account, stack), wreck)

    [settled] = resources(stack)
    assert waited == [SETTLE_SECONDS]
    assert [update.keys for update in wreck.tag_updates] == [["a", "c"]]
    assert settled["inputs"]["tags"] == settled["outputs"]["tags"] == {"a": "2", "b": "1", "c": "2"}
    assert settled["outputs"]["tags_all"] == tags(account, recorded["id"])
    assert looked(account, stack).is_clean


def test_an_update_that_has_come_to_no_tag_or_whose_resource_is_gone_is_forgotten(account: Account) -> None:
    lobby, hall = account.recorded("lobby", tags={"a": "1"}), account.recorded("hall", tags={"a": "1"})
    updates = {f"updating {each['id']}": updating(each, tags={"a": "2"}) for each in (lobby, hall)}
    stack = stack_with(lobby, hall, pending=updates)
    account.service.client().delete_room(identifier=hall["id"])

    assert imported(account, stack) == []
    assert stack.states[-1] == exported(STACK, lobby, hall)


def test_a_pending_update_does_not_get_the_keys_of_another_resource(account: Account) -> None:
    arn = account.room()
    theirs = account.recorded("theirs", "TagSet", resource_arn=arn, tags={"a": "1"})
    ours = account.recorded("ours", "TagSet", resource_arn=arn, tags={"b": "1"})
    stack = stack_with(theirs, ours, pending={"updating": updating(ours, tags={"a": "1", "b": "1"})})

    assert imported(account, stack) == []
    assert stack.states[-1] == exported(STACK, theirs, ours)


def test_secret_values_of_a_tag_set_stay_secret(account: Account) -> None:
    arn = account.room(tags={"s": "canary"})
    stack = stack_with(pending={"creating": tagging(arn, {"s": secret("canary"), "a": "1"})})

    wreck = looked(account, stack)
    recovery_of(account, stack).import_leftovers(wreck)

    [tag_set] = resources(stack)
    assert "canary" not in repr(wreck)
    assert tag_set["inputs"]["tags"] == tag_set["outputs"]["tags"] == secret({"s": "canary"})


@pytest.mark.parametrize("act", [Recovery.import_leftovers, Recovery.delete])
def test_nothing_is_done_while_another_update_holds_the_stack(account: Account, act: Callable[..., Any]) -> None:
    @attrs.frozen
    class Locked(RecordedStack):
        def put_deployment(self, deployment: Any) -> None:
            raise LockedError(str(len(deployment)))

    account.owned_room("lobby")
    stack = Locked(Path(), "chat", "test", [exported()])

    with pytest.raises(LockedError):
        act(recovery_of(account, stack), looked(account, stack))

    assert len(account.service.client().list_rooms()["rooms"]) == 1
    assert stack.imported == []


@pytest.mark.parametrize("act", [Recovery.import_leftovers, Recovery.delete])
def test_nothing_is_done_where_the_state_has_changed_since_the_look(account: Account, act: Callable[..., Any]) -> None:
    account.owned_room("lobby")
    stack = stack_with(pending={"creating": creating("lobby")})
    wreck = looked(account, stack)
    stack.states.append(exported(account.recorded("hall")))

    with pytest.raises(SettingsError, match="changed meanwhile"):
        act(recovery_of(account, stack), wreck)

    assert len(stack.states) == 2
    assert len(account.service.client().list_rooms()["rooms"]) == 2


def test_operations_of_other_providers_are_not_forgotten(account: Account) -> None:
    stack = stack_with(pending={"creating 1": creating("lobby"), "creating 2": PET})

    with pytest.raises(SettingsError, match="RandomPet::pet\n`pulumi refresh` asks"):
        imported(account, stack)

    assert len(stack.states) == 1


def test_what_is_removed_meanwhile_is_reported(account: Account) -> None:
    arn = account.owned_room("lobby")
    stack = stack_with(pending={"creating": creating("lobby")})
    wreck = looked(account, stack)
    account.service.client().delete_room(identifier=arn)

    with pytest.raises(SettingsError, match="is gone meanwhile"):
        recovery_of(account, stack).import_leftovers(wreck)

    assert len(stack.states) == 1


def again(account: Account, name: str) -> Resource:
    """Return a resource that an `up` created after the one that was interrupted had created it already."""
    soon = datetime.now(timezone.utc) + timedelta(minutes=1)
    return {**account.recorded(name), "created": f"{soon:%Y-%m-%dT%H:%M:%S.%fZ}"}


def test_what_the_state_records_lives_and_what_was_created_before_it_is_given_back(account: Account) -> None:
    left = {account.owned_room(name) for name in ("a", "b", "c")}
    recorded = [again(account, name) for name in ("a", "b", "c")]
    stack = stack_with(*recorded, pending={f"creating {name}": creating(name) for name in ("a", "b", "c")})

    assert {*imported(account, stack)} == left

    assert stack.states[-1] == exported(STACK, *recorded)
    assert stack.imported == []


def test_delete_takes_what_was_created_before_and_not_what_the_state_records(account: Account) -> None:
    account.owned_room("lobby")
    recorded = again(account, "lobby")
    stack = stack_with(recorded, pending={"creating": creating("lobby")})

    recovery_of(account, stack).delete(looked(account, stack))

    assert [room["arn"] for room in account.service.client().list_rooms()["rooms"]] == [recorded["id"]]
    assert stack.states[-1] == exported(STACK, recorded)


@pytest.mark.parametrize("act", [Recovery.import_leftovers, Recovery.delete])
def test_what_is_in_doubt_is_left_alone(account: Account, act: Callable[..., Any]) -> None:
    account.owned_room("retained")
    updates = [Update("update", LONG_AGO, NOW + timedelta(hours=2), "succeeded")]
    stack = stack_with(pending={"creating": creating("lobby")}, updates=updates)

    wreck = looked(account, stack)
    act(recovery_of(account, stack), wreck)

    assert [each.found.name for each in wreck.in_doubt] == ["retained"]
    assert len(account.service.client().list_rooms()["rooms"]) == 1
    assert stack.states[-1] == exported(STACK)


def test_a_doubt_of_a_pending_create_proves_nothing_unless_something_else_is_proven(account: Account) -> None:
    arn = account.owned_room("lobby")
    tags = tagging(arn, {"cost": "1"})
    updates = [Update("update", LONG_AGO, NOW + timedelta(hours=2), "succeeded")]

    def looked_with(**pending: Resource) -> Wreck:
        return looked(account, stack_with(pending=pending, updates=updates))

    assert looked_with(creating=creating("lobby")).proves_nothing
    assert not looked_with(creating=creating("hall")).proves_nothing
    account.service.client().tag_resource(resourceArn=arn, tags={"cost": "1"})
    assert not looked_with(**{"creating 1": creating("lobby"), "creating 2": tags}).proves_nothing
    elsewhere = stack_with(pending={"creating": creating("lobby")}, updates=updates, recorded_by_others={arn: ""})
    assert not looked(account, elsewhere).proves_nothing


def named(account: Account, stack: engine.Stack, *arns: str) -> Wreck:
    return recovery_of(account, stack).look(lambda _: None, named=arns)


def test_a_named_arn_is_imported_or_is_deleted_and_nothing_else(account: Account) -> None:
    one, two = account.owned_room("one"), account.owned_room("two")
    stack = stack_with(updates=[SUCCEEDED], declared=[{"name": "one", "type": "pulumi-python:dynamic/ivschat:Room"}])

    assert recovery_of(account, stack).import_leftovers(named(account, stack, one)) == []
    assert [each["id"] for each in stack.imported[0]["resources"]] == [one]
    recovery_of(account, stack).delete(named(account, stack, two))
    assert [room["arn"] for room in account.service.client().list_rooms()["rooms"]] == [one]


def test_naming_some_arns_does_not_lose_the_evidence_for_the_others(account: Account) -> None:
    one, two = account.owned_room("one"), account.owned_room("two")
    stack = stack_with(pending={"creating 1": creating("one"), "creating 2": creating("two")})

    with pytest.raises(SettingsError, match="more to recover than what you name"):
        named(account, stack, one)
    assert len(named(account, stack, one, two).leftovers) == 2


def test_keys_of_a_tag_set_that_the_state_has_elsewhere_by_now_stay_until_they_are_deleted(account: Account) -> None:
    here, there = account.room(tags={"a": "1"}), account.room()
    recorded = account.recorded("cost", "TagSet", resource_arn=there, tags={"a": "1"})
    stack = stack_with(recorded, pending={"creating": tagging(here, {"a": "1"})})

    wreck = looked(account, stack)
    recovery_of(account, stack).import_leftovers(wreck)

    assert [each.arn for each in wreck.tag_sets_left()] == [here]
    assert stack.states[-1] == exported(STACK, recorded)
    assert tags(account, here) == {"a": "1"}
    before = stack_with(recorded, pending={"creating": tagging(here, {"a": "1"})})
    recovery_of(account, before).delete(wreck)
    assert (tags(account, here), tags(account, there)) == ({}, {"a": "1"})


def test_a_delete_that_fails_names_what_is_left(account: Account) -> None:
    arns = [account.owned_room(name) for name in ("a", "b")]
    stack = stack_with(pending={"creating 1": creating("a"), "creating 2": creating("b")})
    wreck = looked(account, stack)
    account.service.fault("DeleteRoom", error="AccessDeniedException", after_calls=1)

    with pytest.raises(IvsChatError, match=f"Then delete the rest: `pulumi-ivschat recover --delete {arns[0]}`"):
        recovery_of(account, stack).delete(wreck)


def test_there_is_no_wait_for_what_was_created_again_since(account: Account) -> None:
    account.owned_room("lobby")
    room = again(account, "lobby")
    tag_set = account.recorded("cost", "TagSet", resource_arn=room["id"], tags={"a": "1"})
    pending = {"creating 1": creating("lobby"), "creating 2": tagging(room["id"], {"a": "1"})}

    def wait(_: float) -> None:
        pytest.fail("waited")

    assert looked(account, stack_with(room, tag_set, pending=pending), wait).settled() == {room["urn"]}


def creating_with(provider_name: str, name: str = "lobby") -> Resource:
    """Return a resource of the native plug-in with an explicit provider, as a pending create has it."""
    return native(creating(name), provider_name)


def test_what_was_made_with_an_explicit_provider_is_found_in_its_account_and_takes_its_place(
    account: Account, other: Account
) -> None:
    here, there = account.owned_room("lobby"), other.owned_room("hall")
    pending = {"creating 1": native(creating("lobby")), "creating 2": creating_with("p", "hall")}
    stack = stack_with({**provider("default_1_0_0"), "parent": ""}, provider_of(other), pending=pending)

    assert imported(account, stack) == []
    assert {each["id"] for each in resources(stack)[2:]} == {here, there}
    assert stack.states[-1]["deployment"]["pending_operations"] == []


def test_what_has_the_owner_tag_of_a_create_in_another_account_is_not_what_that_create_made(
    account: Account, other: Account
) -> None:
    """The account of the stack's own settings has a room of that name, the one of the create's provider has none."""
    elsewhere = account.owned_room("lobby")
    stack = stack_with(
        provider_of(other), creating("x") | {"id": elsewhere[:-1]}, pending={"creating": creating_with("p")}
    )

    wreck = looked(account, stack)

    assert (wreck.made(), [each.found.arn for each in wreck.without_create()]) == ({}, [elsewhere])


def test_settings_that_differ_and_lead_to_one_account_find_a_leftover_once(account: Account) -> None:
    arn = account.owned_room("lobby")
    alike = provider("p", region=REGION, endpointUrl=account.service.url.replace("127.0.0.1", "localhost"))
    recorded = account.recorded("hall")
    stack = stack_with(alike, recorded, pending={"creating": creating_with("p")})

    wreck = looked(account, stack)

    assert [(each.found.arn, each.pending is not None) for each in wreck.leftovers] == [(arn, True)]


def test_it_is_deleted_in_the_account_of_its_provider(account: Account, other: Account) -> None:
    room = other.owned_room("lobby")
    tagged = other.room("hall", tags={"cost": "1"})
    tag_set = native(tagging(tagged, {"cost": "1"}), "p")
    stack = stack_with(provider_of(other), pending={"creating 1": creating_with("p"), "creating 2": tag_set})

    recovery_of(account, stack).delete(looked(account, stack))

    assert room not in [each["arn"] for each in other.service.client().list_rooms()["rooms"]]
    assert tags(other, tagged) == {}
    assert account.service.calls() == []


def test_a_leftover_without_create_is_imported_at_a_place_that_has_its_account(
    account: Account, other: Account
) -> None:
    there = other.owned_room("lobby")
    urn_of_p = reference("p").rpartition("::")[0]
    places = [{"name": name, "type": "ivschat:index:Room", "provider": "p"} for name in ("lobby", "hall")]
    stack = stack_with(provider_of(other), account.recorded("x"), declared=places)
    stack.name_table["p"] = urn_of_p
    here = account.owned_room("hall")

    assert imported(account, stack) == [here]
    [entry] = stack.imported[0]["resources"]
    assert (entry["id"], entry["provider"]) == (there, "p")


def test_named_arns_are_found_in_the_accounts_of_the_stack_and_of_its_providers(
    account: Account, other: Account
) -> None:
    arns = [account.room("by-hand"), other.room("by-hand")]
    stack = stack_with(provider_of(other))

    recovery_of(account, stack).delete(named(account, stack, *arns))

    assert [each.service.client().list_rooms()["rooms"] for each in (account, other)] == [[], []]


def test_nothing_is_forgotten_if_the_account_of_a_provider_does_not_answer(account: Account, other: Account) -> None:
    other.service.fault("ListRooms", error="AccessDeniedException", count=None)
    stack = stack_with(account.recorded("x"), provider_of(other), pending={"creating": creating_with("p")})

    with pytest.raises(IvsChatError, match="The settings are those of the Provider resource p") as raised:
        looked(account, stack)

    assert raised.value.operation == "ListRooms"
    assert len(stack.states) == 1


def test_the_region_of_a_provider_is_looked_at_and_not_that_of_unused_own_settings(
    account: Account, other: Account
) -> None:
    arn = other.service.client("eu-west-1").create_room(tags={OWNER_TAG: "chat/test/lobby"})["arn"]
    stack = stack_with({**provider_of(other), "inputs": {"region": "eu-west-1", "endpointUrl": other.service.url}})

    wreck = looked(account, stack)

    assert [each.found.arn for each in wreck.leftovers] == [arn]
    assert account.service.calls() == []
