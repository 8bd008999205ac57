"""Properties in the states of both front ends; tests/engine/test_plugin.py has states that the engine wrote."""

from __future__ import annotations

from typing import Any

import pytest

from pulumi_ivschat.stacks import properties_in_state
from pulumi_ivschat.stacks.properties_in_state import (
    inputs_in_state,
    outputs_in_state,
    plain_values,
    secret,
    secrets,
    type_of,
)

DYNAMIC: dict[str, Any] = {
    "urn": "urn:pulumi:test::chat::pulumi-python:dynamic/ivschat:Room::lobby",
    "type": "pulumi-python:dynamic/ivschat:Room",
    "additionalSecretOutputs": ["tags_all"],
    "inputs": {"__provider": "pickle", "maximum_message_length": 1, "tags": secret({"a_b": "hush"})},
}
NATIVE: dict[str, Any] = {
    "urn": "urn:pulumi:test::chat::ivschat:index:Room::lobby",
    "type": "ivschat:index:Room",
    "inputs": {"maximumMessageLength": 1, "tags": {"a_b": secret("hush"), "plain": "x"}},
}
OUTPUTS = {
    "maximum_message_length": 1,
    "tags": {"a_b": "hush"},
    "tags_all": {"a_b": "hush", "theirs": "1"},
    "timeout_seconds": 3,
}


@pytest.mark.parametrize(
    ("engine_type", "found"),
    [
        ("pulumi-python:dynamic/ivschat:Room", "Room"),
        ("ivschat:index:TagSet", "TagSet"),
        ("ivschat:index:ChatTokens", ""),
        ("other:index:Room", ""),
        ("pulumi:providers:ivschat", ""),
    ],
)
def test_both_front_ends_types_are_this_packages_and_no_others(engine_type: str, found: str) -> None:
    assert type_of({"type": engine_type}) == found


def test_values_are_those_of_lifecycles() -> None:
    assert plain_values(DYNAMIC, "inputs") == {"maximum_message_length": 1, "tags": {"a_b": "hush"}}
    assert plain_values(NATIVE, "inputs") == {
        "maximum_message_length": 1,
        "tags": {"a_b": "hush", "plain": "x"},
        "owner_tag": "chat/test/lobby",
    }


def test_a_native_secret_is_a_value_and_a_dynamic_one_is_a_property() -> None:
    assert secrets(DYNAMIC, "inputs") == {("tags",)}
    assert secrets(NATIVE, "inputs") == {("tags", "a_b")}


def test_inputs_are_written_as_they_were() -> None:
    for resource in (DYNAMIC, NATIVE):
        values = plain_values(resource, "inputs")
        written = inputs_in_state(resource, values, secrets(resource, "inputs"))
        assert {**written, "__provider": "pickle"} == {"__provider": "pickle", **resource["inputs"]}


def test_outputs_have_the_front_ends_names_and_secrets() -> None:
    dynamic = outputs_in_state(DYNAMIC, OUTPUTS, {("tags",)})
    native = outputs_in_state(NATIVE, OUTPUTS, {("tags", "a_b")})

    assert dynamic["__provider"] == "pickle"
    assert properties_in_state.plain(dynamic["tags_all"]) == OUTPUTS["tags_all"]
    assert dynamic["tags_all"].keys() == secret("").keys()
    assert native == {
        "maximumMessageLength": 1,
        "tags": {"a_b": secret("hush")},
        "tagsAll": {"a_b": secret("hush"), "theirs": secret("1")},
    }
