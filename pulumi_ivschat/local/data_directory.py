"""
The files of a data directory by which processes find its service: the address, the locks and the log.

A running service holds a lock on `service.lock` and writes its address to `service.json`. This module and `discovery` use the
standard library only: the package's core imports them, without the extra `local`.
"""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Final

from pulumi_ivschat import forks

PATIENCE: Final = 0.05
"""Seconds between two looks at a lock or a service."""
LONGEST_LOG: Final = 1024 * 1024
_ANOTHER: Final = "Name another directory with --data or PULUMI_IVSCHAT_DATA; --memory keeps nothing on disk."


class LocalServiceError(Exception):
    """
    Raised when the local service cannot be started, found, asked or stopped.

    Follow the message: it names the package to install, the log to read or the process to end. `pulumi-ivschat local status` shows
    whether a service answers.
    """


@dataclass(frozen=True)
class Running:
    """A service that runs: its address, and what distinguishes it from others; *data* is its directory."""

    url: str
    pid: int
    instance: str
    version: str
    data: str

    @property
    def messaging_url(self) -> str:
        """Return the address that chat clients connect to: AWS's messaging SDK takes a `ws://` address only."""
        return self.url.replace("http", "ws", 1)


def default_data_directory() -> Path:
    """
    Return `$PULUMI_IVSCHAT_DATA`, else `$XDG_DATA_HOME/pulumi-ivschat/local`, else the same below `~/.local/share`.

    Raises LocalServiceError if the user has no home directory, as in a container with any user id.
    """
    if own := os.environ.get("PULUMI_IVSCHAT_DATA"):
        return _absolute(own)
    share = os.environ.get("XDG_DATA_HOME") or "~/.local/share"
    return _absolute(share) / "pulumi-ivschat" / "local"


def _absolute(text: str) -> Path:
    try:
        return Path(text).expanduser().absolute()
    except RuntimeError as error:
        msg = f"the home directory in {text} is not known. {_ANOTHER}"
        raise LocalServiceError(msg) from error


def announcement(directory: Path) -> Running | None:
    """Return the service whose address is in a directory, whether it runs or not; None if there is none."""
    try:
        recorded = Running(**json.loads((directory / "service.json").read_bytes()))
    except (OSError, ValueError, TypeError, RecursionError):
        return None
    texts = (recorded.url, recorded.instance, recorded.version, recorded.data)
    return recorded if type(recorded.pid) is int and all(isinstance(each, str) for each in texts) else None


def lock_holder(directory: Path) -> int | None:
    """Return the process that holds the lock of a directory, as it wrote there; None if nobody does."""
    lock = directory / "service.lock"
    try:
        text = lock.read_text(encoding="utf-8", errors="replace")
        lock_file = is_locked(lock)
    except OSError:
        return None
    return int(text) if lock_file and re.fullmatch("[1-9][0-9]{0,9}", text) else None


def make_directory(directory: Path) -> None:
    """Make a data directory that only its owner may enter; raise LocalServiceError if that is refused."""
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        msg = f"the data directory {directory} cannot be created: {error.strerror}. {_ANOTHER}"
        raise LocalServiceError(msg) from error
    if not os.access(directory, os.W_OK | os.X_OK):
        msg = f"the data directory {directory} is not writable for user {os.geteuid()}. {_ANOTHER}"
        raise LocalServiceError(msg)


@contextmanager
def announced(running: Running) -> Iterator[None]:
    """Keep the address of a service in its data directory while it serves."""
    path = Path(running.data) / "service.json"
    draft = path.with_suffix(".draft")
    with writing(path):
        draft.write_text(json.dumps(asdict(running)), encoding="utf-8")
        draft.replace(path)
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


_lockable: Final[set[int]] = set()
"""The file descriptors through which this process locks files."""


def _leave_to_parent() -> None:
    """Let go of the parent's locks in a forked child: its copy of a file would hold a lock after the parent's end."""
    with Path(os.devnull).open("rb") as nothing:
        for descriptor in _lockable:
            os.dup2(nothing.fileno(), descriptor, inheritable=False)
    _lockable.clear()


forks.in_child(_leave_to_parent)


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Raise LocalServiceError where a file cannot be written, as on a full disk."""
    try:
        yield
    except OSError as error:
        msg = f"{path} cannot be written: {error.strerror}; free some disk space, or name another directory with --data"
        raise LocalServiceError(msg) from error


@contextmanager
def locked(path: Path, deadline: float) -> Iterator[IO[str]]:
    """Hold a lock on a file, emptied, until the end or the death of the process; raise TimeoutError."""
    with _kept_from_children(_opened(path)) as file:
        while not _lock(file):
            if time.monotonic() > deadline:
                raise TimeoutError(path)
            time.sleep(PATIENCE)
        file.truncate(0)
        yield file


@contextmanager
def _kept_from_children(file: IO[str]) -> Iterator[IO[str]]:
    """Keep a file open, whose lock no forked child inherits."""
    with file:
        _lockable.add(file.fileno())
        try:
            yield file
        finally:
            _lockable.discard(file.fileno())


def _opened(path: Path) -> IO[str]:
    try:
        return path.open("a", encoding="utf-8")
    except OSError as error:
        msg = f"{path} cannot be used: {error.strerror}"
        raise LocalServiceError(msg) from error


def _lock(file: IO[str], *, shared: bool = False) -> bool:
    import fcntl  # noqa: PLC0415 - if there is none, the rest of the package must still be importable

    try:
        fcntl.flock(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def is_locked(lock: Path) -> bool:
    """Return whether a process holds the lock on a file; a file that does not exist is free."""
    try:
        with _kept_from_children(lock.open(encoding="utf-8")) as file:
            return not _lock(file, shared=True)
    except FileNotFoundError:
        return False


def private(path: Path, flags: int) -> IO[bytes]:
    """Open a file for writing that only its owner may read."""
    file = os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | flags, 0o600), "wb")
    os.fchmod(file.fileno(), 0o600)
    return file
