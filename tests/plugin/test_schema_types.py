"""Types of the schema, by shapes of the service model."""

from __future__ import annotations

from typing import Any

import pytest

from pulumi_ivschat.model.service_model import shape
from pulumi_ivschat.plugin.schema_types import STRING, as_outputs, described, spec_of

ROOM = "program.room"


@pytest.mark.parametrize(
    ("name", "spec"),
    [
        ("RoomName", {"type": "string"}),
        ("RoomMaxMessageLength", {"type": "integer"}),
        ("Tags", {"type": "object", "additionalProperties": {"type": "string"}}),
        ("LoggingConfigurationIdentifierList", {"type": "array", "items": {"type": "string"}}),
    ],
)
def test_a_shape_without_a_name_in_the_schema_is_spelled_out(name: str, spec: Any) -> None:
    types: dict[str, Any] = {}

    assert spec_of(shape(name), types, ROOM) == spec
    assert types == {}


def test_a_structure_and_its_choices_are_types_of_their_own() -> None:
    types: dict[str, Any] = {}

    assert spec_of(shape("MessageReviewHandler"), types, ROOM) == {"$ref": "#/types/ivschat:index:MessageReviewHandler"}
    assert types["ivschat:index:FallbackResult"]["enum"][0] == {
        "name": "Allow",
        "value": "ALLOW",
        "description": "The message is delivered.",
    }
    assert types.keys() == {"ivschat:index:MessageReviewHandler", "ivschat:index:FallbackResult"}


@pytest.mark.parametrize(("default", "shown"), [("", {}), ([], {}), (False, {"default": False}), (60, {"default": 60})])
def test_a_default_is_shown_unless_it_is_empty_and_by_inputs_only(default: Any, shown: Any) -> None:
    spec = described(STRING, "", default=default)

    assert spec == {"type": "string", **shown}
    assert as_outputs({"name": spec}, {"name": "Its name."}) == {"name": {"type": "string", "description": "Its name."}}
