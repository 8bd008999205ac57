"""
A pytest plug-in: an Amazon IVS Chat service on this machine, for tests of your own back end.

    def test_a_member_gets_a_token(ivschat: IvsChat, ivschat_room: str) -> None:
        assert token_for("ann", ivschat_room)
        assert ivschat.calls() == ["CreateChatToken"]

pytest loads this module in every run, so it imports the rest of the package when a test first uses a fixture.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from mypy_boto3_ivschat.client import IvschatClient

    from pulumi_ivschat.testing import IvsChat
    from pulumi_ivschat.testing.service_process import ServiceProcess


@pytest.fixture(scope="session")
def _ivschat_process() -> Iterator[ServiceProcess]:
    from pulumi_ivschat.testing import service_process  # noqa: PLC0415

    with _reported(), service_process.running() as process:
        yield process


@pytest.fixture
def ivschat(_ivschat_process: ServiceProcess) -> Iterator[IvsChat]:
    """
    Yield an empty Amazon IVS Chat service, which the environment variables name while the test runs.

    One service runs for each session and each worker of pytest-xdist; it is reset for each test.
    """
    from pulumi_ivschat.testing.ivs_chat import in_use  # noqa: PLC0415

    with _reported(), in_use(_ivschat_process) as service:
        yield service


@pytest.fixture
def ivschat_client(ivschat: IvsChat) -> IvschatClient:
    """Return a boto3 client of the service in `ivschat`, which makes each call once."""
    return ivschat.client


@pytest.fixture
def ivschat_room(ivschat: IvsChat) -> Iterator[str]:
    """Yield the ARN of a new chat room, which `IVSCHAT_ROOM_ARN` names as well while the test runs."""
    from pulumi_ivschat.testing.environment import variables  # noqa: PLC0415

    room = ivschat.create_room()
    with variables({"IVSCHAT_ROOM_ARN": room}):
        yield room


@contextmanager
def _reported() -> Iterator[None]:
    """Let a test fail with the message alone if the service cannot start, or does not answer."""
    from pulumi_ivschat.local.data_directory import LocalServiceError  # noqa: PLC0415

    try:
        yield
    except LocalServiceError as error:
        pytest.fail(str(error), pytrace=False)
