"""What an interrupted update has done to tags; test_recovery.py has what becomes of it."""

from __future__ import annotations

import pytest

from pulumi_ivschat.lifecycle.tag_set import TagSetLife
from pulumi_ivschat.stacks import state
from pulumi_ivschat.stacks.tag_leftovers import tag_leftovers, tag_updates
from tests.stacks.conftest import Account, exported, resource


@pytest.fixture
def life(account: Account) -> TagSetLife:
    return TagSetLife(account.settings, account.control_plane)


def test_a_tag_set_has_come_to_its_keys_that_no_other_resource_has(account: Account, life: TagSetLife) -> None:
    arn = account.room(tags={"a": "1", "b": "1", "theirs": "1"})
    recorded = account.recorded("old", "TagSet", resource_arn=arn, tags={"a": "1"})
    inputs = {"resource_arn": arn, "tags": {"a": "1", "b": "1", "c": "1"}, "overwrite": False, "exclusive": False}
    seen = exported(recorded, pending={"creating": resource("new", "TagSet", inputs=inputs)})

    [leftover] = tag_leftovers(seen, state.pending(seen), life)

    assert (leftover.arn, leftover.state["tags"]) == (arn, {"b": "1"})


def test_an_update_of_a_state_that_has_lost_its_tags_has_come_to_the_keys_that_are_there(
    account: Account, life: TagSetLife
) -> None:
    room = account.recorded("lobby", tags={"a": "1"})
    del room["outputs"]["tags"]
    seen = exported(room, pending={"updating": room})

    [changed] = tag_updates(seen, state.pending(seen), life)

    assert changed.keys == ["a"]


def test_an_update_has_come_to_the_keys_whose_value_is_there(account: Account, life: TagSetLife) -> None:
    room = account.recorded("lobby", tags={"a": "1", "b": "1"})
    update = {**room, "inputs": {**room["inputs"], "tags": {"a": "2", "b": "2"}}}
    account.service.client().tag_resource(resourceArn=room["id"], tags={"a": "2"})
    seen = exported(room, pending={"updating 1": update, "updating 2": resource("gone", inputs={"tags": {}})})

    [changed] = tag_updates(seen, state.pending(seen), life)

    assert (changed.arn, changed.keys, changed.state["tags"]) == (room["id"], ["a"], {"a": "2", "b": "1"})
