"""Differences as the engine shows them."""

from __future__ import annotations

from typing import Any

import pytest

from pulumi_ivschat.lifecycle import Difference
from pulumi_ivschat.model import native
from pulumi_ivschat.plugin.differences import changes


@pytest.mark.parametrize(
    ("name", "old", "new", "shown"),
    [
        ("maximum_message_length", 500, 200, {"maximumMessageLength": "UPDATE"}),
        (
            "tags",
            {"a": "1", "b": "2"},
            {"b": "3", "c.d": "4"},
            {"tags.a": "DELETE", "tags.b": "UPDATE", 'tags["c.d"]': "ADD"},
        ),
        ("message_review_handler", {"uri": "x"}, None, {"messageReviewHandler": "DELETE"}),
        (
            "message_review_handler",
            {"uri": "x", "fallback_result": "ALLOW"},
            {"uri": "x", "fallback_result": "DENY"},
            {"messageReviewHandler.fallbackResult": "UPDATE"},
        ),
        ("logging_configuration_identifiers", ["a"], ["b"], {"loggingConfigurationIdentifiers": "UPDATE"}),
    ],
)
def test_a_changed_value_is_shown_by_its_path(name: str, old: Any, new: Any, shown: dict[str, str]) -> None:
    difference = Difference(changed=True, properties=[name])

    assert changes(difference, {name: old}, {name: new}, native.resource("Room")) == shown


def test_what_replaces_is_shown_so() -> None:
    difference = Difference(changed=True, replaces=["region"], properties=["region"])

    found = changes(difference, {"region": "us-west-2"}, {"region": "us-east-1"}, native.resource("Room"))

    assert found == {"region": "UPDATE_REPLACE"}


def test_what_no_input_shows_is_shown_at_an_output_but_the_owner_tag_has_no_path_that_could_replace() -> None:
    difference = Difference(changed=True, unseen=True)
    spec = native.resource("LoggingConfiguration")

    assert changes(difference, {"owner_tag": "a"}, {"owner_tag": "b"}, spec) == {}
    assert changes(difference, {"state": "UPDATE_FAILED"}, {}, spec) == {"state": "UPDATE"}


def test_the_repair_of_a_damaged_state_has_no_path_that_could_replace() -> None:
    difference = Difference(changed=True, unseen=True, properties=["tags"])

    assert changes(difference, {}, {"tags": {"a": "1"}}, native.resource("Room")) == {}
