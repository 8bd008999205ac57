"""Inputs become members of a call, and an answer becomes outputs, by shapes."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from pulumi_ivschat.model.conversion import from_api, to_api
from pulumi_ivschat.model.service_model import operations

CREATE_ROOM = operations()["CreateRoom"].input


def test_inputs_become_members_and_keys_of_a_map_stay_as_they_are() -> None:
    inputs = {
        "name": "lobby",
        "maximum_message_length": 200.0,
        "message_review_handler": {"uri": "", "fallback_result": "DENY"},
        "tags": {"cost_center": "a_b"},
        "logging_configuration_identifiers": [],
        "region": "us-west-2",
        "maximum_message_rate_per_second": None,
    }

    assert to_api(CREATE_ROOM, inputs) == {
        "name": "lobby",
        "maximumMessageLength": 200,
        "messageReviewHandler": {"uri": "", "fallbackResult": "DENY"},
        "tags": {"cost_center": "a_b"},
        "loggingConfigurationIdentifiers": [],
    }


def test_numbers_for_aws_are_whole() -> None:
    length = to_api(CREATE_ROOM, {"maximum_message_length": 200.0})["maximumMessageLength"]

    assert isinstance(length, int)


def test_an_answer_becomes_outputs_with_times_in_awss_form() -> None:
    time = datetime(2026, 1, 31, 9, 0, 0, 123456, timezone(timedelta(hours=1)))
    answer = {"createTime": time, "tags": {"costCenter": "x"}, "messageReviewHandler": {"fallbackResult": "ALLOW"}}

    assert from_api(operations()["GetRoom"].output, {**answer, "ResponseMetadata": {}}) == {
        "create_time": "2026-01-31T08:00:00.123Z",
        "tags": {"costCenter": "x"},
        "message_review_handler": {"fallback_result": "ALLOW"},
    }
