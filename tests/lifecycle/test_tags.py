"""The owners of tags."""

from __future__ import annotations

import pytest

from pulumi_ivschat.lifecycle import tags
from pulumi_ivschat.lifecycle.tags import TagChange, tag_change
from pulumi_ivschat.model.owner_tag import OWNER_TAG
from pulumi_ivschat.model.validation import UNKNOWN


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
    ("live", "value", "own", "change"),
    [
        ({OWNER_TAG: "p/a/x"}, "p/b/x", {}, {OWNER_TAG: "p/b/x"}),
        ({OWNER_TAG: "p/a/x"}, "p/b/x", UNKNOWN, {OWNER_TAG: "p/b/x"}),
        ({OWNER_TAG: "p/b/x"}, "p/b/x", {}, {}),
        ({"a": "1"}, "p/b/x", {}, {}),
        ({OWNER_TAG: "p/a/x"}, None, {}, {}),
        ({OWNER_TAG: "mine"}, "p/b/x", {OWNER_TAG: "mine"}, {}),
    ],
)
def test_the_owner_tag_changes_if_there_is_another_one_that_the_program_does_not_declare(
    live: dict[str, str], value: str | None, own: object, change: dict[str, str]
) -> None:
    assert tags.owner_tag_change(live, value, own) == change


def test_a_key_that_is_added_is_not_removed_by_the_same_change() -> None:
    assert TagChange({"a": "1"}, ["b", "c"]).with_put({"b": "2"}) == TagChange({"a": "1", "b": "2"}, ["c"])


@pytest.mark.parametrize(
    ("own", "merged"),
    [
        (None, {"a": "default"}),
        ({"a": "own"}, {"a": "own"}),
        (UNKNOWN, UNKNOWN),
        ("wrong", "wrong"),
        ("", ""),
        ([], []),
        ({}, {"a": "default"}),
    ],
)
def test_default_tags_is_below_own_ones(own: object, merged: object) -> None:
    assert tags.merged({"a": "default"}, own) == merged


def test_fifty_tags_leave_no_place_for_the_owner_tag() -> None:
    fifty = {str(number): "" for number in range(50)}

    assert [failure.property for failure in tags.crowding(fifty)] == ["tags"]
    assert list(tags.crowding({**dict(list(fifty.items())[:49]), OWNER_TAG: "x"})) == []
    assert list(tags.crowding(dict(list(fifty.items())[:49]))) == []
    assert list(tags.crowding(UNKNOWN)) == []


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
def test_of_a_change_that_was_interrupted_those_tags_are_owned_to_which_it_came(
    live: dict[str, str], owned: dict[str, str]
) -> None:
    before = {"kept": "1", "new value": "1", "gone": "1"}
    after = {"kept": "1", "new value": "2", "new": "2"}

    assert tags.part_way(before, after, live) == owned
