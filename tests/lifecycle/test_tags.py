"""Who owns which tag."""

from __future__ import annotations

import pytest

from pulumi_ivschat.errors import SettingsError
from pulumi_ivschat.lifecycle import tags
from pulumi_ivschat.lifecycle.tags import OWNER_TAG, TagChange, tag_change
from pulumi_ivschat.service_model import UNKNOWN, failures, shape


def test_the_owner_tag_names_project_stack_and_resource() -> None:
    assert tags.owner_tag("chat", "prod", "lobby") == "chat/prod/lobby"


@pytest.mark.parametrize("name", ["lobby#1", "*", "x" * 300, "größe 😀", "a\nb"])
def test_the_owner_tags_value_is_one_that_aws_takes(name: str) -> None:
    assert list(failures(shape("TagValue"), tags.owner_tag("chat", "prod", name))) == []


def test_others_are_neither_declared_nor_ours_nor_awss() -> None:
    live = {"mine": "1", "theirs": "2", OWNER_TAG: "x", "aws:cloudformation:stack-id": "y"}

    assert tags.others(live, ["mine"]) == {"theirs": "2"}
    assert tags.owned(live, ["mine", "absent"]) == {"mine": "1"}


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        ({}, {}, TagChange({}, [])),
        ({"a": "1"}, {"a": "1"}, TagChange({}, [])),
        ({}, {"a": ""}, TagChange({"a": ""}, [])),
        ({"a": "1", "b": "1", "c": "1"}, {"b": "2", "c": "1"}, TagChange({"b": "2"}, ["a"])),
    ],
)
def test_a_change_sets_what_differs_and_removes_what_went(
    before: dict[str, str], after: dict[str, str], change: TagChange
) -> None:
    assert tag_change(before, after) == change
    assert change.applied({**before, "theirs": "1"}) == {**after, "theirs": "1"}


@pytest.mark.parametrize(
    ("own", "merged"),
    [
        (None, {"a": "default"}),
        ({"a": "own"}, {"a": "own"}),
        (UNKNOWN, UNKNOWN),
        ("wrong", "wrong"),
        ({}, {"a": "default"}),
    ],
)
def test_default_tags_stand_below_own_ones(own: object, merged: object) -> None:
    assert tags.merged({"a": "default"}, own) == merged


def test_fifty_tags_leave_no_place_for_the_owner_tag() -> None:
    fifty = {str(number): "" for number in range(50)}

    assert [failure.property for failure in tags.crowding(fifty)] == ["tags"]
    assert list(tags.crowding({**dict(list(fifty.items())[:49]), OWNER_TAG: "x"})) == []
    assert list(tags.crowding(dict(list(fifty.items())[:49]))) == []
    assert list(tags.crowding(UNKNOWN)) == []


def test_a_region_is_read_from_an_arn_only() -> None:
    assert tags.region_of("arn:aws:ivschat:eu-west-1:000000000000:room/abcdefghijkl") == "eu-west-1"
    with pytest.raises(
        SettingsError, match=r'id is not the ARN of a room or a logging configuration .*; it is "lobby"'
    ):
        tags.region_of("lobby")


@pytest.mark.parametrize(
    ("owner", "stack"),
    [
        ("chat/prod/lobby", "chat/prod"),
        ("chat/prod/group/lobby", "chat/prod"),
        ("chat/prod/", "chat/prod"),
        ("chat/prod", ""),
        ("somebody", ""),
        ("", ""),
        (None, ""),
    ],
)
def test_an_owner_tag_tells_the_stack(owner: str | None, stack: str) -> None:
    assert tags.stack_of(owner) == stack


@pytest.mark.parametrize(
    ("live", "owned"),
    [
        ({"kept": "1", "new value": "1", "gone": "1"}, {"kept": "1", "new value": "1", "gone": "1"}),
        (
            {"kept": "1", "new value": "2", "new": "2", "gone": "1"},
            {"kept": "1", "new value": "2", "new": "2", "gone": "1"},
        ),
        ({"kept": "1", "new value": "2", "new": "2"}, {"kept": "1", "new value": "2", "new": "2"}),
        ({"new": "theirs", "other": "theirs", "gone": "1"}, {"kept": "1", "new value": "1", "gone": "1"}),
    ],
)
def test_of_a_change_that_died_those_tags_are_owned_to_which_it_came(
    live: dict[str, str], owned: dict[str, str]
) -> None:
    before = {"kept": "1", "new value": "1", "gone": "1"}
    after = {"kept": "1", "new value": "2", "new": "2"}

    assert tags.part_way(before, after, live) == owned
