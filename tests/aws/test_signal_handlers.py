"""A time limit that a signal handler sets, as those of Celery and RQ, in the middle of a call."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from typing import Any

import pytest

from pulumi_ivschat.aws.client import BotoControlPlane
from pulumi_ivschat.aws.signal_handlers import raised_in_handler
from pulumi_ivschat.settings import Connection
from tests.conftest import ENGINEER, REGION, LocalService


class SoftTimeLimit(Exception):
    """What an application's time limit raises."""


@pytest.fixture
def time_limit() -> Iterator[None]:
    """Let SIGALRM raise SoftTimeLimit."""

    def handler(*_: Any) -> None:
        raise SoftTimeLimit

    before = signal.signal(signal.SIGALRM, handler)
    yield
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, before)


@pytest.mark.usefixtures("time_limit")
def test_a_time_limit_of_the_application_ends_the_call_and_is_its_own_exception(
    service: LocalService, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable, value in ENGINEER.items():
        monkeypatch.setenv(variable, value)
    control_plane = BotoControlPlane(Connection(endpoint_url=service.url, max_attempts=5))
    control_plane.call("ListRooms", REGION)
    service.fault("ListRooms", hang=True, count=None)

    signal.setitimer(signal.ITIMER_REAL, 0.5)
    with pytest.raises(SoftTimeLimit):
        control_plane.call("ListRooms", REGION)

    assert service.calls() == ["ListRooms", "ListRooms"]


def test_other_exceptions_are_not_a_handlers() -> None:
    assert raised_in_handler(ValueError()) is None
    assert raised_in_handler(None) is None
