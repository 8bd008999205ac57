"""AWS's SDK for JavaScript, version 3, on Node."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest


@pytest.fixture
def result(node: Callable[..., Any]) -> Any:
    return node("control_plane.mjs")


def test_a_life_of_a_room(result: Any) -> None:
    assert result["room"]["tags"] == {"naïve key": "ä"}
    assert result["room"]["createTime"].endswith("Z")
    assert "messageReviewHandler" not in result["room"]
    assert result["updated"]["maximumMessageLength"] == 200
    assert result["tags"]["tags"] == {"naïve key": "ä", "team": "live"}
    assert result["pages"] == [["third", "second"], ["lobby"]]
    assert result["deleted"] == {"status": 204}


def test_errors_are_typed_and_have_their_members(result: Any) -> None:
    failures = result["failures"]
    shown = {case: (each["name"], each["status"], each["typed"]) for case, each in failures.items()}

    assert shown == {
        "notFound": ("ResourceNotFoundException", 404, True),
        "required": ("ValidationException", 400, True),
        "union": ("ValidationException", 400, True),
        "range": ("ValidationException", 400, True),
        "type": ("SerializationException", 400, False),
        "conflict": ("ConflictException", 409, True),
        "emptyLabel": ("ValidationException", 400, True),
        "event": ("ResourceNotFoundException", 404, True),
        "quota": ("ServiceQuotaExceededException", 402, True),
    }
    assert (failures["notFound"]["resourceId"], failures["notFound"]["resourceType"]) == ("abcdefghijkl", "ROOM")
    assert failures["quota"]["limit"] == 10
    assert failures["range"]["reason"] == "FIELD_VALIDATION_FAILED"
    assert {field["name"] for field in failures["range"]["fieldList"]} == {
        "maximumMessageRatePerSecond",
        "maximumMessageLength",
    }
