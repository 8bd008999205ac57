"""Names by the schema: people's camelCase, and the snake_case of lifecycles."""

from __future__ import annotations

from typing import Any

import pytest

from pulumi_ivschat.model import native

ROOM = {
    "maximumMessageLength": 1,
    "tags": {"camelCase": "1", "snake_case": "2", "a.b": "3"},
    "messageReviewHandler": {"uri": "", "fallbackResult": "DENY"},
    "unknownName": 4,
}
INWARD = {
    "maximum_message_length": 1,
    "tags": {"camelCase": "1", "snake_case": "2", "a.b": "3"},
    "message_review_handler": {"uri": "", "fallback_result": "DENY"},
    "unknownName": 4,
}


def test_only_names_of_the_schema_are_converted() -> None:
    assert native.inward(ROOM, native.resource("Room")) == INWARD
    assert native.outward(INWARD, native.resource("Room")) == ROOM


def test_what_is_converted_already_stays() -> None:
    assert native.inward(INWARD, native.resource("Room")) == INWARD
    assert native.outward(ROOM, native.resource("Room")) == ROOM


def test_names_inside_lists_are_converted() -> None:
    rooms = {"rooms": [{"roomId": "a", "tags": {"b_c": "1"}}]}
    spec = native.function("listRooms")["outputs"]

    assert native.inward(rooms, spec) == {"rooms": [{"room_id": "a", "tags": {"b_c": "1"}}]}


@pytest.mark.parametrize(
    ("inward", "outward", "shown"),
    [
        (("tags", "a_b"), ("tags", "a_b"), "tags.a_b"),
        (("tags", "a.b"), ("tags", "a.b"), 'tags["a.b"]'),
        (
            ("message_review_handler", "fallback_result"),
            ("messageReviewHandler", "fallbackResult"),
            "messageReviewHandler.fallbackResult",
        ),
        (
            ("logging_configuration_identifiers", 0),
            ("loggingConfigurationIdentifiers", 0),
            "loggingConfigurationIdentifiers[0]",
        ),
    ],
)
def test_a_path_is_converted_and_shown(inward: tuple[Any, ...], outward: tuple[Any, ...], shown: str) -> None:
    spec = native.resource("Room")

    assert native.outward_path(inward, spec) == outward
    assert native.inward_path(outward, spec) == inward
    assert native.shown_path(outward) == shown
