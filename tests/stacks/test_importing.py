"""What an import will do: which resources, under which names, with which code."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs
import pytest

from pulumi_ivschat.errors import SettingsError
from pulumi_ivschat.stacks import account as accounts
from pulumi_ivschat.stacks.engine import Stack
from pulumi_ivschat.stacks.importing import Importer, Plan, ResourceImport
from pulumi_ivschat.stacks.properties_in_state import secret
from tests.stacks.conftest import HANDLER, Account, Resource, exported, resource


def planned(account: Account, stack: Stack, *arns: str, state: tuple[Resource, ...] = (), **options: Any) -> Plan:
    """Return the plan of an import of these ARNs."""
    chosen = [accounts.with_arn(account.control_plane, arn) for arn in arns]
    return Importer(stack, account.settings, account.control_plane, exported(*state)).plan(chosen, **options)


def imported(account: Account, stack: Stack, arn: str, **options: Any) -> ResourceImport:
    [resource_import] = planned(account, stack, arn, **options).resource_imports
    return resource_import


def with_default_tags(account: Account, tags: Mapping[str, str]) -> Account:
    return attrs.evolve(account, settings=attrs.evolve(account.settings, default_tags=tags))


def test_a_room_with_awss_defaults_needs_its_name_only(account: Account, stack: Stack) -> None:
    resource_import = imported(account, stack, account.room("lobby"))

    assert (resource_import.resource_name, resource_import.arguments, resource_import.changes) == ("lobby", {}, ())


def test_the_code_has_what_differs_from_the_defaults(account: Account, stack: Stack) -> None:
    arn = account.room(
        "lobby",
        maximumMessageLength=77,
        maximumMessageRatePerSecond=100,
        messageReviewHandler={"uri": HANDLER, "fallbackResult": "DENY"},
        tags={"team": "chat", "empty": ""},
    )

    assert imported(account, stack, arn).arguments == {
        "maximum_message_length": 77,
        "maximum_message_rate_per_second": 100,
        "message_review_handler": {"uri": HANDLER, "fallback_result": "DENY"},
        "tags": {"team": "chat", "empty": ""},
    }


def test_the_code_of_a_room_without_a_name_sets_an_empty_name(account: Account, stack: Stack) -> None:
    arn = account.room("")

    resource_import = imported(account, stack, arn)

    assert resource_import.resource_name == f"room-{arn.rpartition('/')[2]}"
    assert resource_import.arguments == {"name": ""}


def test_rooms_of_one_name_get_names_with_their_ids(account: Account, stack: Stack) -> None:
    arns = [account.room("lobby"), account.room("lobby")]

    resource_imports = planned(account, stack, *arns).resource_imports

    assert [each.resource_name for each in resource_imports] == [f"lobby-{arn.rpartition('/')[2]}" for arn in arns]
    assert [each.arguments for each in resource_imports] == [{"name": "lobby"}] * 2


@pytest.mark.parametrize("members", [{}, {"external": True}])
def test_a_name_that_the_stack_has_already_is_not_taken_again(
    account: Account, stack: Stack, members: dict[str, Any]
) -> None:
    arn = account.room("lobby")

    resource_import = imported(account, stack, arn, state=(resource("lobby", id="another", **members),))

    assert resource_import.resource_name == f"lobby-{arn.rpartition('/')[2]}"


def test_a_given_name_wins_and_is_nobody_elses(account: Account, stack: Stack) -> None:
    hall, lobby = account.room("hall"), account.room("lobby")

    resource_imports = planned(account, stack, hall, lobby, names={lobby: "hall"}).resource_imports

    assert [each.resource_name for each in resource_imports] == [f"hall-{hall.rpartition('/')[2]}", "hall"]
    assert resource_imports[1].arguments == {"name": "lobby"}


@pytest.mark.parametrize("names", [("x", "x"), ("taken", "x")])
def test_a_given_name_that_another_has_is_refused(account: Account, stack: Stack, names: tuple[str, str]) -> None:
    arns = [account.room("hall"), account.room("lobby")]

    with pytest.raises(SettingsError, match=f"two resources of the name {names[0]} in the stack\nChoose another name"):
        planned(account, stack, *arns, state=(resource("taken", id="z"),), names=dict(zip(arns, names, strict=True)))


def test_what_is_managed_here_is_omitted(account: Account, stack: Stack) -> None:
    arn = account.room("lobby")

    plan = planned(account, stack, arn, state=(resource("foyer", id=arn),))

    assert plan.resource_imports == []
    assert [skipped.reason for skipped in plan.skipped] == ["is already in this stack, as foyer"]


def test_a_room_that_only_has_a_tag_set_here_is_imported(account: Account, stack: Stack) -> None:
    arn = account.room("lobby")

    assert imported(account, stack, arn, state=(resource("cost", "TagSet", id=arn),)).arn == arn


def test_what_has_another_stacks_owner_tag_is_omitted_unless_somebody_names_it(account: Account, stack: Stack) -> None:
    arns = [account.owned_room(name, f"chat/prod/{name}") for name in ("lobby", "hall")]

    plan = planned(account, stack, *arns, explicit=arns[1:])

    reason = "has the owner tag of the stack chat/prod; to import it all the same, name its ARN"
    assert [(skipped.arn, skipped.reason) for skipped in plan.skipped] == [(arns[0], reason)]
    [resource_import] = plan.resource_imports
    assert (resource_import.arn, resource_import.owner) == (arns[1], "chat/prod")
    assert resource_import.changes == ("changes its owner tag from chat/prod/hall to chat/test/hall",)
    assert resource_import.inputs["owner_tag"] == resource_import.outputs["owner_tag"] == "chat/prod/hall"


def test_a_leftover_of_this_stack_is_imported_without_its_owner_tag_in_the_code(account: Account, stack: Stack) -> None:
    resource_import = imported(account, stack, account.owned_room("lobby"))

    assert (resource_import.arguments, resource_import.changes, resource_import.owner) == ({}, (), "")
    assert resource_import.inputs["owner_tag"] == "chat/test/lobby"


@pytest.mark.parametrize("tag_sets", [False, True])
def test_another_resource_name_than_the_owner_tags_is_a_change_of_the_next_up(
    account: Account,
    stack: Stack,
    tag_sets: bool,  # noqa: FBT001
) -> None:
    arn = account.owned_room("lobby", tags={"a": "b"})

    resource_import = planned(account, stack, arn, names={arn: "hall"}, tag_sets=tag_sets).resource_imports[0]

    assert resource_import.changes == ("changes its owner tag from chat/test/lobby to chat/test/hall",)


def test_no_owner_tag_is_added_nor_changed_if_there_is_none_or_the_stack_has_none(
    account: Account, stack: Stack
) -> None:
    resource_import = imported(account, stack, account.room("lobby"))
    assert "owner_tag" not in resource_import.inputs
    assert (resource_import.changes, resource_import.outputs["owner_tag"]) == ((), "")

    without = attrs.evolve(account, settings=attrs.evolve(account.settings, owner_tag=False))
    theirs = account.owned_room("hall", "chat/prod/hall")
    assert imported(without, stack, theirs, explicit=[theirs]).changes == ()


def test_what_is_removed_meanwhile_is_omitted(account: Account, stack: Stack) -> None:
    arn = account.room("lobby")
    chosen = [accounts.with_arn(account.control_plane, arn)]
    account.service.client().delete_room(identifier=arn)

    plan = Importer(stack, account.settings, account.control_plane, exported()).plan(chosen)

    assert [(skipped.arn, skipped.reason) for skipped in plan.skipped] == [(arn, "is gone")]


def test_a_room_elsewhere_names_its_region(account: Account, stack: Stack) -> None:
    arn = account.service.client("eu-west-1").create_room(name="lobby")["arn"]

    assert imported(account, stack, arn).arguments == {"region": "eu-west-1"}


def test_default_tags_of_the_stack_are_not_in_the_code_and_those_that_come_are_reported(
    account: Account, stack: Stack
) -> None:
    account = with_default_tags(account, {"team": "chat", "env": "prod", "cost": "1"})
    arn = account.room("lobby", tags={"team": "chat", "env": "test"})

    resource_import = imported(account, stack, arn)

    assert resource_import.arguments == {"tags": {"env": "test"}}
    assert resource_import.changes == ("adds the stack's default tag cost",)


def test_tags_go_into_a_tag_set_if_that_is_asked_for(account: Account, stack: Stack) -> None:
    account = with_default_tags(account, {"env": "prod", "team": "chat"})
    arn = account.room("lobby", tags={"env": "test", "team": "chat", "a": "b"})

    room, tag_set = planned(account, stack, arn, tag_sets=True).resource_imports

    assert (room.arguments, room.inputs["tags"]) == ({}, {"env": "test", "team": "chat"})
    assert room.changes == ("adds the stack's default tag env",)
    assert (tag_set.type, tag_set.resource_name) == ("TagSet", "lobby-tags")
    assert tag_set.arguments == {"resource_arn": arn, "tags": {"a": "b"}}


def test_a_room_without_tags_gets_no_tag_set(account: Account, stack: Stack) -> None:
    assert len(planned(account, stack, account.room("lobby"), tag_sets=True).resource_imports) == 1


def test_a_room_is_read_once_and_not_touched(account: Account, stack: Stack) -> None:
    arn = account.room("lobby", tags={"a": "b"})

    imported(account, stack, arn)

    assert account.service.calls() == ["CreateRoom", "GetRoom", "GetRoom"]  # the first by its ARN


def test_progress_can_be_shown_of_what_is_read(account: Account, stack: Stack) -> None:
    arns = [account.room("lobby"), account.owned_room("other", "chat/prod/other")]
    read: list[str] = []

    def reading(found: Any) -> Any:
        for each in found:
            read.append(each.arn)
            yield each

    planned(account, stack, *arns, read=reading)

    assert read == arns[:1]


def test_what_another_stack_records_is_imported_only_if_its_arn_is_named(account: Account, stack: Stack) -> None:
    arn = account.room("lobby")
    chosen = [accounts.with_arn(account.control_plane, arn)]
    importer = Importer(stack, account.settings, account.control_plane, exported(), {arn: "chat/prod"})

    [skipped] = importer.plan(chosen).skipped
    [resource_import] = importer.plan(chosen, explicit=[arn]).resource_imports

    assert skipped.reason == "is recorded in the stack chat/prod; to import it all the same, name its ARN"
    assert resource_import.recorded_in == "chat/prod"


def test_a_native_entry_has_secret_default_tags_as_secrets_and_other_peoples_in_all_tags() -> None:
    tags = {"team": "hush", "a_b": "1"}
    found = ResourceImport(
        "Room", "lobby", "arn", {}, {"name": "lobby", "tags": tags}, {"tags": tags, "tags_all": {**tags, "x": "2"}}
    )

    entry = found.native_entry(["team"])

    assert entry["inputs"] == {"name": "lobby", "tags": {"team": secret("hush"), "a_b": "1"}}
    assert entry["outputs"]["tagsAll"] == {"team": secret("hush"), "a_b": "1", "x": secret("2")}
    assert "__provider" not in entry["inputs"]
