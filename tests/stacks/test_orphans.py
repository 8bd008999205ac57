"""Which resources of an account are this stack's leftovers, and which only look like it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from pulumi_ivschat.errors import ResourceNotFound, SettingsError
from pulumi_ivschat.model.owner_tag import OWNER_TAG
from pulumi_ivschat.stacks.engine import Update
from pulumi_ivschat.stacks.orphans import Orphans, Search
from pulumi_ivschat.stacks.providers import OWN, Access
from tests.conftest import REGION
from tests.stacks.conftest import Account, Resource, native, provider, resource, urn
from tests.stacks.test_recovery import FAILED, LONG_AGO, NOW, SUCCEEDED, RecordedStack, creating, stack_with

LATER = NOW + timedelta(hours=2)
ENDED_LATER = Update("update", LONG_AGO, LATER, "succeeded")
"""An update that was under way when everything of these tests was created."""


def found(account: Account, stack: RecordedStack, *named: str) -> Orphans:
    access = Access(account.settings, account.control_plane)
    return Search(stack, {OWN: access}, stack.deployment(), named).find([(access, REGION)])


def leftovers(account: Account, stack: RecordedStack, *named: str) -> dict[str, tuple[str, str]]:
    """Return the leftovers: the URN whose place each takes, and what the state has instead."""
    return {
        each.found.arn: (each.pending.urn if each.pending else "", each.instead)
        for each in found(account, stack, *named).leftovers
    }


def recorded_since(account: Account, name: str, **inputs: Any) -> Resource:
    """Return a resource that was created a moment after everything else."""
    return {**account.recorded(name, **inputs), "created": f"{LATER:%Y-%m-%dT%H:%M:%SZ}"}


def test_the_owner_tag_alone_is_a_doubt(account: Account) -> None:
    arn = account.owned_room("lobby")

    orphans = found(account, stack_with(updates=[SUCCEEDED]))

    assert orphans.leftovers == []
    [doubt] = orphans.doubts
    assert (doubt.found.arn, doubt.pending, doubt.stack) == (arn, None, "")
    assert "no interrupted update is known of that time" in doubt.reason


def test_what_an_update_that_succeeded_has_created_is_a_doubt_also_if_a_create_is_pending(account: Account) -> None:
    """Retained, or removed from the state; then it was declared again, and that `up` was interrupted before it created anything."""
    arn = account.owned_room("lobby")
    stack = stack_with(pending={"creating": creating("lobby")}, updates=[ENDED_LATER])

    [doubt] = found(account, stack).doubts

    assert doubt.found.arn == arn
    assert doubt.pending
    assert doubt.pending.urn == urn("lobby")


def test_what_is_older_than_the_stack_is_a_doubt(account: Account) -> None:
    account.owned_room("lobby")
    stack = stack_with(pending={"creating": creating("lobby")}, updates=[])
    stack.states[-1]["deployment"]["resources"][0] = {
        "type": "pulumi:pulumi:Stack",
        "created": f"{LATER:%Y-%m-%dT%H:%M:%SZ}",
    }

    orphans = found(account, stack)

    assert orphans.leftovers == []
    assert "before what this stack may have lost" in orphans.doubts[0].reason


@pytest.mark.parametrize("named", [True, False])
def test_what_another_stack_records_is_that_stacks(account: Account, named: bool) -> None:  # noqa: FBT001
    arn = account.owned_room("lobby")
    stack = stack_with(pending={"creating": creating("lobby")}, recorded_by_others={arn: ""})

    if named:
        with pytest.raises(SettingsError, match="is recorded in the stack chat/prod"):
            found(account, stack, arn)
        return
    orphans = found(account, stack)
    assert orphans.leftovers == []
    assert (orphans.doubts[0].reason, orphans.doubts[0].stack) == ("recorded in chat/prod", "chat/prod")


def test_after_a_rename_pending_creates_find_what_has_the_former_owner_tag(account: Account) -> None:
    arn = account.owned_room("lobby", "chat/former/lobby")
    account.owned_room("hall", "chat/former/hall")
    pending = creating("lobby", owner_tag="chat/former/lobby")

    assert leftovers(account, stack_with(pending={"creating": pending})) == {arn: (urn("lobby"), "")}


def test_after_a_rename_a_pending_native_create_finds_the_owner_tag_of_the_stack_that_recorded_resources_show(
    account: Account,
) -> None:
    """A native resource has its owner tag from its URN, which the rename has changed in pending creates as well."""
    arn = account.owned_room("lobby", "chat/former/lobby")
    account.owned_room("hall", "chat/former/hall")
    account.owned_room("lobby", "chat/stranger/lobby")
    recorded = native(resource("yard", id=f"{arn[:-12]}abcdefghijkl", outputs={"owner_tag": "chat/former/yard"}))
    pending = native(creating("lobby"))
    stack = stack_with({**provider("default_1_0_0"), "parent": ""}, recorded, pending={"creating": pending})

    assert leftovers(account, stack) == {arn: (pending["urn"], "")}


def test_what_was_created_again_since_takes_no_place_of_what_the_state_has(account: Account) -> None:
    left = account.owned_room("lobby")
    again = recorded_since(account, "lobby")
    stack = stack_with(again, pending={"creating": creating("lobby")}, updates=[])

    assert leftovers(account, stack) == {left: ("", again["id"])}


def test_what_was_to_replace_something_takes_no_place_of_it_while_it_lives(account: Account) -> None:
    old = {**account.recorded("lobby"), "created": f"{LONG_AGO:%Y-%m-%dT%H:%M:%SZ}"}
    left = account.owned_room("lobby")
    stack = stack_with(old, pending={"creating": creating("lobby")}, updates=[SUCCEEDED])

    assert leftovers(account, stack) == {left: ("", old["id"])}


@pytest.mark.parametrize("mark", ["pendingReplacement", "delete"])
def test_what_is_deleted_already_or_to_be_deleted_leaves_its_place(account: Account, mark: str) -> None:
    old = {**account.recorded("lobby"), mark: True}
    left = account.owned_room("lobby")

    assert leftovers(account, stack_with(old, pending={"creating": creating("lobby")})) == {left: (urn("lobby"), "")}


def test_two_creates_of_a_urn_that_was_interrupted_one_after_the_other_have_one_place(account: Account) -> None:
    older, newer = account.owned_room("lobby"), account.owned_room("lobby")
    twice = {"creating 1": creating("lobby"), "creating 2": creating("lobby")}

    assert leftovers(account, stack_with(pending=twice)) == {newer: (urn("lobby"), ""), older: ("", "")}


def test_of_two_resources_of_a_name_the_one_that_the_state_lacks_gets_the_leftover(account: Account) -> None:
    other = {**creating("lobby"), "urn": urn("lobby", parents="app:index:Group$")}
    again = recorded_since(account, "lobby")
    arn = account.owned_room("lobby")
    stack = stack_with(again, pending={"creating 1": creating("lobby"), "creating 2": other}, updates=[])

    assert leftovers(account, stack) == {arn: (other["urn"], "")}


def test_a_named_arn_needs_no_evidence_and_takes_the_place_of_its_pending_create(account: Account) -> None:
    lobby, by_hand = account.owned_room("lobby"), account.room("by-hand")
    stack = stack_with(pending={"creating": creating("lobby")}, updates=[ENDED_LATER])

    assert leftovers(account, stack, by_hand, lobby, lobby) == {by_hand: ("", ""), lobby: (urn("lobby"), "")}


def test_a_named_arn_that_the_state_has_or_that_is_gone_or_none_is_an_error(account: Account) -> None:
    room = account.recorded("lobby")
    gone = account.room("gone")
    account.service.client().delete_room(identifier=gone)

    with pytest.raises(SettingsError, match="is recorded in this stack"):
        found(account, stack_with(room), room["id"])
    with pytest.raises(ResourceNotFound):
        found(account, stack_with(), gone)
    with pytest.raises(SettingsError):
        found(account, stack_with(), "lobby")


def test_other_stacks_and_the_history_are_asked_once_and_only_for_candidates(account: Account) -> None:
    asked: list[str] = []

    class Counted(RecordedStack):
        def history(self) -> Any:
            asked.append("history")
            return [FAILED], True

        def others(self) -> Any:
            asked.append("others")
            return []

    recorded = stack_with(account.recorded("lobby"))
    stack = Counted(recorded.directory, "chat", "test", recorded.states)
    access = Access(account.settings, account.control_plane)
    search = Search(stack, {OWN: access}, stack.deployment())
    account.room("x", tags={OWNER_TAG: "chat/prod/x"})

    search.find([(access, REGION)])
    assert asked == []
    account.owned_room("lobby")
    search.find([(access, REGION)])
    search.find([(access, REGION)])
    assert asked == ["others", "history"]
