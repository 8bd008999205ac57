"""The command line, run as people run it: in a process of its own."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, TypeAlias

import attrs
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


@pytest.fixture(autouse=True)
def _outside_of_projects(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run commands in a directory that no Pulumi project is in: a project would decide where calls go."""
    directory = tmp_path / "here"
    directory.mkdir()
    monkeypatch.chdir(directory)


@pytest.fixture
def data(tmp_path: Path) -> Iterator[Path]:
    """Yield a data directory of a local service."""
    directory = tmp_path / "data"
    yield directory
    discovery.stop(directory)


@pytest.fixture
def run(data: Path) -> Run:
    """Return a function that runs `pulumi-ivschat` for a data directory of its own."""

    def ran(*arguments: str) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "PULUMI_IVSCHAT_DATA": str(data)}
        command = [sys.executable, "-m", "pulumi_ivschat", *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=False, timeout=30, env=environment)

    return ran


def environment(service: LocalService) -> dict[str, str]:
    """Return what a shell has set where the local service is used."""
    return {
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_REGION": REGION,
        "PULUMI_IVSCHAT_ENDPOINT_URL": service.url,
    }


@pytest.fixture
def invoke(service: LocalService) -> Invoke:
    """Return a function that runs a command in this process, on an empty local service."""

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
        """Return the line of its output, on stdout or stderr, that has a text in it, once it is there."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            for line in [*self.out, *self.err]:
                if text in line:
                    return line
            time.sleep(0.02)
        pytest.fail(f"not seen: {text!r}, but {self.out} and {self.err}")

    def ends(self) -> int:
        """Return the exit code, once it has ended by itself."""
        code = self.process.wait(PATIENCE)
        for reader in self._readers:
            reader.join()
        assert "Traceback" not in "".join(self.err)
        return code

    def leaves(self) -> int:
        """Close its stdin, and return the exit code."""
        assert self.process.stdin
        self.process.stdin.close()
        return self.ends()


@pytest.fixture
def join(service: LocalService) -> Iterator[Join]:
    """Yield a function that lets a user chat in a room, and wait until the user is there."""
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
    """Return the ARN of a room."""
    return service.client().create_room(name="lobby")["arn"]


def one_line(ran: subprocess.CompletedProcess[str]) -> str:
    """Return the last line that a command left on stderr."""
    assert "Traceback" not in ran.stderr
    *_, last = ran.stderr.strip().splitlines()
    return last


_ENGINE = """#!/bin/sh
echo "$@" >> asked
if [ -f slow ]; then sleep "$(cat slow)"; fi
held() { if [ -f locked ]; then cat locked >&2; exit 255; fi; }
case "$1 $2" in
"config --json") cat config.json ;;
"stack --show-name") echo test ;;
"stack export") [ "$3" = --stack ] && set -- "$1" "$2" "" "$3" "$4"; cat "${5:-test}.json" ;;
"stack import") held; cp "$4" "$6.json" ;;
"stack history") cat history.json ;;
"stack ls") cat stacks.json ;;
"whoami --json") echo '{"url": "file://state"}' ;;
"import --file")
    held
    if [ -f cut-short.json ]; then mv cut-short.json test.json; sleep 0.5; kill -INT $PPID; exit 255; fi
    cp "$3" imported.json ;;
"preview --import-file") cp wanted.json "$3" ;;
"cancel --yes") rm locked ;;
*) echo "error: unknown: $@" >&2; exit 255 ;;
esac
"""


@attrs.frozen
class Project:
    """The project chat, with a script instead of the engine; tests/engine has the real one."""

    directory: Path
    service: LocalService

    def state(self, *resources: dict[str, Any], stack: str = "test", **members: Any) -> None:
        """Write the state of a stack that was created last year."""
        own = {"urn": f"urn:pulumi:{stack}::chat::pulumi:pulumi:Stack::chat-{stack}", "type": "pulumi:pulumi:Stack"}
        manifest = {"time": "2100-01-01T00:00:00Z"}
        all_resources = [{**own, "created": "2025-11-27T06:25:03.643298832Z"}, *resources]
        deployment = {"manifest": manifest, "resources": all_resources, **members}
        (self.directory / f"{stack}.json").write_text(json.dumps({"version": 3, "deployment": deployment}))

    def deployment(self) -> dict[str, Any]:
        """Return the state of the stack test."""
        exported: dict[str, Any] = json.loads((self.directory / "test.json").read_text())
        return exported["deployment"]  # type: ignore[no-any-return]

    def recorded(self) -> list[dict[str, Any]]:
        """Return the resources in the state of the stack test, without the stack's own."""
        return [each for each in self.deployment()["resources"] if each["type"] != "pulumi:pulumi:Stack"]

    def history(self, *results: str) -> None:
        """Write the history, latest first: updates of an hour, up to now, that ended like this."""
        times = {"startTime": f"{datetime.now(timezone.utc) - timedelta(hours=1):%Y-%m-%dT%H:%M:%S.000Z}"}
        end = {"endTime": f"{datetime.now(timezone.utc) + timedelta(minutes=1):%Y-%m-%dT%H:%M:%S.000Z}"}
        entries = [{"kind": "update", "result": result, **times, **end} for result in results]
        (self.directory / "history.json").write_text(json.dumps(entries))

    def imported(self) -> list[dict[str, Any]]:
        """Return what was imported."""
        file = self.directory / "imported.json"
        return json.loads(file.read_text())["resources"] if file.exists() else []

    def config(self, **values: str) -> None:
        """Change settings of the stack, `ivschat:…`."""
        file = self.directory / "config.json"
        given = {f"ivschat:{key}": {"value": value} for key, value in values.items()}
        file.write_text(json.dumps({**json.loads(file.read_text()), **given}))

    def slow(self, seconds: float) -> None:
        """Let each command of the engine take some time."""
        (self.directory / "slow").write_text(f"{seconds:g}")

    def lock(self, host: str = socket.gethostname(), pid: int = 2**22 + 1) -> None:
        """Hold the stack; omitted, by a process of this machine that is gone."""
        (self.directory / "locked").write_text(f"error: currently locked\n  created by me@{host} (pid {pid}) at noon\n")

    def interrupt(self, *taken_in: dict[str, Any]) -> None:
        """Press Ctrl-C in the middle of the next import, which has taken these in until then."""
        self.state(*taken_in, stack="cut-short")

    def room(self, name: str = "lobby", **members: Any) -> str:
        """Make a room by hand."""
        arn: str = self.service.client().create_room(name=name, **members)["arn"]
        return arn


@pytest.fixture
def project(service: LocalService, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """Return a project with an empty stack, as the directory where commands run."""
    command = tmp_path / "bin" / "pulumi"
    command.parent.mkdir()
    command.write_text(_ENGINE)
    command.chmod(0o755)
    monkeypatch.setenv("PATH", f"{command.parent}:{os.environ['PATH']}")
    monkeypatch.delenv("PULUMI_BACKEND_URL", raising=False)
    directory = tmp_path / "project"
    directory.mkdir()
    (directory / "Pulumi.yaml").write_text("name: chat\nruntime: python\n")
    settings = {"ivschat:region": {"value": REGION}, "ivschat:endpointUrl": {"value": service.url}}
    (directory / "config.json").write_text(json.dumps(settings))
    (directory / "wanted.json").write_text("{}")
    (directory / "history.json").write_text("[]")
    (directory / "stacks.json").write_text("[]")
    monkeypatch.chdir(directory)
    made = Project(directory, service)
    made.state()
    return made
