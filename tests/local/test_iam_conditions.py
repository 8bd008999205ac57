"""Condition operators, as IAM's user guide has them: a table for each."""

from __future__ import annotations

from typing import Any

import pytest

from pulumi_ivschat.local import iam_conditions
from pulumi_ivschat.local.iam_conditions import like

TAG = "aws:ResourceTag/team"


def holds(element: dict[str, Any], **context: list[str]) -> bool:
    """Return whether a `Condition` holds where the resource's tag `team` and the request's tag keys are these."""
    known = {"aws:resourcetag/team": context.get("team", []), "aws:tagkeys": context.get("keys", [])}
    return all(condition.holds(known) for condition in iam_conditions.read(element, "Condition"))


@pytest.mark.parametrize(
    ("operator", "wanted", "matching", "other"),
    [
        ("StringEquals", "chat", "chat", "Chat"),
        ("StringEquals", "ch*", "ch*", "chat"),
        ("StringEquals", ["video", "chat"], "chat", "audio"),
        ("StringEqualsIgnoreCase", "Chat", "cHAT", "chats"),
        ("StringLike", "c?at*", "chatter", "cat"),
        ("StringLike", "[ch]at", "[ch]at", "cat"),
        ("ArnEquals", "arn:aws:iam::*:user/a*", "arn:aws:iam::000000000000:user/ann", "arn:aws:iam::1:role/ann"),
        ("ArnLike", "arn:aws:*:user/ann", "arn:aws:*:user/ann", "arn:aws:iam::000000000000:user/ann"),
        ("Bool", True, "TRUE", "false"),
        ("Bool", "false", "false", "neither"),
        ("NumericEquals", 10, "10.0", "11"),
        ("NumericEquals", "10", "10", "ten"),
        ("NumericEquals", "9007199254740993", "9007199254740993", "9007199254740992"),
        ("NumericEquals", 1e22, "1e22", "10"),
        ("NumericLessThan", 10, "9", "10"),
        ("NumericLessThan", 10, "-1", "-inf"),
        ("NumericGreaterThan", 0, "0.5", "Infinity"),
        ("NumericLessThan", 10, "01", "0_1"),
        ("NumericLessThan", 10, "+5", " 5 "),
        ("NumericLessThan", 10, "5", "\u0665"),
        ("NumericLessThan", 10, "5", "0x5"),
        ("NumericLessThan", 10, "5", "5."),
        ("NumericLessThan", 10, "5", ".5e99999"),
        ("NumericLessThan", 10, "-1e9", "-" + "9" * 400),
        ("NumericLessThanEquals", 10, "10", "10.1"),
        ("NumericGreaterThan", "10", "11", "9"),
        ("NumericGreaterThanEquals", "10", "10", "9"),
        ("DateEquals", "2026-01-31T08:00:00Z", "1769846400", "1769846401"),
        ("DateLessThan", "2026-01-31T08:00:00Z", "2026-01-31T07:59:59.999Z", "2026-01-31T08:00:00Z"),
        ("DateLessThanEquals", "2026-01-31", "2026-01-31", "9" * 400),
        ("DateGreaterThan", "1769846400", "2026-01-31T08:00:01Z", "2026-01-31T09:00:00+01:00"),
        ("DateGreaterThanEquals", "2026-01-31T08:00:00Z", "2026-01-31T08:00:00Z", "noon"),
        ("DateLessThan", "2026-01-31T08:00:00Z", "2026-01-31T07:59:59.9Z", "2026-W05"),
        ("DateLessThan", "2026-01-31T08:00:00Z", "2026-01-31T07:59Z", "2026-W01-1"),
        ("DateLessThan", "2026-01-31T08:00:00Z", "2026-01-30", "2026-01-30 08:00:00"),
        ("DateLessThan", "2026-01-31T08:00:00Z", "0001-01-01T00:00:00+14:00", "2026-13-01"),
        ("DateGreaterThan", "2026-01-31T08:00:00Z", "9999-12-31T23:59:59-14:00", "170000000000000"),
    ],
)
def test_an_operator_holds_where_a_value_is_as_wanted(operator: str, wanted: Any, matching: str, other: str) -> None:
    element = {operator: {TAG: wanted}}

    assert (holds(element, team=[matching]), holds(element, team=[other]), holds(element)) == (True, False, False)


@pytest.mark.parametrize(
    ("operator", "wanted", "matching", "other"),
    [
        ("StringNotEquals", ["video", "chat"], "audio", "chat"),
        ("StringNotEqualsIgnoreCase", "chat", "audio", "CHAT"),
        ("StringNotLike", "c*", "audio", "chat"),
        ("ArnNotEquals", "arn:aws:iam::*:user/ann", "arn:aws:iam::1:user/bob", "arn:aws:iam::1:user/ann"),
        ("ArnNotLike", "arn:aws:iam::*:user/a*", "arn:aws:iam::1:user/bob", "arn:aws:iam::1:user/ann"),
        ("NumericNotEquals", 10, "ten", "10"),
        ("DateNotEquals", "2026-01-31", "2026-02-01", "2026-01-31"),
    ],
)
def test_a_negated_operator_holds_where_no_value_is_as_wanted_or_there_is_none(
    operator: str, wanted: Any, matching: str, other: str
) -> None:
    element = {operator: {TAG: wanted}}

    assert (holds(element, team=[matching]), holds(element, team=[other]), holds(element)) == (True, False, True)


