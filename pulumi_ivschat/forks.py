"""
What a forked child process must not share with its parent: connections, locks, and the pace of calls.

A server may fork after its first call: gunicorn with `--preload`, uWSGI, Celery, multiprocessing. The child has copies of its
parent's sockets, so it could read the parent's answers: the chat token of another user. It also has copies of locks that threads
of the parent hold, and none of these threads.

State that must not cross a fork is kept by `process()`, and each `Lock` is free in a child. A child never drops an object of its
parent. The finalizer of a connection pool acquires a lock, which a thread of the parent may have held.
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


_undivided = threading.RLock()
LONGEST_WAIT: Final = 10.0
"""Seconds that a fork waits. It would wait forever if an import needed a lock that another hook has acquired for this fork."""


@contextlib.contextmanager
def postponed() -> Iterator[None]:
    """
    Make other threads wait with a fork until the block ends.

    A child that is forked during an import waits forever for the import lock of that module.
    """
    with _undivided:
        yield


def _count() -> None:
    _forks[0] += 1


def _leave_pools_open() -> None:
    """Keep urllib3 from closing the parent's connection pools when the child exits."""
    finalizers: Any = getattr(weakref.finalize, "_registry", ())
    for finalizer in list(finalizers):
        alive = finalizer.peek()
        if alive and type(alive[0]).__module__.startswith(("urllib3.", "botocore.")):
            finalizer.atexit = False


class _Waiting(threading.local):
    has_lock = False


_waiting: Final = _Waiting()


def _wait() -> None:
    _waiting.has_lock = _undivided.acquire(timeout=LONGEST_WAIT)


def _release() -> None:
    if _waiting.has_lock:
        _undivided.release()


def _begin() -> None:
    """Start a child with a free lock: a fork that waited in vain has copied it as a thread of the parent held it."""
    global _undivided  # noqa: PLW0603  a lock that another thread holds cannot be released
    _undivided = threading.RLock()


if hasattr(os, "register_at_fork"):
    # Python calls the hook that was registered last first: this one comes before logging's, whose lock an import needs.
    os.register_at_fork(before=_wait, after_in_parent=_release, after_in_child=_begin)
in_child(_count)
in_child(_leave_pools_open)
