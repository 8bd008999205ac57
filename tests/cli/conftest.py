"""The command line, run as people run it: in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeAlias

import pytest

from pulumi_ivschat.local import discovery

Run: TypeAlias = Callable[..., "subprocess.CompletedProcess[str]"]


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


def one_line(ran: subprocess.CompletedProcess[str]) -> str:
    """Give the last line that a command left on stderr."""
    assert "Traceback" not in ran.stderr
    *_, last = ran.stderr.strip().splitlines()
    return last
