"""Progress of commands that take long, on a terminal of its own."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import click
import pytest

from pulumi_ivschat.cli import cli
from pulumi_ivschat.local import discovery
from tests.cli.conftest import Invoke, Project, environment
from tests.conftest import LocalService
from tests.stacks.other_tools.documents import ROOM as ROOM_OF_TERRAFORM, tf_instance, tf_resource, tf_state


def on_a_terminal(
    service: LocalService, *arguments: str, directory: Path | None = None, **more: str
) -> tuple[str, str]:
    """Run a command whose stderr is a terminal; return what it prints there and on stdout."""
    terminal, stderr = pty.openpty()
    shown = bytearray()
    reader = threading.Thread(target=_read, args=(terminal, shown))
    reader.start()
    command = [sys.executable, "-m", "pulumi_ivschat", *arguments]
    variables = {**os.environ, **environment(service), "TERM": "xterm", "COLUMNS": "80", **more}
    ran = subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=stderr,
        text=True,
        check=False,
        env=variables,
        cwd=directory,
        timeout=60,
    )
    os.close(stderr)
    reader.join()
    os.close(terminal)
    return shown.decode(), ran.stdout


def _read(terminal: int, shown: bytearray) -> None:
    try:
        while part := os.read(terminal, 1000):
            shown += part
    except OSError:  # the end, on Linux
        pass


ROOM: Mapping[str, tuple[Sequence[str], str]] = {
    "token": (["--user", "ann"], "Creating the chat token"),
    "send-event": (["app:quiz"], "Sending the event"),
    "delete-message": (["abcdefghijkl"], "Deleting the message"),
    "disconnect-user": (["ann"], "Disconnecting the user"),
    "chat": (["--user", "ann"], "Joining the room"),
}
"""By command on one room: its other arguments, and what is shown while IVS Chat does not answer."""

ACCOUNT: Mapping[str, tuple[Sequence[str], str]] = {
    "rooms": (["--json"], "Listing rooms"),
    "drift": ([], "Comparing with the account"),
    "import": (["--all", "--yes"], "Looking up resources"),
    "recover": ([], "Looking for what the stack lost"),
}
"""The same, of commands on a stack or a region."""

LOCAL = {"local status", "local reset", "local stop"}
UNTIMED = {"local"}
"""`pulumi-ivschat local` serves until Ctrl-C, and prints its address as soon as it does."""


def names_of(group: click.Group, prefix: str = "") -> Iterator[str]:
    """Yield the names of all commands."""
    for name, command in group.commands.items():
        yield prefix + name
        if isinstance(command, click.Group):
            yield from names_of(command, f"{prefix}{name} ")


def test_every_command_is_in_one_of_these_tests() -> None:
    assert {*names_of(cli)} == {*ROOM, *ACCOUNT, *LOCAL, *UNTIMED}


@pytest.mark.parametrize("command", ROOM)
def test_a_command_on_a_room_shows_what_it_waits_for(command: str, service: LocalService, lobby: str) -> None:
    service.fault("*", latency_seconds=2, count=None)
    arguments, doing = ROOM[command]

    shown, printed = on_a_terminal(service, command, lobby, *arguments)

    assert doing in shown
    assert doing not in printed


@pytest.mark.parametrize("command", ACCOUNT)
def test_a_command_on_a_stack_or_region_shows_what_it_waits_for(command: str, project: Project) -> None:
    project.room()
    project.service.fault("ListRooms", latency_seconds=2)
    arguments, doing = ACCOUNT[command]

    shown, printed = on_a_terminal(project.service, command, *arguments, directory=project.directory)

    assert doing in shown
    assert doing not in printed


@pytest.mark.parametrize("command", [*ROOM, *ACCOUNT])
def test_a_pipe_sees_no_progress(
    command: str, project: Project, lobby: str, invoke: Invoke, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pulumi_ivschat.cli.progress.PATIENCE", 0.0)
    arguments, doing = {**ROOM, **ACCOUNT}[command]

    result = invoke(command, *([lobby] if command in ROOM else []), *arguments)

    assert result.exit_code == (2 if command == "drift" else 0), result.stderr
    assert [text for text in (doing, "Reading", "Looking", "\r", "\x1b") if text in result.stderr] == []
    assert project.service.url


def test_the_engine_and_the_name_of_a_room_are_waited_for_visibly(project: Project) -> None:
    project.room("lobby")
    project.slow(1.5)
    project.service.fault("ListRooms", latency_seconds=2)

    shown, _ = on_a_terminal(project.service, "token", "lobby", "--user", "ann", directory=project.directory)

    assert "Reading the stack's settings" in shown
    assert "Looking up the room" in shown


def test_rooms_of_another_tool_are_waited_for_visibly(project: Project) -> None:
    arn = project.room("lobby")
    state = tf_state(tf_resource(ROOM_OF_TERRAFORM, "lobby", tf_instance(arn)))
    (project.directory / "state.json").write_text(json.dumps(state))
    project.service.fault("GetRoom", latency_seconds=2)

    shown, _ = on_a_terminal(project.service, "import", "--from", "state.json", "--yes", directory=project.directory)

    assert "Looking up resources" in shown


def test_the_start_of_the_local_service_is_waited_for_visibly(data: Path, service: LocalService, lobby: str) -> None:
    data.mkdir()
    # A start that another process has begun, and does not end for two seconds.
    code = f"""
