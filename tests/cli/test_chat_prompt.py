"""The prompt, on a terminal."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
import termios
import threading
import time
from collections.abc import Iterator

import attrs
import pytest

from pulumi_ivschat.cli import chat_prompt
from tests.cli.conftest import PATIENCE, environment
from tests.conftest import LocalService


@attrs.define(eq=False)
class Terminal:
    """A terminal in which alice chats, and all that was ever written to it."""

    process: subprocess.Popen[bytes]
    keyboard: int
    device: int
    written: bytearray = attrs.field(factory=bytearray)

    def keep(self) -> None:
        """Keep what is written, until the terminal is gone."""
        try:
            while content := os.read(self.keyboard, 4096):
                self.written.extend(content)
        except OSError:
            return

    def types(self, keys: str) -> None:
        """Press keys."""
        os.write(self.keyboard, keys.encode())

    def shows(self, text: str) -> None:
        """Wait until a text has been written."""
        deadline = time.monotonic() + PATIENCE
        while text.encode() not in self.written:
            assert time.monotonic() < deadline, bytes(self.written)
            time.sleep(0.02)

    @property
    def echoes(self) -> bool:
        """Whether the terminal shows what is typed, as it does for a shell."""
        return bool(termios.tcgetattr(self.device)[3] & termios.ECHO)


@pytest.fixture
def terminal(service: LocalService, lobby: str) -> Iterator[Terminal]:
    """Yield a terminal in which alice has joined the lobby."""
    keyboard, device = pty.openpty()
    command = [sys.executable, "-m", "pulumi_ivschat", "chat", lobby, "--user", "alice"]
    variables = {**os.environ, **environment(service), "TERM": "xterm", "COLUMNS": "80"}
    with subprocess.Popen(command, stdin=device, stdout=device, stderr=device, env=variables) as process:
        terminal = Terminal(process, keyboard, device)
        reader = threading.Thread(target=terminal.keep, daemon=True)
        reader.start()
        terminal.shows("Joined")
        terminal.shows("> ")
        yield terminal
        process.kill()
    os.close(device)
    reader.join()
    os.close(keyboard)


def test_a_half_typed_line_stays_below_new_messages(service: LocalService, lobby: str, terminal: Terminal) -> None:
    terminal.types("half a li")
    terminal.shows("half a li")
    service.client().send_event(roomIdentifier=lobby, eventName="app:hello")
    terminal.shows("* app:hello\x1b[0m\r\n> half a li")
    terminal.types("ne\n")
    terminal.shows(": half a line")
    terminal.types("\x04")

    assert terminal.process.wait(PATIENCE) == 0
    assert terminal.echoes


def test_ctrl_c_leaves_the_terminal_as_it_was(terminal: Terminal) -> None:
    terminal.types("half")
    terminal.shows("half")
    assert not terminal.echoes

    terminal.process.send_signal(signal.SIGINT)

    assert terminal.process.wait(PATIENCE) == 130
    assert terminal.echoes
    assert b"Traceback" not in terminal.written


def test_there_is_no_prompt_without_a_terminal() -> None:
    assert not chat_prompt.is_possible()
