"""The effect of SIGINT on a program that Pulumi's launcher runs; tests/engine/test_errors.py has it with the real engine."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

LAUNCHER = "pulumi-language-python-exec"
PREAMBLE = """
import atexit, os, signal, sys
from pulumi_ivschat.program import interrupts
atexit.register(print, "cleaned up")
interrupts.end_quietly()
def interrupt(): os.kill(os.getpid(), signal.SIGINT)
"""
RUN = """
import runpy
runpy.run_path("program", run_name="__main__")
"""
WAIT = """
import asyncio, os, signal, threading
loop = asyncio.new_event_loop()
loop.call_later(0.1, threading.Thread(target=os.kill, args=(os.getpid(), signal.SIGINT)).start)
try:
    loop.run_forever()
finally:
    threading.Event().wait()  # as for threads that wait for the engine
"""
BUSY = """
try:
    interrupt()
finally:
    print("the program's own", flush=True)
"""


def ran(directory: Path, program: str = "", launcher: str = RUN, name: str = LAUNCHER) -> tuple[int, str, str]:
    """Run a program, and return exit status, output and errors."""
    (directory / "program").write_text(PREAMBLE + program)
    (directory / name).write_text(launcher)
    ended = subprocess.run(
        [sys.executable, name], cwd=directory, check=False, capture_output=True, text=True, timeout=60
    )
    return ended.returncode, ended.stdout, ended.stderr


def test_an_interrupt_ends_a_program_that_waits_at_once_by_the_signal_and_without_a_traceback(tmp_path: Path) -> None:
    assert ran(tmp_path, launcher=RUN + WAIT) == (-signal.SIGINT, "cleaned up\n", "")


def test_an_interrupt_that_arrives_while_the_launcher_changes_its_handlers_shows_no_traceback(tmp_path: Path) -> None:
    changes = """
import os, signal
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
os.kill(os.getpid(), signal.SIGINT)
signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
"""
    assert ran(tmp_path, launcher=RUN + changes) == (-signal.SIGINT, "cleaned up\n", "")


def test_an_interrupt_of_the_programs_own_code_is_a_keyboard_interrupt_without_a_traceback(tmp_path: Path) -> None:
    assert ran(tmp_path, BUSY) == (-signal.SIGINT, "the program's own\ncleaned up\n", "")


@pytest.mark.parametrize(
    ("program", "name", "shown"),
    [
        (BUSY, "somebodys.py", "KeyboardInterrupt"),
        ("raise ValueError", LAUNCHER, "ValueError"),
        ("sys.excepthook = lambda *_: print('my own', file=sys.stderr)" + BUSY, LAUNCHER, "my own"),
    ],
)
def test_any_other_process_error_or_hook_is_shown_as_ever(tmp_path: Path, program: str, name: str, shown: str) -> None:
    assert shown in ran(tmp_path, program, name=name)[2]


def test_a_program_can_handle_its_interrupts_itself(tmp_path: Path) -> None:
    own = "signal.signal(signal.SIGINT, lambda *_: print('mine'))\ninterrupts.end_quietly()\ninterrupt()"
    caught = "try: interrupt()\nexcept KeyboardInterrupt: print('caught')"

    assert ran(tmp_path, own) == (0, "mine\ncleaned up\n", "")
    assert ran(tmp_path, caught) == (0, "caught\ncleaned up\n", "")
