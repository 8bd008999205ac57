"""
What a forked child process must not share with its parent: connections, locks, and the pace of calls.

A server may fork after its first call: gunicorn with `--preload`, uWSGI, Celery, multiprocessing. The child has copies of its
parent's sockets, so it could read the parent's answers: the chat token of another user. It also has copies of locks that threads
of the parent hold, and none of these threads.

State that must not cross a fork is kept by `process()`, and each `Lock` is free in a child. Locks of C libraries are out of
reach, so a fork waits for calls: see `postponed`. A child never drops an object of its parent. The finalizer of a connection pool
acquires a lock, which a thread of the parent may have held.
"""

from __future__ import annotations

import contextlib
import logging  # noqa: F401  `postponed` needs its hook to be registered first
import os
import threading
import weakref
from collections.abc import Callable, Iterator
from typing import Any, Final

_forks: Final = [0]
"""How many forks lie between this process and the one that loaded this module: a process id may be used again."""


def process() -> tuple[int, int]:
    """Return what identifies this process; the value differs in each forked child, and in a child of that child."""
    return os.getpid(), _forks[0]  # uWSGI forks without calling Python's hooks, so the process id is needed as well


class Lock:
    """A lock for `with` that is free in a forked child, also if a thread of the parent holds it."""

    def __init__(self) -> None:
        self._locks: dict[tuple[int, int], threading.Lock] = {}
        self._taken: threading.Lock

    def __enter__(self) -> None:
        lock = self._locks.get(process()) or self._locks.setdefault(process(), threading.Lock())
        lock.acquire()
        self._taken = lock

    def __exit__(self, *_: object) -> None:
        self._taken.release()


def in_child(function: Callable[[], None]) -> None:
    """Call *function* in each forked child, before the code that forked goes on."""
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=function)


LONGEST_WAIT: Final = 10.0
"""Seconds that a fork waits for a block, and a block for a fork. Without a limit, a hook of another library could stop both."""


class _Blocks:
    """The threads of one process that are in blocks that put a fork off, and those that fork."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._threads: list[int] = []
        self._forking: set[int] = set()

    def begin(self) -> None:
        """Add a block of this thread. Its first one waits for forks: threads that take turns would put them off forever."""
        with self._changed:
            if threading.get_ident() not in self._threads:
                self._changed.wait_for(lambda: not self._forking, LONGEST_WAIT)
            self._threads.append(threading.get_ident())

    def end(self) -> None:
        """Remove a block of this thread."""
        with self._changed:
            self._threads.remove(threading.get_ident())
            self._changed.notify_all()

    def acquire(self) -> None:
        """Wait until no other thread is in a block, and keep all out until `release`."""
        self._changed.acquire()
        self._forking.add(threading.get_ident())
        self._changed.wait_for(lambda: {*self._threads} <= {threading.get_ident()}, LONGEST_WAIT)

    def release(self) -> None:
        """Let the blocks begin that have waited for this thread's fork."""
        self._changed.notify_all()
        self._forking.discard(threading.get_ident())
        self._changed.release()


_by_process: Final[dict[tuple[int, int], _Blocks]] = {}


def _blocks() -> _Blocks:
    return _by_process.get(process()) or _by_process.setdefault(process(), _Blocks())


@contextlib.contextmanager
def postponed() -> Iterator[None]:
    """
    Make other threads wait with a fork until the block ends; many threads may be in such blocks at once.

    A child has the locks of a half-done import, and those that OpenSSL and the C library hold without Python's knowledge
    while they make a TLS context or look up a host. Nobody releases them there: the child would wait forever.
    """
    blocks = _blocks()
    blocks.begin()
    try:
        yield
    finally:
        if blocks is _blocks():  # a child that was forked in the block has none to end
            blocks.end()


def _count() -> None:
    _forks[0] += 1


def _leave_pools_open() -> None:
    """Keep urllib3 from closing the parent's connection pools when the child exits."""
    finalizers: Any = getattr(weakref.finalize, "_registry", ())
    for finalizer in list(finalizers):
        alive = finalizer.peek()
        if alive and type(alive[0]).__module__.startswith(("urllib3.", "botocore.")):
            finalizer.atexit = False


if hasattr(os, "register_at_fork"):
    # Python calls the hook that was registered last first: this one comes before logging's, whose lock an import needs.
    os.register_at_fork(before=lambda: _blocks().acquire(), after_in_parent=lambda: _blocks().release())
in_child(_count)
in_child(_leave_pools_open)