def test_if_exists_holds_where_the_key_is_absent() -> None:
    element = {"StringEqualsIfExists": {TAG: "chat"}}

    assert (holds(element, team=["chat"]), holds(element, team=["audio"]), holds(element)) == (True, False, True)


@pytest.mark.parametrize("absent", [True, "true"])
def test_null_shows_whether_a_key_is_absent(absent: Any) -> None:
    assert holds({"Null": {TAG: absent}})
    assert not holds({"Null": {TAG: absent}}, team=["chat"])
    assert holds({"Null": {TAG: "false"}}, team=["chat"])


@pytest.mark.parametrize(
    ("operator", "keys", "expected"),
    [
        ("ForAllValues:StringEquals", ["a", "b"], True),
        ("ForAllValues:StringEquals", ["a", "c"], False),
        ("ForAllValues:StringEquals", [], True),
        ("ForAllValues:StringNotEquals", ["c", "d"], True),
        ("ForAllValues:StringNotEquals", ["a", "c"], False),
        ("ForAnyValue:StringEquals", ["a", "c"], True),
        ("ForAnyValue:StringEquals", ["c"], False),
        ("ForAnyValue:StringEquals", [], False),
        ("ForAnyValue:StringNotEquals", ["a", "c"], True),
        ("ForAnyValue:StringNotEquals", ["a"], False),
        ("ForAnyValue:StringNotEquals", [], False),
        ("ForAnyValue:StringEqualsIfExists", [], True),
        ("ForAllValues:StringLikeIfExists", ["c"], False),
        ("StringEquals", ["c", "a"], True),
        ("StringNotEquals", ["c", "a"], False),
    ],
)
def test_an_operator_over_several_values(operator: str, keys: list[str], expected: bool) -> None:  # noqa: FBT001
    assert holds({operator: {"aws:TagKeys": ["a", "b"]}}, keys=keys) is expected


def test_all_operators_and_all_keys_must_hold() -> None:
    element = {"StringLike": {TAG: "c*", "aws:TagKeys": "a"}, "StringNotEquals": {TAG: "coffee"}}

    assert holds(element, team=["chat"], keys=["a"])
    assert not holds(element, team=["coffee"], keys=["a"])
    assert not holds(element, team=["chat"], keys=["b"])


def test_condition_keys_are_the_same_in_any_case() -> None:
    assert holds({"StringEquals": {"AWS:resourceTAG/Team": "chat"}}, team=["chat"])


@pytest.mark.parametrize(
    ("element", "says"),
    [
        ("x", "Condition must be an object of operators"),
        ({"StringEquals": "x"}, "Condition must be an object of operators"),
        ({"StringIs": {TAG: "x"}}, "Condition.StringIs: this operator is not known here; there are StringEquals, "),
        ({"ForSomeValues:StringEquals": {TAG: "x"}}, "this operator is not known here"),
        ({":StringEquals": {TAG: "x"}}, "this operator is not known here"),
        ({"ForAllValues:Null": {TAG: "true"}}, "this operator is not known here"),
        ({"IpAddress": {"aws:SourceIp": "127.0.0.1"}}, "the condition key aws:SourceIp is not known here; there are"),
        ({"StringEquals": {"ivschat:Room": "x"}}, "the condition key ivschat:Room is not known here"),
        ({"StringEquals": {TAG: {"a": 1}}}, "a value must be a text, a number, true or false, not {'a': 1}"),
        ({"StringEquals": {TAG: None}}, "a value must be a text, a number, true or false, not None"),
        ({"StringEquals": {TAG: "${aws:username}"}}, "policy variables are not known here"),
        ({"NumericEquals": {TAG: "ten"}}, "Condition.NumericEquals: 'ten' is not a number"),
        *[
            ({"NumericEquals": {TAG: text}}, "is not a number")
            for text in ("-inf", "nan", "0_1", " 5 ", "5\n", "\u0665", "", "0x1", "1e9999", "9" * 400, True)
        ],
        *[
            ({"DateEquals": {TAG: text}}, "is not a time")
            for text in (" 5 ", "1_0", "-1", "\u0665", "2026-031", "2026-01-31 08:00:00", "1e9", "9" * 400)
        ],
        ({"DateEquals": {TAG: "2026-02-30"}}, "Condition.DateEquals: "),
        ({"DateLessThan": {TAG: "noon"}}, "Condition.DateLessThan: "),
        ({"Bool": {TAG: "maybe"}}, "'maybe' is neither true nor false"),
        ({"Null": {TAG: "maybe"}}, "'maybe' is neither true nor false"),
    ],
)
def test_what_is_not_known_is_refused(element: Any, says: str) -> None:
    with pytest.raises(ValueError, match="Condition") as raised:
        iam_conditions.read(element, "Condition")

    assert says in str(raised.value)


def test_a_pattern_with_many_stars_is_quick() -> None:
    assert not like("a" * 256, "*a" * 60 + "b")
