"""
The engine's interrupt of a program: the program ends at once, and without a traceback.

When a resource fails, or somebody presses Ctrl-C, the engine stops the program with SIGINT. The program only waits then, in
Pulumi's launcher. By default Python raises KeyboardInterrupt there. The launcher waits for its threads, which wait for
the engine. Five seconds later the language host kills it, or a second SIGINT makes Python print a traceback of the launcher.

A terminal's Ctrl-C does not reach the program: the engine runs it in a process group of its own.
"""

from __future__ import annotations

import atexit
import functools
import signal
import sys
import threading
from pathlib import Path
from types import FrameType, TracebackType
from typing import Final

_LAUNCHER: Final = "pulumi-language-python-exec"
_WAITING: Final = {"asyncio", "concurrent", "pulumi", "selectors", "signal", "threading"}
"""Packages whose frames the launcher has on its stack while it waits for the engine, or changes its handlers before and after."""


def end_quietly() -> None:
    """
    Let SIGINT end a program of the engine quietly; call it as often as you like.

    It changes nothing in a process that Pulumi's launcher does not run (the Automation API, tests), and nothing that
    the program has set itself. The exit status stays what Python's own is: death by SIGINT.
    """
    if not is_launched() or threading.current_thread() is not threading.main_thread():
        return
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _interrupt)
    if sys.excepthook is sys.__excepthook__:
        sys.excepthook = _print_exception


@functools.cache
def is_launched() -> bool:
    """Return whether Pulumi's launcher runs this process."""
    return any(Path(argument).name == _LAUNCHER for argument in sys.orig_argv)


def _interrupt(number: int, frame: FrameType | None) -> None:
    """Raise KeyboardInterrupt if the program's own code runs; end the process if it only waits for the engine."""
    if not _only_waits(frame):
        signal.default_int_handler(number, frame)
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # A second one ends it, whatever the callbacks do.
    atexit._run_exitfuncs()  # noqa: SLF001  # pyright: ignore[reportAttributeAccessIssue]
    sys.stdout.flush()
    sys.stderr.flush()
    signal.raise_signal(signal.SIGINT)


def _only_waits(frame: FrameType | None) -> bool:
    """Return whether the frames from this one to the launcher are those of waiting for the engine."""
    while frame and Path(frame.f_code.co_filename).name != _LAUNCHER:
        name = str(frame.f_globals.get("__name__"))
        if name != __name__ and name.partition(".")[0] not in _WAITING:  # `_interrupt` may be interrupted itself
            return False
        frame = frame.f_back
    return frame is not None


def _print_exception(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Print an exception as Python does, and KeyboardInterrupt not at all."""
    if not issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
