"""`ivschat:endpointUrl: local` through the real engine: the embedded service comes when it is needed."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import boto3
import pytest

from pulumi_ivschat.local import discovery
from tests.engine.conftest import Stack


@pytest.fixture
def data(environment: Mapping[str, str]) -> Iterator[Path]:
    """Yield the data directory, whose service is stopped at the end."""
    data = Path(environment["PULUMI_IVSCHAT_DATA"])
    yield data
    discovery.stop(data)


@pytest.fixture
def local_stack(new_stack: Callable[[str], Stack], data: Path) -> Stack:
    """Return a stack on the embedded service, which does not run yet."""
    del data
    return new_stack("embedded").config(region="us-west-2", endpointUrl="local").program('Room("lobby")')


def url(data: Path) -> str:
    running = discovery.find(data)
    assert running is not None
    return running.url


@pytest.mark.oldest_sdk
def test_the_service_is_started_once_found_again_and_outlives_the_cli(local_stack: Stack, data: Path) -> None:
    local_stack.preview()
    assert discovery.find(data) is None

    local_stack.up(environment={"AWS_PROFILE": "nobody"})
    first = url(data)
    local_stack.drift(code=0)

    assert url(data) == first


def test_rooms_survive_a_killed_service(local_stack: Stack, data: Path) -> None:
    local_stack.up()
    running = discovery.find(data)
    assert running is not None
    os.kill(running.pid, signal.SIGKILL)

    local_stack.drift(code=0)
    local_stack.up("--expect-no-changes")


@pytest.mark.long
def test_a_room_is_seen_by_another_client_with_the_services_key(local_stack: Stack, data: Path) -> None:
    local_stack.up()

    client = boto3.client(
        "ivschat",
        "us-west-2",
        endpoint_url=url(data),
        aws_access_key_id="local",
        aws_secret_access_key="local",  # noqa: S106  the local service's own
    )
    assert [room["name"] for room in client.list_rooms()["rooms"]] == ["lobby"]


def test_a_data_directory_that_cannot_be_used_is_reported(local_stack: Stack, tmp_path: Path) -> None:
    occupied = tmp_path / "occupied"
    occupied.write_text("")

    output = local_stack.up(code=1, environment={"PULUMI_IVSCHAT_DATA": str(occupied)})

    assert "data directory" in output
    assert "Traceback" not in output