import time
from pathlib import Path
from pulumi_ivschat.local.data_directory import locked
with locked(Path({str(data)!r}) / "start.lock", time.monotonic() + 1):
    print("", flush=True)
    time.sleep(2.5)
"""
    options = ["--endpoint-url", "local", "--no-stack-settings"]
    with process(code):
        shown, _ = on_a_terminal(service, "token", lobby, "--user", "ann", *options, PULUMI_IVSCHAT_DATA=str(data))

    assert "Creating the chat token" in shown


@pytest.mark.parametrize("command", ["status", "reset"])
def test_a_service_that_does_not_answer_is_waited_for_visibly(command: str, data: Path, service: LocalService) -> None:
    pid = discovery.ensure(data).pid
    os.kill(pid, signal.SIGSTOP)

    shown, _ = on_a_terminal(service, "local", command, "--data", str(data))
    os.kill(pid, signal.SIGCONT)

    assert "Asking the local service" in shown


def test_a_service_that_does_not_stop_is_waited_for_visibly(data: Path, service: LocalService) -> None:
    data.mkdir()
    code = f"""
import signal, time
from pathlib import Path
from pulumi_ivschat.local.discovery import serving
def late(*_):
    time.sleep(2)
    raise SystemExit
with serving(Path({str(data)!r})):
    signal.signal(signal.SIGTERM, late)
    print("", flush=True)
    time.sleep(60)
"""
    with process(code):
        shown, printed = on_a_terminal(service, "local", "stop", "--data", str(data))

    assert "Stopping the local service" in shown
    assert printed == "Stopped.\n"


@contextmanager
def process(code: str) -> Iterator[None]:
    """Run code beside the block, from the first line that it prints."""
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as running:
        assert running.stdout is not None
        running.stdout.readline()
        try:
            yield
        finally:
            running.terminate()


def test_a_list_that_takes_long_shows_what_is_done_and_prints_the_same(service: LocalService, lobby: str) -> None:
    service.fault("ListRooms", latency_seconds=2)

    shown, printed = on_a_terminal(service, "rooms", "--json")

    assert "Listing rooms" in shown
    assert shown.endswith("\x1b[2K")
    assert lobby in printed
    assert "Listing" not in printed


def test_work_that_is_quick_shows_nothing_and_loads_nothing_for_it(run_python: Callable[[str], str]) -> None:
    code = """
import io, sys
from pulumi_ivschat.cli import progress
progress.PATIENCE = 60.0
sys.stderr = io.StringIO()
sys.stderr.isatty = lambda: True
with progress.progress("Listing rooms") as count:
    count()
print([sys.stderr.getvalue(), "rich" in sys.modules])
"""
    assert run_python(code) == "['', False]"
