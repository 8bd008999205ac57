"""The ARNs of Lambda functions, and where a room's review handler may be."""

from __future__ import annotations

from typing import Any

import pytest

from pulumi_ivschat.lambda_arns import FunctionArn, misplaced
from pulumi_ivschat.service_model import UNKNOWN

REVIEW = "arn:aws:lambda:us-west-2:111111111111:function:review"


@pytest.mark.parametrize(("suffix", "qualifier"), [("", None), (":7", "7"), (":live", "live"), (":$LATEST", "$LATEST")])
def test_an_arn_is_read_with_and_without_version_or_alias(suffix: str, qualifier: str | None) -> None:
    assert FunctionArn.parse(REVIEW + suffix) == FunctionArn("us-west-2", "111111111111", "review", qualifier)


@pytest.mark.parametrize("arn", ["", None, UNKNOWN, 7, "review", REVIEW[:-7], "arn:aws:lambda:us-west-2:1:function:x"])
def test_anything_else_is_not_a_functions_arn(arn: Any) -> None:
    assert FunctionArn.parse(arn) is None


@pytest.mark.parametrize("arn", [REVIEW, f"{REVIEW}:live", REVIEW.replace(":aws:", ":aws-cn:")])
def test_a_function_must_be_in_the_rooms_region_and_account(arn: str) -> None:
    assert misplaced(arn, "us-west-2", "111111111111") is None
    assert misplaced(arn, "eu-west-1") == "must be a Lambda function in the room's region eu-west-1, not in us-west-2"
    assert misplaced(arn, "us-west-2", "222222222222") == (
        "must be a Lambda function in the room's account 222222222222, not in 111111111111"
    )


@pytest.mark.parametrize("arn", ["", None, UNKNOWN])
def test_a_function_that_is_not_known_is_not_misplaced(arn: Any) -> None:
    assert misplaced(arn, "eu-west-1", "222222222222") is None


@pytest.mark.parametrize("region", [None, UNKNOWN])
def test_a_region_or_account_that_is_not_known_is_not_compared(region: Any) -> None:
    assert misplaced(REVIEW, region, None) is None
