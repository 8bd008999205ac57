"""The process of a service: what it inherits, and what becomes of it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import boto3
import pytest

from pulumi_ivschat.testing import service_process
from pulumi_ivschat.testing.control_plane_client import client_for
from pulumi_ivschat.testing.service_process import ServiceProcess


@pytest.fixture(scope="module")
def process() -> Iterator[ServiceProcess]:
    """Yield a service that was started by a process with credentials and with warnings as errors."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_SECRET_ACCESS_KEY", "not-for-the-service")
        patch.setenv("COV_CORE_SOURCE", "package")
        patch.setenv("PYTHONWARNINGS", "error")
        with service_process.running() as process:
            yield process


def pid_of(process: ServiceProcess) -> int:
    pid: int = process.ask("GET", "health")["pid"]
    return pid


def test_it_keeps_nothing_on_disk(process: ServiceProcess) -> None:
    assert process.ask("GET", "health")["data"] is None


def test_ctrl_c_in_a_terminal_does_not_reach_it(process: ServiceProcess) -> None:
    assert os.getsid(pid_of(process)) != os.getsid(0)


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="there is no other way to see it")
def test_it_inherits_no_credentials_and_nothing_that_measures_coverage(process: ServiceProcess) -> None:
    inherited = Path(f"/proc/{pid_of(process)}/environ").read_text()

    assert "PATH=" in inherited
    assert "not-for-the-service" not in inherited
    assert "COV_CORE" not in inherited


def test_a_refusal_is_raised_with_the_services_own_words(process: ServiceProcess) -> None:
    with pytest.raises(ValueError, match="operation cannot be 'Sing'"):
        process.ask("POST", "faults", {"operation": "Sing"})


@pytest.mark.parametrize("year", [1970, 2035])
def test_calls_with_a_stopped_clock_are_accepted(
    year: int, process: ServiceProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("botocore.auth.get_current_datetime", lambda: datetime(year, 1, 1))  # noqa: DTZ001 - as botocore's

    assert client_for(process.url, "us-west-2").list_rooms()["rooms"] == []


@pytest.mark.parametrize("key", service_process.KEYS_OF_MOTO)
def test_calls_with_the_access_keys_of_moto_see_the_rooms_of_the_account(key: str, process: ServiceProcess) -> None:
    name, secret, _, token = f"{key}:".split(":")[:4]
    given: dict[str, Any] = {
        "aws_access_key_id": name,
        "aws_secret_access_key": secret,
        "aws_session_token": token or None,
    }
    client = boto3.client("ivschat", "us-west-2", endpoint_url=process.url, **given)

    arn = client.create_room()["arn"]

    client_for(process.url, "us-west-2").delete_room(identifier=arn)


FORKED = """
import os
from pulumi_ivschat.testing import service_process
service = service_process.running()
process = service.__enter__()
child = os.fork()
if not child:
    service.__exit__(None, None, None)
    os._exit(0)
os.waitpid(child, 0)
print(process.ask("GET", "health")["status"])
service.__exit__(None, None, None)
"""


def test_a_fork_does_not_end_the_service_of_its_parent(run_python: Callable[[str], str]) -> None:
    assert run_python(FORKED) == "ok"
