"""Values that break the service model are reported, all at once and without the value."""

from __future__ import annotations

from typing import Any

import botocore.session
import pytest

from pulumi_ivschat.model.service_model import Shape, operations, shape
from pulumi_ivschat.model.validation import API_NAMES, UNKNOWN, failures, is_of_type

CREATE_ROOM = operations()["CreateRoom"].input
SHAPES: Any = botocore.session.get_session().get_service_model("ivschat").shape_names


def reasons(inner: Shape, value: object) -> list[str]:
    return [failure.reason for failure in failures(inner, value)]


@pytest.mark.parametrize("value", [1, 500, 200.0, UNKNOWN, None])
def test_a_length_within_limits_passes(value: object) -> None:
    assert reasons(CREATE_ROOM, {"maximum_message_length": value}) == []


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (0, "must be at least 1"),
        (501.0, "must be at most 500"),
        (1.5, "must be a whole number"),
        (float("nan"), "must be a whole number"),
        (float("inf"), "must be a whole number"),
        ("10", "must be a whole number, not a string"),
        (True, "must be a whole number, not a boolean"),
        ([1], "must be a whole number, not a list"),
    ],
)
def test_a_length_outside_limits_or_of_another_type_is_reported(value: object, reason: str) -> None:
    [found] = failures(CREATE_ROOM, {"maximum_message_length": value})

    assert (found.property, found.reason) == ("maximum_message_length", reason)


def test_what_is_only_too_large_is_marked_so() -> None:
    sizes = {"a": "x" * 1024}

    assert [found.too_large for found in failures(CREATE_ROOM, {"maximum_message_length": 501})] == [True]
    assert [found.too_large for found in failures(CREATE_ROOM, {"maximum_message_length": 0})] == [False]
    assert [found.too_large for found in failures(shape("EventAttributes"), sizes)] == [True]


@pytest.mark.parametrize("name", ["", "a", "A-b_9", "x" * 128])
def test_a_name_in_aws_form_passes(name: str) -> None:
    assert reasons(shape("RoomName"), name) == []


@pytest.mark.parametrize("name", ["a b", "ä", "a\n", "x" * 129, "a.b"])
def test_a_name_is_matched_as_a_whole(name: str) -> None:
    assert len(reasons(shape("RoomName"), name)) == 1


def test_length_counts_code_points() -> None:
    assert reasons(shape("EventName"), "😀" * 100) == []
    assert reasons(shape("EventName"), "😀" * 101) == ["must be at most 100 characters, not 101"]


@pytest.mark.parametrize("uri", ["", "arn:aws:lambda:us-west-2:123456789012:function:review:live"])
def test_a_handler_uri_may_be_empty_or_qualified(uri: str) -> None:
    assert reasons(shape("LambdaArn"), uri) == []


@pytest.mark.parametrize(
    "uri", ["review", "arn:aws:lambda:us-west-2:1:function:x", "arn:aws:sns:us-west-2:123456789012:x"]
)
def test_a_handler_uri_is_a_functions_arn(uri: str) -> None:
    assert len(reasons(shape("LambdaArn"), uri)) == 1


def test_everything_wrong_is_reported_at_once_at_its_property() -> None:
    wrong = {
        "name": "a b",
        "maximum_message_length": 501,
        "message_review_handler": {"uri": "x", "fallback_result": "MAYBE"},
        "logging_configuration_identifiers": ["x"] * 4,
        "tags": {"aws:x": "1", "ok": 3, "a.b": "x" * 257},
        "maximum_msg": 1,
    }

    assert [failure.property for failure in failures(CREATE_ROOM, wrong)] == [
        "name",
        "maximum_message_length",
        "message_review_handler.uri",
        "message_review_handler.fallback_result",
        "logging_configuration_identifiers",
        *(f"logging_configuration_identifiers[{index}]" for index in range(4)),
        'tags["aws:x"] (the key)',
        "tags.ok",
        'tags["a.b"]',
        "maximum_msg",
    ]


def test_an_unknown_property_is_reported_with_the_one_that_was_meant() -> None:
    assert reasons(CREATE_ROOM, {"maximum_msg": 1}) == ["is not a property here; did you mean maximum_message_length?"]


@pytest.mark.parametrize("value", [UNKNOWN, {"uri": UNKNOWN}, {"uri": UNKNOWN, "fallback_result": UNKNOWN}])
def test_unknown_values_pass_at_every_depth(value: object) -> None:
    assert reasons(CREATE_ROOM, {"message_review_handler": value, "tags": {"a": UNKNOWN}, "name": UNKNOWN}) == []


