"""Errors as AWS answers them."""

from __future__ import annotations

from typing import Any

import pytest

from pulumi_ivschat.local.errors import ApiError, check, invalid, not_found
from pulumi_ivschat.model import service_model
from pulumi_ivschat.model.service_model import operations
from pulumi_ivschat.model.validation import API_NAMES, Failure, failures

_MODELLED = {error.name: error for operation in operations().values() for error in operation.errors}


@pytest.mark.parametrize("code", sorted(_MODELLED))
def test_a_modelled_error_has_its_status_and_all_its_members(code: str) -> None:
    error = ApiError(code, "It failed")

    assert error.status == _MODELLED[code].status
    assert list(failures(_MODELLED[code], error.body(), names=API_NAMES)) == []


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("ExpiredTokenException", 403),
        ("UnknownOperationException", 404),
        ("ServiceUnavailable", 503),
        ("Anything", 400),
    ],
)
def test_other_errors_have_the_status_that_aws_gives_them(code: str, status: int) -> None:
    assert ApiError(code, "").status == status


def test_a_validation_error_names_every_field() -> None:
    body = invalid([Failure("name", "is too long"), Failure("tags.a", "is odd")]).body()

    assert body["message"] == "name is too long; tags.a is odd"
    assert body["reason"] == "FIELD_VALIDATION_FAILED"
    assert body["fieldList"] == [
        {"name": "name", "message": "is too long"},
        {"name": "tags.a", "message": "is odd"},
    ]


def test_not_found_names_the_resource_by_its_id() -> None:
    error = not_found("arn:aws:ivschat:us-west-2:000000000000:room/abcdefghijkl")

    assert error.members == {"resourceId": "abcdefghijkl", "resourceType": "ROOM"}
    assert str(error).startswith("ResourceNotFoundException: ")


@pytest.mark.parametrize(
    ("shape", "value"),
    [
        ("CreateRoomRequest", {"tags": {f"!{number}": "!" for number in range(12_000)}}),
        (
            "CreateChatTokenRequest",
            {"roomIdentifier": "arn:aws:ivschat:r:1:room/a", "userId": "u", "capabilities": ["FLY"] * 60_000},
        ),
    ],
)
def test_thousands_of_failures_are_not_all_listed(shape: str, value: Any) -> None:
    with pytest.raises(ApiError) as raised:
        check(service_model.shape(shape), value)

    assert len(raised.value.members["fieldList"]) == 50
