"""The same errors in the words of Python, and of the native plug-in's languages."""

from __future__ import annotations

from typing import Any

import pytest

from pulumi_ivschat.aws.client import BotoControlPlane
from pulumi_ivschat.aws.waiting import Time
from pulumi_ivschat.errors import FailedState, TimedOut
from pulumi_ivschat.lifecycle import lifecycle_for
from pulumi_ivschat.lifecycle.words import NATIVE, PYTHON, Words
from pulumi_ivschat.settings import Settings
from tests.conftest import LocalService

FUNCTION = "arn:aws:lambda:eu-west-1:000000000000:function:review"
LOGGING = {"region": "us-west-2", "tags": {}, "destination_configuration": {"s3": {"bucket_name": "archive"}}}


@pytest.mark.parametrize(
    ("words", "uri", "length"),
    [
        (PYTHON, "message_review_handler.uri", "maximum_message_length"),
        (NATIVE, "messageReviewHandler.uri", "maximumMessageLength"),
    ],
)
def test_failures_name_properties(control_plane: BotoControlPlane, words: Words, uri: str, length: str) -> None:
    life = lifecycle_for("Room", Settings("us-west-2"), control_plane, words=words)

    inputs = {"name": "lobby", "maximum_message_length": 501.0, "message_review_handler": {"uri": FUNCTION}}

    assert [each.property for each in life.check(inputs, {}).failures] == [length, uri]


@pytest.mark.parametrize(("words", "kinds"), [(PYTHON, "s3, cloud_watch_logs"), (NATIVE, "s3, cloudWatchLogs")])
def test_a_choice_of_properties_lists_them(control_plane: BotoControlPlane, words: Words, kinds: str) -> None:
    life = lifecycle_for("LoggingConfiguration", Settings("us-west-2"), control_plane, words=words)

    [failure] = life.check({"name": "a", "destination_configuration": {}}, {}).failures

    assert f"exactly one of {kinds}" in failure.reason


@pytest.mark.parametrize(
    ("words", "fault", "remedy"),
    [
        (PYTHON, {"settle_seconds": 3600}, "timeout_seconds"),
        (NATIVE, {"settle_seconds": 3600}, "customTimeouts"),
        (PYTHON, {"state": "CREATE_FAILED"}, "pulumi_ivschat.iam.deployer_policy"),
        (NATIVE, {"state": "CREATE_FAILED"}, "the function deployerPolicy"),
    ],
)
def test_a_remedy_names_what_the_language_has(
    control_plane: BotoControlPlane,
    service: LocalService,
    words: Words,
    fault: Any,
    remedy: str,
) -> None:
    service.fault("CreateLoggingConfiguration", **fault)
    seconds = [0.0]
    time = Time(lambda: seconds[0], lambda passed: seconds.append(seconds.pop() + passed))
    life = lifecycle_for("LoggingConfiguration", Settings("us-west-2"), control_plane, time=time, words=words)

    with pytest.raises((TimedOut, FailedState), match=remedy):
        life.create(LOGGING)
