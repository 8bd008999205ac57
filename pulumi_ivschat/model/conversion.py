"""
Inputs as the members that a call sends, and an answer as the outputs that a state holds.

Both conversions walk a shape, so the keys of a map (tags, attributes) stay the user's own.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any

from pulumi_ivschat.model.service_model import Shape, snake_case


def to_api(structure: Shape, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """
    Convert snake_case inputs into the members of a structure, for a call.

    What the structure does not have, and what is None, is omitted.
    """
    return {
        member: _outward(inner, inputs[snake_case(member)])
        for member, inner in structure.members.items()
        if inputs.get(snake_case(member)) is not None
    }


def from_api(structure: Shape, response: Mapping[str, Any]) -> dict[str, Any]:
    """
    Convert an answer into snake_case outputs that JSON can hold.

    Times become AWS's own form (`2026-01-31T08:00:00.123Z`). Members that the structure does not have are omitted.
    """
    return {
        snake_case(member): _inward(inner, response[member])
        for member, inner in structure.members.items()
        if response.get(member) is not None
    }


def _outward(inner: Shape, value: Any) -> Any:
    if inner.type == "structure" and isinstance(value, Mapping):
        return to_api(inner, value)
    if inner.type == "list" and inner.item is not None:
        return [_outward(inner.item, item) for item in value]
    if inner.type == "integer":
        return int(value)  # Pulumi's numbers are all floats
    return dict(value) if inner.type == "map" else value


def _inward(inner: Shape, value: Any) -> Any:
    if inner.type == "structure":
        return from_api(inner, value)
    if inner.type == "list" and inner.item is not None:
        return [_inward(inner.item, item) for item in value]
    if inner.type == "map":
        return dict(value)
    return iso8601(value) if isinstance(value, datetime) else value


def iso8601(time: datetime) -> str:
    """Write a time as AWS does: UTC, milliseconds, `Z`."""
    return time.astimezone(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")