@pytest.mark.parametrize("key", ["team", "a b", "kosten:stelle", "größe", "_.:/=+-@", "x" * 128])
def test_a_tag_key_in_awss_characters_passes(key: str) -> None:
    assert reasons(shape("Tags"), {key: ""}) == []


@pytest.mark.parametrize("key", ["", "aws:x", "AWS:x", "x" * 129, "a#b", "a\n"])
def test_a_tag_key_outside_awss_rules_is_reported(key: str) -> None:
    assert len(reasons(shape("Tags"), {key: ""})) == 1


def test_a_map_holds_no_more_than_its_maximum() -> None:
    assert reasons(shape("Tags"), {str(number): "" for number in range(50)}) == []
    assert reasons(shape("Tags"), {str(number): "" for number in range(51)}) == ["must be at most 50 entries, not 51"]


@pytest.mark.parametrize("kind", ["room", "logging-configuration"])
def test_arns_that_exist_match_in_spite_of_the_published_pattern(kind: str) -> None:
    assert reasons(shape("ResourceArn"), f"arn:aws:ivschat:us-west-2:123456789012:{kind}/g1H2I3j4k5L6") == []


def test_a_union_has_exactly_one_member() -> None:
    s3, firehose = {"bucket_name": "logs-of-chat"}, {"delivery_stream_name": "chat"}
    problem = "must have exactly one of s3, cloud_watch_logs, firehose"

    assert reasons(shape("DestinationConfiguration"), {"s3": s3, "firehose": None}) == []
    assert [problem] == reasons(shape("DestinationConfiguration"), {"s3": s3, "firehose": firehose})
    assert [problem] == reasons(shape("DestinationConfiguration"), {})


@pytest.mark.parametrize("value", ["4711 <canary>", "4711" * 200, 4711, 4711.5, ["4711"], {"k": "4711"}, True, None])
def test_no_reason_repeats_a_value(value: Any) -> None:
    given = [(shape(name), each) for name in SHAPES for each in (value, [value], {"k": value})]
    found = [reason for inner, each in given for reason in reasons(inner, each)]

    assert found
    assert not [reason for reason in found if "4711" in reason or "canary" in reason]


def test_a_choice_in_small_letters_is_reported_with_capitals() -> None:
    assert reasons(shape("FallbackResult"), "deny") == ["must be ALLOW or DENY, in capitals"]
    assert reasons(shape("FallbackResult"), "maybe") == ["must be ALLOW or DENY"]


def test_a_destination_in_another_tools_spelling_is_reported_once() -> None:
    shown = "is not a property here; did you mean cloud_watch_logs?"

    assert reasons(shape("DestinationConfiguration"), {"cloudwatch_logs": {"log_group_name": "/chat"}}) == [shown]


def test_members_are_named_as_the_author_writes_them() -> None:
    [failure] = failures(CREATE_ROOM, {"maximumMessageLength": 501}, names=API_NAMES)

    assert failure.property == "maximumMessageLength"


@pytest.mark.parametrize(
    ("values", "one"),
    [
        ({"s3": {"bucketName": "logs"}, "firehose": None}, True),
        ({"s3": UNKNOWN}, True),
        ({"s3": UNKNOWN, "firehose": UNKNOWN}, True),
        ({"s3": {"bucketName": "logs"}, "firehose": UNKNOWN}, True),
        ({}, False),
        ({"s3": None}, False),
        ({"s3": {"bucketName": "logs"}, "firehose": {"deliveryStreamName": "logs"}, "cloudWatchLogs": UNKNOWN}, False),
    ],
)
def test_a_union_has_exactly_one_member_or_may_turn_out_to(values: dict[str, Any], one: bool) -> None:  # noqa: FBT001
    found = list(failures(shape("DestinationConfiguration"), values, names=API_NAMES))

    assert bool(found) is not one


@pytest.mark.parametrize(
    ("value", "fits"),
    [
        ({"maximum_message_length": 5000.0, "name": "ä" * 200, "tags": UNKNOWN}, True),
        ({"message_review_handler": {"uri": None, "more": 1}}, True),
        ({"message_review_handler": {"fallback_result": False}}, False),
        ({"logging_configuration_identifiers": ["x", 1.0]}, False),
        ({"tags": {"a": None}}, False),
    ],
)
def test_a_type_is_that_of_a_value_and_of_all_in_it_without_limits(value: object, fits: bool) -> None:  # noqa: FBT001
    assert is_of_type(CREATE_ROOM, value) is fits
