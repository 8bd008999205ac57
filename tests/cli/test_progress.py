"""Progress of commands that take long, on a terminal of its own."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
import threading
from pathlib import Path

from tests.cli.conftest import Invoke, Project, environment
from tests.conftest import LocalService


def on_a_terminal(service: LocalService, *arguments: str, directory: Path | None = None) -> tuple[str, str]:
    """Run a command whose stderr is a terminal; return what it prints there and on stdout."""
    terminal, stderr = pty.openpty()
    shown = bytearray()
    reader = threading.Thread(target=_read, args=(terminal, shown))
    reader.start()
    command = [sys.executable, "-m", "pulumi_ivschat", *arguments]
    variables = {**os.environ, **environment(service), "TERM": "xterm", "COLUMNS": "80"}
    ran = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=stderr, text=True, check=False, env=variables, cwd=directory, timeout=60
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


def test_a_list_that_takes_long_shows_what_is_done_and_prints_the_same(service: LocalService, lobby: str) -> None:
    service.fault("ListRooms", latency_seconds=2)

    shown, printed = on_a_terminal(service, "rooms", "--json")

    assert "Listing rooms" in shown
    assert shown.endswith("\x1b[2K")
    assert lobby in printed
    assert "Listing" not in printed


def test_work_that_is_quick_shows_nothing(service: LocalService, lobby: str) -> None:
    shown, printed = on_a_terminal(service, "rooms", "--json")

    assert (shown, lobby in printed) == ("", True)


def test_a_drift_report_that_takes_long_shows_what_is_done(project: Project) -> None:
    project.service.fault("ListRooms", latency_seconds=2)

    shown, printed = on_a_terminal(project.service, "drift", directory=project.directory)

    assert "Comparing with the account" in shown
    assert printed == "No drift (1 stack in us-west-2).\n"


def test_an_import_that_takes_long_shows_what_is_done(project: Project) -> None:
    project.service.fault("ListRooms", latency_seconds=2)
    project.room()

    shown, _ = on_a_terminal(project.service, "import", "--all", "--yes", directory=project.directory)

    assert "Looking up resources" in shown
    assert "Imported 1 Room." in shown


def test_a_recovery_that_takes_long_shows_what_is_done(project: Project) -> None:
    project.service.fault("ListRooms", latency_seconds=2)

    shown, _ = on_a_terminal(project.service, "recover", directory=project.directory)

    assert "Looking for what the stack lost" in shown
    assert "There is nothing to recover." in shown


def test_a_pipe_sees_nothing_of_it(service: LocalService, lobby: str, invoke: Invoke) -> None:
    service.fault("ListRooms", latency_seconds=2)

    result = invoke("rooms", "--json")

    assert (result.stderr, lobby in result.stdout) == ("", True)
