"""What a preview knows."""

from __future__ import annotations

from typing import Any

from pulumi_ivschat.model.owner_tag import OWNER_TAG
from pulumi_ivschat.model.validation import UNKNOWN
from pulumi_ivschat.plugin import previews

NAMES = ("arn", "name", "tags", "tags_all", "owner_tag", "update_time", "message_review_handler")
STATE: dict[str, Any] = {
    "arn": "arn",
    "name": "lobby",
    "tags": {"a": "1"},
    "tags_all": {"a": "1", "theirs": "2", OWNER_TAG: "p/s/lobby"},
    "owner_tag": "p/s/lobby",
    "update_time": "2026-01-31T08:00:00.123Z",
}


def test_a_create_leaves_what_is_declared_and_the_rest_is_unknown() -> None:
    state = previews.created({"name": "lobby", "tags": {"a": "1"}, "owner_tag": "p/s/lobby"}, NAMES)

    assert (state["arn"], state["update_time"]) == (UNKNOWN, UNKNOWN)
    assert state["tags_all"] == {"a": "1", OWNER_TAG: "p/s/lobby"}
    assert "message_review_handler" not in state


def test_all_tags_of_a_resource_that_a_tag_set_tags_are_unknown() -> None:
    state = previews.created({"resource_arn": UNKNOWN, "tags": {"a": "1"}}, ("resource_arn", "tags", "tags_all"))

    assert state == {"resource_arn": UNKNOWN, "tags": {"a": "1"}, "tags_all": UNKNOWN}


def test_an_update_of_tags_changes_no_time_and_keeps_other_peoples_tags() -> None:
    state = previews.updated(STATE, {"name": "lobby", "tags": {"b": "1"}, "owner_tag": "p/s/lobby"}, ["tags"])

    assert state["tags_all"] == {"b": "1", "theirs": "2", OWNER_TAG: "p/s/lobby"}
    assert state["update_time"] == STATE["update_time"]


def test_an_update_of_a_setting_changes_the_time() -> None:
    inputs = {"name": "hall", "tags": {"a": "1"}, "owner_tag": "p/s/lobby"}

    assert previews.updated(STATE, inputs, ["name"])["update_time"] is UNKNOWN


def test_a_renamed_resource_gets_its_new_owner_tag() -> None:
    state = previews.updated(STATE, {"name": "lobby", "tags": {"a": "1"}, "owner_tag": "p/s/hall"}, [])

    assert (state["owner_tag"], state["tags_all"][OWNER_TAG]) == ("p/s/hall", "p/s/hall")


def test_unknown_tags_leave_all_tags_unknown() -> None:
    state = previews.updated(STATE, {"name": "lobby", "tags": UNKNOWN, "owner_tag": "p/s/lobby"}, ["tags"])

    assert (state["tags_all"], state["owner_tag"]) == (UNKNOWN, "p/s/lobby")
