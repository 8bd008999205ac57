"""ARNs: what a value looks like that is not the ARN it should be, without showing it."""

from __future__ import annotations

from typing import Any

import pytest

from pulumi_ivschat.errors import SettingsError
from pulumi_ivschat.model import arns
from pulumi_ivschat.model.arns import FunctionArn, misplaced_function
from pulumi_ivschat.model.service_model import operations, shape
from pulumi_ivschat.model.validation import UNKNOWN

ROOM = "arn:aws:ivschat:us-west-2:000000000000:room/abcdefghijkl"
LOGS = "arn:aws:ivschat:us-west-2:000000000000:logging-configuration/abcdefghijkl"
FUNCTION = "arn:aws:lambda:us-west-2:000000000000:function:review"


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("abcdefghijkl", "a room id"),
        ("lobby", "a room name"),
        ("lobby_of-the_house", "a room name"),
        (LOGS, "a logging configuration ARN"),
        (FUNCTION, "a Lambda function ARN"),
        (FUNCTION[:-7], "an incomplete Lambda ARN"),
        ("arn:aws:ivs:us-west-2:000000000000:channel/abcdefghijkl", "an IVS channel ARN"),
        ("arn:aws:ivs:us-west-2:000000000000:stage/abcdefghijkl", "an IVS stage ARN"),
        ("arn:aws:ivschat:us-west-2:000000000000:room/", "an incomplete ARN of IVS Chat"),
        ("arn:aws-cn:ivschat:cn-north-1:000000000000:room/abcdefghijkl", "an ARN of another AWS partition"),
        ("arn:aws:s3:::bucket", "an ARN of another service"),
        (f"{ROOM}\n", "an ARN with white space around it"),
        (ROOM.replace("0", "\N{ARABIC-INDIC DIGIT ZERO}"), "an incomplete ARN of IVS Chat"),
        ("wss://edge.ivschat.us-west-2.amazonaws.com", "a URL"),
        ("Calling __str__ on an Output[T] is not supported.\n", "a Pulumi output that was converted to a string"),
    ],
)
def test_a_value_that_is_not_a_room_arn_is_named_by_its_kind(value: str, kind: str) -> None:
    assert arns.fault("RoomIdentifier", value) == (
        f"is not a room ARN (it looks like {kind}); it must be in the form arn:aws:ivschat:REGION:ACCOUNT:room/ID"
    )


def test_a_value_of_no_known_kind_is_not_guessed() -> None:
    assert arns.fault("RoomArn", "4/x--AQIC.token").startswith("is not a room ARN; it must be")  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("wanted", "value", "shown"),
    [
        ("LoggingConfigurationIdentifier", "abcdefghijkl", "a logging configuration ARN (it looks like a logging conf"),
        ("LoggingConfigurationIdentifier", ROOM, "is not a logging configuration ARN (it looks like a room ARN)"),
        ("ResourceArn", "abcdefghijkl", "is not the ARN of a room or a logging configuration (it looks like an id)"),
        ("LambdaArn", "review", "is not a Lambda function ARN (it looks like a function name)"),
        ("LambdaArn", ROOM, "is not a Lambda function ARN (it looks like a room ARN)"),
    ],
)
def test_each_arn_of_the_service_model_has_its_own_words(wanted: str, value: str, shown: str) -> None:
    assert shown in str(arns.fault(wanted, value))


def test_every_shape_of_the_service_model_that_is_an_arn_is_known() -> None:
    named = ["RoomArn", "RoomIdentifier", "LoggingConfigurationArn", "LoggingConfigurationIdentifier", "ResourceArn"]
    for name in [*named, "LambdaArn"]:
        pattern = shape(name).pattern
        assert pattern is not None
        assert "arn:aws" in pattern.pattern
        assert arns.fault(name, "x") is not None
    assert arns.fault("RoomName", "a b") is None


@pytest.mark.parametrize(("arn", "name"), [(ROOM, "Room"), (LOGS, "LoggingConfiguration")])
def test_an_arn_is_read_by_region_account_and_type(arn: str, name: str) -> None:
    assert (arns.region_of(arn), arns.account_of(arn), arns.type_of(arn)) == ("us-west-2", "000000000000", name)


@pytest.mark.parametrize("value", ["lobby", "", FUNCTION, ROOM.replace("room", "hall"), f"{ROOM}\n"])
def test_a_value_that_is_not_the_arn_of_a_resource_has_no_region_and_no_type(value: str) -> None:
    with pytest.raises(SettingsError, match="id is not the ARN of a room or a logging configuration"):
        arns.region_of(value)
    with pytest.raises(SettingsError):
        arns.type_of(value)


@pytest.mark.parametrize("value", [LOGS, "abcdefghijkl"])
def test_a_value_that_is_not_the_arn_of_the_wanted_type_has_no_region(value: str) -> None:
    with pytest.raises(
        SettingsError, match=r"id is not a room ARN \(it looks like a (logging configuration ARN|room id)\)"
    ):
        arns.region_of(value, "Room")


def test_each_resource_type_with_an_arn_has_operations_of_its_name() -> None:
    created = {name.removeprefix("Create") for name in operations() if name.startswith("Create")}
    assert created - {"ChatToken"} == arns.RESOURCES.keys()
    for name in arns.RESOURCES:
        assert {f"Get{name}", f"Update{name}", f"Delete{name}", f"List{name}s"} <= operations().keys()


def test_a_room_id_is_distinguished_from_a_name() -> None:
    assert arns.is_id("abcdefghijkl")
    assert not arns.is_id("lobby")


REVIEW = "arn:aws:lambda:us-west-2:111111111111:function:review"


@pytest.mark.parametrize(("suffix", "qualifier"), [("", None), (":7", "7"), (":live", "live"), (":$LATEST", "$LATEST")])
def test_an_arn_is_read_with_and_without_version_or_alias(suffix: str, qualifier: str | None) -> None:
    assert FunctionArn.parse(REVIEW + suffix) == FunctionArn("us-west-2", "111111111111", "review", qualifier)


@pytest.mark.parametrize("arn", ["", None, UNKNOWN, 7, "review", REVIEW[:-7], "arn:aws:lambda:us-west-2:1:function:x"])
def test_anything_else_is_not_a_functions_arn(arn: Any) -> None:
    assert FunctionArn.parse(arn) is None


@pytest.mark.parametrize("arn", [REVIEW, f"{REVIEW}:live", REVIEW.replace(":aws:", ":aws-cn:")])
def test_a_function_must_be_in_the_rooms_region_and_account(arn: str) -> None:
    assert misplaced_function(arn, "us-west-2", "111111111111") is None
    assert (
        misplaced_function(arn, "eu-west-1")
        == "must be a Lambda function in the room's region eu-west-1, not in us-west-2"
    )
    assert misplaced_function(arn, "us-west-2", "222222222222") == (
        "must be a Lambda function in the room's account 222222222222, not in 111111111111"
    )


@pytest.mark.parametrize("arn", ["", None, UNKNOWN])
def test_a_function_that_is_not_known_is_not_misplaced_function(arn: Any) -> None:
    assert misplaced_function(arn, "eu-west-1", "222222222222") is None


@pytest.mark.parametrize("region", [None, UNKNOWN])
def test_a_region_or_account_that_is_not_known_is_not_compared(region: Any) -> None:
    assert misplaced_function(REVIEW, region, None) is None
