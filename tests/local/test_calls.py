"""A call, signed or not: what it may do, and what the log reports about it."""

from __future__ import annotations

import pytest

from pulumi_ivschat.local import request_log
from pulumi_ivschat.local.calls import Caller, performed
from pulumi_ivschat.local.errors import ApiError
from pulumi_ivschat.local.service import Service
from pulumi_ivschat.local.store import Home
from pulumi_ivschat.model.service_model import operations

ADA = Caller(Home("000000000000", "us-west-2"), "ada")


@pytest.fixture
def noted() -> request_log.Request:
    return request_log.Request(time="")


def test_what_is_made_is_noted(service: Service, noted: request_log.Request) -> None:
    made = performed(service, ADA, operations()["CreateRoom"], {"name": "lobby"}, noted)

    assert noted.identifier == made["arn"]


def test_what_is_named_is_noted_though_it_is_refused(service: Service, noted: request_log.Request) -> None:
    with pytest.raises(ApiError, match="ValidationException"):
        performed(service, ADA, operations()["GetRoom"], {"identifier": "x" * 500}, noted)

    assert noted.identifier == "x" * 128


def test_a_refused_caller_is_named(service: Service, noted: request_log.Request) -> None:
    arn = "arn:aws:ivschat:us-west-2:111111111111:room/abcdefghijkl"

    with pytest.raises(ApiError, match="arn:aws:iam::000000000000:user/ada"):
        performed(service, ADA, operations()["GetRoom"], {"identifier": arn}, noted)
