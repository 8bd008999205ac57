"""The command line, run as people run it: in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
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
Join: TypeAlias = Callable[..., "Member"]

PATIENCE = 60.0
"""Seconds that the slowest machine may take."""


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


class Member:
    """A process that chats: what it prints is collected as it comes."""

    def __init__(self, service: LocalService, *arguments: str) -> None:
        command = [sys.executable, "-m", "pulumi_ivschat", "chat", *arguments]
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(
            command, stdin=pipe, stdout=pipe, stderr=pipe, text=True, env={**os.environ, **environment(service)}
        )
        self.out: list[str] = []
        self.err: list[str] = []
        assert self.process.stdout
        assert self.process.stderr
        self._readers = [
            threading.Thread(target=kept.extend, args=[stream])
            for kept, stream in [(self.out, self.process.stdout), (self.err, self.process.stderr)]
        ]
        for reader in self._readers:
            reader.start()

    def say(self, line: str) -> None:
        """Type a line."""
        assert self.process.stdin
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()

    def sees(self, text: str) -> str:
        """Give the line of its output, on stdout or stderr, that has a text in it, once it is there."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            for line in [*self.out, *self.err]:
                if text in line:
                    return line
            time.sleep(0.02)
        pytest.fail(f"not seen: {text!r}, but {self.out} and {self.err}")

    def ends(self) -> int:
        """Give the exit code, once it has ended by itself."""
        code = self.process.wait(PATIENCE)
        for reader in self._readers:
            reader.join()
        assert "Traceback" not in "".join(self.err)
        return code

    def leaves(self) -> int:
        """Close its stdin, and give the exit code."""
        assert self.process.stdin
        self.process.stdin.close()
        return self.ends()


@pytest.fixture
def join(service: LocalService) -> Iterator[Join]:
    """Give a function that lets a user chat in a room, and wait until the user is there."""
    members: list[Member] = []

    def joined(room: str, user: str, *arguments: str) -> Member:
        members.append(Member(service, room, "--user", user, *arguments))
        members[-1].sees("Joined")
        return members[-1]

    yield joined
    for member in members:
        member.process.kill()
        with member.process:
            member.ends()


@pytest.fixture
def lobby(service: LocalService) -> str:
    """Give the ARN of a room."""
    return service.client().create_room(name="lobby")["arn"]


def one_line(ran: subprocess.CompletedProcess[str]) -> str:
    """Give the last line that a command left on stderr."""
    assert "Traceback" not in ran.stderr
    *_, last = ran.stderr.strip().splitlines()
    return last
