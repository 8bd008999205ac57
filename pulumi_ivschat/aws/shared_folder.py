"""
The folder in which this user's processes on this machine tell each other what they must share: turns of calls, and tag keys.

Nothing in it is needed after the processes have ended, so it lies among the temporary files. It holds no secret.
"""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    import fcntl
else:
    try:
        import fcntl
    except ImportError:  # Windows
        fcntl = None


def shared_folder() -> Path | None:
    """Return the folder; None if there is none that only this user can write to, or no way to lock a file in it."""
    if fcntl is None:
        return None
    path = Path(os.environ.get("XDG_RUNTIME_DIR") or tempfile.gettempdir()) / f"pulumi-ivschat-{os.geteuid()}"
    try:
        path.mkdir(mode=0o700, exist_ok=True)
        found = path.lstat()
    except OSError:
        return None
    # Anybody may have made it in a folder that all share.
    is_private = stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid() and not found.st_mode & 0o077
    return path if is_private else None


@contextlib.contextmanager
def locked(file: IO[bytes]) -> Iterator[None]:
    """Hold the lock of an open file; the system releases it if the process is killed."""
    fcntl.flock(file, fcntl.LOCK_EX)
    try:
        yield
    finally:
        fcntl.flock(file, fcntl.LOCK_UN)


def take_part(file: IO[bytes]) -> None:
    """Hold a file's lock together with others, until the file is closed or the process ends."""
    fcntl.flock(file, fcntl.LOCK_SH)


def is_locked(file: IO[bytes]) -> bool:
    """Return whether anybody holds the lock of a file."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    fcntl.flock(file, fcntl.LOCK_UN)
    return False
