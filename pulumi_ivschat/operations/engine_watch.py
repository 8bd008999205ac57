"""
The end of the process that runs providers, if the engine is gone.

A SIGKILL of the engine stops neither the dynamic host nor a plug-in: both wait for requests. Standard input shows that the engine
is gone. It is a pipe to which the engine alone can write. The engine never does, and keeps it open while it lives.
"""

from __future__ import annotations

import atexit
import contextlib
import functools
import os
import select
import stat
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Final

from pulumi_ivschat.errors import IvsChatError

_LAST_SECONDS: Final = 5.0
"""How long running calls may still take: `recover` waits as long for requests that are on their way."""


class Calls:
    """The engine's calls that run in this process."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._running = 0
        self._closed = False

    @contextlib.contextmanager
    def running(self) -> Iterator[None]:
        """Count a call as running; raise IvsChatError if no call may begin any more."""
        with self._changed:
            if self._closed:
                msg = "Pulumi is gone, and nobody would record the result."
                raise IvsChatError(msg, remedy="Run `pulumi-ivschat recover`.")
            self._running += 1
        try:
            yield
        finally:
            with self._changed:
                self._running -= 1
                self._changed.notify_all()

    def close(self, seconds: float) -> None:
        """Let no call begin, and wait until the running ones end; *seconds* at most."""
        with self._changed:
            self._closed = True
            self._changed.wait_for(lambda: not self._running, seconds)


CALLS: Final = Calls()
"""Those of this process, whatever their resource types."""


@functools.cache
def end_with_engine() -> None:
    """
    End this process once the engine is gone, after the calls that run.

    It does nothing if standard input is not a pipe, or is one that is closed already: then somebody else than the engine
    started this process.
    """
    with contextlib.suppress(OSError):  # there is no standard input
        if stat.S_ISFIFO(os.fstat(0).st_mode):
            watch(os.dup(0), CALLS, os._exit)


@functools.cache
def end_without_unloading() -> None:
    """
    Let this process end after its threads and exit callbacks, with status 0, and without unloading its modules.

    The engine waits for the end at each command, and to unload hundreds of modules takes longer than all else there.
    """
    atexit.register(_end)


def _end() -> None:
    atexit.unregister(_end)
    atexit._run_exitfuncs()  # noqa: SLF001  # pyright: ignore[reportAttributeAccessIssue]
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


def watch(pipe: int, calls: Calls, end: Callable[[int], object]) -> threading.Thread | None:
    """Call *end* with an exit status once the other end of a pipe is closed and the calls have ended."""
    poll = getattr(select, "poll", None)
    if poll is None:
        return None
    polled = poll()
    polled.register(pipe, select.POLLHUP)
    if polled.poll(0):
        return None

    def wait() -> None:
        if any(event & select.POLLHUP for _, event in polled.poll()):
            calls.close(_LAST_SECONDS)
            end(1)

    thread = threading.Thread(target=wait, name="pulumi-ivschat-engine-watch", daemon=True)
    thread.start()
    return thread
