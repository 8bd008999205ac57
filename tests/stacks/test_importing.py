"""What an import will do: which resources, under which names, with which code."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs
import pytest

from pulumi_ivschat.errors import SettingsError
from pulumi_ivschat.stacks import account as accounts
from pulumi_ivschat.stacks.engine import Stack
from pulumi_ivschat.stacks.importing import Adoption, Importer, Plan
from tests.stacks.conftest import HANDLER, Account, Resource, exported, resource


def planned(account: Account, stack: Stack, *arns: str, state: tuple[Resource, ...] = (), **options: Any) -> Plan:
    """Return the plan of an import of these ARNs."""
    chosen = [accounts.with_arn(account.control_plane, arn) for arn in arns]
    return Importer(stack, account.settings, account.control_plane, exported(*state)).plan(chosen, **options)


def adopted(account: Account, stack: Stack, arn: str, **options: Any) -> Adoption:
    [adoption] = planned(account, stack, arn, **options).adoptions
    return adoption


def with_default_tags(account: Account, tags: Mapping[str, str]) -> Account:
    return attrs.evolve(account, settings=attrs.evolve(account.settings, default_tags=tags))


def test_a_room_with_awss_defaults_needs_its_name_only(account: Account, stack: Stack) -> None:
    adoption = adopted(account, stack, account.room("lobby"))

    assert (adoption.resource_name, adoption.arguments, adoption.changes) == ("lobby", {}, ())


def test_the_code_has_what_differs_from_the_defaults(account: Account, stack: Stack) -> None:
    arn = account.room(
        "lobby",
        maximumMessageLength=77,
        maximumMessageRatePerSecond=100,
        messageReviewHandler={"uri": HANDLER, "fallbackResult": "DENY"},
        tags={"team": "chat", "empty": ""},
    )

    assert adopted(account, stack, arn).arguments == {
        "maximum_message_length": 77,
        "maximum_message_rate_per_second": 100,
        "message_review_handler": {"uri": HANDLER, "fallback_result": "DENY"},
        "tags": {"team": "chat", "empty": ""},
    }


def test_a_room_without_a_name_reports_it_in_the_code(account: Account, stack: Stack) -> None:
    arn = account.room("")

    adoption = adopted(account, stack, arn)

    assert adoption.resource_name == f"room-{arn.rpartition('/')[2]}"
    assert adoption.arguments == {"name": ""}


def test_rooms_of_one_name_get_names_with_their_ids(account: Account, stack: Stack) -> None:
    arns = [account.room("lobby"), account.room("lobby")]

    adoptions = planned(account, stack, *arns).adoptions

    assert [each.resource_name for each in adoptions] == [f"lobby-{arn.rpartition('/')[2]}" for arn in arns]
    assert [each.arguments for each in adoptions] == [{"name": "lobby"}] * 2


@pytest.mark.parametrize("members", [{}, {"external": True}])
def test_a_name_that_the_stack_has_already_is_not_taken_again(
    account: Account, stack: Stack, members: dict[str, Any]
) -> None:
    arn = account.room("lobby")

    adoption = adopted(account, stack, arn, state=(resource("lobby", id="another", **members),))

    assert adoption.resource_name == f"lobby-{arn.rpartition('/')[2]}"


def test_a_given_name_wins_and_is_nobody_elses(account: Account, stack: Stack) -> None:
    hall, lobby = account.room("hall"), account.room("lobby")

    adoptions = planned(account, stack, hall, lobby, names={lobby: "hall"}).adoptions

    assert [each.resource_name for each in adoptions] == [f"hall-{hall.rpartition('/')[2]}", "hall"]
    assert adoptions[1].arguments == {"name": "lobby"}


@pytest.mark.parametrize("names", [("x", "x"), ("taken", "x")])
def test_a_given_name_that_another_has_is_refused(account: Account, stack: Stack, names: tuple[str, str]) -> None:
    arns = [account.room("hall"), account.room("lobby")]

    with pytest.raises(SettingsError, match=f"two resources of the name {names[0]} in the stack\nGive another name"):
        planned(account, stack, *arns, state=(resource("taken", id="z"),), names=dict(zip(arns, names, strict=True)))


def test_what_is_managed_here_is_omitted(account: Account, stack: Stack) -> None:
    arn = account.room("lobby")

    plan = planned(account, stack, arn, state=(resource("foyer", id=arn),))

    assert plan.adoptions == []
    assert [skipped.reason for skipped in plan.skipped] == ["is managed here already, as foyer"]


def test_a_room_that_only_has_a_tag_set_here_is_imported(account: Account, stack: Stack) -> None:
    arn = account.room("lobby")

    assert adopted(account, stack, arn, state=(resource("cost", "TagSet", id=arn),)).arn == arn


def test_what_has_another_stacks_owner_tag_is_omitted_unless_somebody_names_it(account: Account, stack: Stack) -> None:
    arns = [account.owned_room(name, f"chat/prod/{name}") for name in ("lobby", "hall")]

    plan = planned(account, stack, *arns, explicit=arns[1:])

    reason = "has the owner tag of the stack chat/prod; to import it all the same, name its ARN"
    assert [(skipped.arn, skipped.reason) for skipped in plan.skipped] == [(arns[0], reason)]
    [adoption] = plan.adoptions
    assert (adoption.arn, adoption.owner) == (arns[1], "chat/prod")
    assert adoption.changes == ("changes its owner tag from chat/prod/hall to chat/test/hall",)
    assert adoption.inputs["owner_tag"] == adoption.outputs["owner_tag"] == "chat/prod/hall"


def test_a_leftover_of_this_stack_is_imported_without_its_owner_tag_in_the_code(account: Account, stack: Stack) -> None:
    adoption = adopted(account, stack, account.owned_room("lobby"))

    assert (adoption.arguments, adoption.changes, adoption.owner) == ({}, (), "")
    assert adoption.inputs["owner_tag"] == "chat/test/lobby"


@pytest.mark.parametrize("tag_sets", [False, True])
def test_another_resource_name_than_the_owner_tags_is_a_change_of_the_next_up(
    account: Account,
    stack: Stack,
    tag_sets: bool,  # noqa: FBT001
) -> None:
    arn = account.owned_room("lobby", tags={"a": "b"})

    adoption = planned(account, stack, arn, names={arn: "hall"}, tag_sets=tag_sets).adoptions[0]

    assert adoption.changes == ("changes its owner tag from chat/test/lobby to chat/test/hall",)


def test_no_owner_tag_is_added_nor_changed_if_there_is_none_or_the_stack_has_none(
    account: Account, stack: Stack
) -> None:
    adoption = adopted(account, stack, account.room("lobby"))
    assert "owner_tag" not in adoption.inputs
    assert (adoption.changes, adoption.outputs["owner_tag"]) == ((), "")

    without = attrs.evolve(account, settings=attrs.evolve(account.settings, owner_tag=False))
    theirs = account.owned_room("hall", "chat/prod/hall")
    assert adopted(without, stack, theirs, explicit=[theirs]).changes == ()


def test_what_is_removed_meanwhile_is_omitted(account: Account, stack: Stack) -> None:
    arn = account.room("lobby")
    chosen = [accounts.with_arn(account.control_plane, arn)]
    account.service.client().delete_room(identifier=arn)

    plan = Importer(stack, account.settings, account.control_plane, exported()).plan(chosen)

    assert [(skipped.arn, skipped.reason) for skipped in plan.skipped] == [(arn, "is gone")]


def test_a_room_elsewhere_names_its_region(account: Account, stack: Stack) -> None:
    arn = account.service.client("eu-west-1").create_room(name="lobby")["arn"]

    assert adopted(account, stack, arn).arguments == {"region": "eu-west-1"}


def test_default_tags_of_the_stack_are_not_in_the_code_and_those_that_come_are_reported(
    account: Account, stack: Stack
) -> None:
    account = with_default_tags(account, {"team": "chat", "env": "prod", "cost": "1"})
    arn = account.room("lobby", tags={"team": "chat", "env": "test"})

    adoption = adopted(account, stack, arn)

    assert adoption.arguments == {"tags": {"env": "test"}}
    assert adoption.changes == ("gives it the stack's default tag cost",)


def test_tags_go_into_a_tag_set_if_that_is_asked_for(account: Account, stack: Stack) -> None:
    account = with_default_tags(account, {"env": "prod", "team": "chat"})
    arn = account.room("lobby", tags={"env": "test", "team": "chat", "a": "b"})

    room, tag_set = planned(account, stack, arn, tag_sets=True).adoptions

    assert (room.arguments, room.inputs["tags"]) == ({}, {"env": "test", "team": "chat"})
    assert room.changes == ("gives it the stack's default tag env",)
    assert (tag_set.type, tag_set.resource_name) == ("TagSet", "lobby-tags")
    assert tag_set.arguments == {"resource_arn": arn, "tags": {"a": "b"}}


def test_a_room_without_tags_gets_no_tag_set(account: Account, stack: Stack) -> None:
    assert len(planned(account, stack, account.room("lobby"), tag_sets=True).adoptions) == 1


def test_a_room_is_read_once_and_not_touched(account: Account, stack: Stack) -> None:
    arn = account.room("lobby", tags={"a": "b"})

    adopted(account, stack, arn)

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
    [adoption] = importer.plan(chosen, explicit=[arn]).adoptions

    assert skipped.reason == "is recorded in the stack chat/prod; to import it all the same, name its ARN"
    assert adoption.recorded_in == "chat/prod"
