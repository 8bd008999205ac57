"""The command line, run as people run it: in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeAlias

import pytest
from click.testing import CliRunner, Result

from pulumi_ivschat.cli import cli
from pulumi_ivschat.local import discovery
from tests.conftest import REGION, LocalService

Run: TypeAlias = Callable[..., "subprocess.CompletedProcess[str]"]
Invoke: TypeAlias = Callable[..., Result]


@pytest.fixture
def data(tmp_path: Path) -> Iterator[Path]:
    """Give a data directory of a local service."""
    directory = tmp_path / "data"
    yield directory
    discovery.stop(directory)


@pytest.fixture
def run(data: Path) -> Run:
    """Give a function that runs `pulumi-ivschat` for a data directory of its own."""

    def ran(*arguments: str) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "PULUMI_IVSCHAT_DATA": str(data)}
        command = [sys.executable, "-m", "pulumi_ivschat", *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=False, timeout=30, env=environment)

    return ran


def environment(service: LocalService) -> dict[str, str]:
    """Give what a shell has set where the local service is used."""
    return {
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_REGION": REGION,
        "PULUMI_IVSCHAT_ENDPOINT_URL": service.url,
    }


@pytest.fixture
def invoke(service: LocalService) -> Invoke:
    """Give a function that runs a command in this process, on an empty local service."""

    def invoked(*arguments: str, stdin: str | None = None, **variables: str | None) -> Result:
        return CliRunner().invoke(cli, arguments, input=stdin, env={**environment(service), **variables})

    return invoked


def one_line(ran: subprocess.CompletedProcess[str]) -> str:
    """Give the last line that a command left on stderr."""
    assert "Traceback" not in ran.stderr
    *_, last = ran.stderr.strip().splitlines()
    return last
