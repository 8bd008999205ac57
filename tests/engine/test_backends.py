"""Each state backend: a stack's life, drift, and two updates that want the same stack."""

from __future__ import annotations

import getpass
import os
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import LocalService
from tests.engine.backends import BACKENDS
from tests.engine.conftest import DRIFT, Stack
from tests.engine.environments import quick

WAITING = """
from pathlib import Path
import time

Path("started").touch()
while not Path("go").exists():
    time.sleep(0.05)
Room("lobby")
"""


@pytest.fixture(
    scope="module",
    params=[pytest.param(name, marks=[pytest.mark.long] * (name != "directory")) for name in BACKENDS],
)
def backend(request: pytest.FixtureRequest) -> Iterator[str]:
    """Yield the URL of a state backend that runs."""
    with BACKENDS[request.param]() as url:
        yield url


@pytest.fixture
def environment(environment: dict[str, str], backend: str) -> dict[str, str]:
    """Return the CLI's environment, with this backend."""
    return {**environment, "PULUMI_BACKEND_URL": backend}


@pytest.mark.long
def test_a_stack_lives_from_up_to_destroy(stack: Stack, service: LocalService) -> None:
    stack.apply('Room("lobby")')
    assert "No drift" in _drift(stack, code=0)

    [room] = service.client().list_rooms()["rooms"]
    service.client().update_room(identifier=room["arn"], maximumMessageLength=7)
    stack.drift()
    assert "maximum_message_length: 500 → 7" in _drift(stack, code=2)

    stack.refresh()
    assert stack.resource("lobby")["outputs"]["maximum_message_length"] == 7
    stack.preview("--expect-no-changes", code=DRIFT)
    stack.destroy()
    stack.run("stack", "rm", "--yes")
    assert service.client().list_rooms()["rooms"] == []


def test_a_second_update_of_a_stack_is_refused_with_the_holder_of_the_lock(stack: Stack, service: LocalService) -> None:
    stack.program(WAITING)
    command = ["pulumi", "--non-interactive", "up", "--yes", "--skip-preview"]
    with subprocess.Popen(
        command, cwd=stack.directory, env=quick(stack.environment), stdout=subprocess.DEVNULL
    ) as first:
        try:
            _await(stack.directory / "started")
            refused = stack.up(code=1)
        finally:
            (stack.directory / "go").touch()

    holder = f"created by {getpass.getuser()}@{socket.gethostname()} (pid {first.pid})"
    assert "the stack is currently locked by 1 lock(s)" in refused
    assert holder in refused
    assert first.returncode == 0
    assert len(service.client().list_rooms()["rooms"]) == 1
    stack.up("--expect-no-changes")


def _await(file: Path) -> None:
    deadline = time.monotonic() + 60
    while not file.exists():
        assert time.monotonic() < deadline, f"no {file.name}"
        time.sleep(0.05)


def _drift(stack: Stack, *, code: int) -> str:
    """Run `pulumi-ivschat drift`, expect *code*, and return its output."""
    ran = subprocess.run(
        ["pulumi-ivschat", "drift"],
        check=False,
        cwd=stack.directory,
        env={**os.environ, **stack.environment},
        capture_output=True,
        text=True,
    )
    assert ran.returncode == code, ran.stdout + ran.stderr
    return ran.stdout
