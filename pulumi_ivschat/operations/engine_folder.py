"""
The values that provider processes of one engine share while an operation runs: lines of JSON, and turns.

An engine starts a process for each provider of a stack, and all of them hear its address. Their folder is there while one
of them lives. A process that is killed leaves no lock, and at most half a line, which nobody reads.
"""

from __future__ import annotations

import contextlib
import json
import re
import secrets
import shutil
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import attrs

from pulumi_ivschat.aws.shared_folder import is_locked, locked, shared_folder, take_part

_MEMBERS: Final = "members"
_LINES: Final = "lines"
_SALT: Final = "salt"
SALT_BYTES: Final = 32


@attrs.define
class Lines:
    """Values that all processes of one engine write and read, as lines of a file."""

    path: Path
    _read: int = 0

    def share(self, value: Any) -> None:
        """Write a value for all processes, also for this one."""
        # The first line end ends what a process has written that was killed in the middle.
        with contextlib.suppress(OSError), self.path.open("ab", buffering=0) as file:
            file.write(f"\n{json.dumps(value)}\n".encode())

    def hear(self) -> Iterator[Any]:
        """Yield the values that were written since this was last asked."""
        written = b""
        with contextlib.suppress(OSError), self.path.open("rb") as file:
            file.seek(self._read)
            written = file.read()
        whole = written[: written.rfind(b"\n") + 1]
        self._read += len(whole)
        for line in whole.splitlines():
            with contextlib.suppress(ValueError):
                yield json.loads(line)


@attrs.define
class EngineFolder:
    """The folder of one engine's provider processes; one that is dropped takes part no more."""

    path: Path
    _lines: Lines = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self._lines = self.lines(_LINES)

    @classmethod
    def join(cls, engine_address: str | None, parent: Path | None) -> EngineFolder | None:
        """
        Return the folder for the engine at an address; None if there is no engine, or no folder of all processes.

        What an engine before it has left under the same address is gone.
        """
        if not (engine_address and parent):
            return None
        path = parent / f"engine-{re.sub(r'[^A-Za-z0-9]+', '-', engine_address)}"
        with contextlib.suppress(OSError), (parent / "engines.lock").open("ab") as lock, locked(lock):
            _remove_what_has_ended(parent)
            path.mkdir(mode=0o700, exist_ok=True)
            _add_salt(path)
            membership = (path / _MEMBERS).open("ab")
            take_part(membership)
            folder = cls(path)
            weakref.finalize(folder, membership.close)
            return folder
        return None

    def share(self, value: Any) -> None:
        """Write a value for all processes, also for this one."""
        self._lines.share(value)

    def hear(self) -> Iterator[Any]:
        """Yield the values that were written since this was last asked."""
        return self._lines.hear()

    def lines(self, name: str) -> Lines:
        """Return the lines of another name, which no others mix with."""
        return Lines(self.path / name)

    def salt(self) -> bytes | None:
        """Return the random bytes that the processes of this engine share, and no other ones; None if there are none."""
        with contextlib.suppress(OSError):
            found = (self.path / _SALT).read_bytes()
            return found if len(found) == SALT_BYTES else None
        return None

    @contextlib.contextmanager
    def turn(self, name: str) -> Iterator[None]:
        """Keep all other threads and processes out until the block ends, for one name."""
        with contextlib.ExitStack() as stack:
            with contextlib.suppress(OSError):
                file = stack.enter_context((self.path / f"{name}.turn").open("ab"))
                stack.enter_context(locked(file))
            yield


def of_engine(address: str | None) -> EngineFolder | None:
    """Return the folder for the engine at an address, as `EngineFolder.join` does."""
    return EngineFolder.join(address, shared_folder())


def _add_salt(path: Path) -> None:
    """Add the salt, unless there is one; a process that is killed in the middle leaves none."""
    if not (path / _SALT).exists():
        new = path / f"{_SALT}.new"
        new.write_bytes(secrets.token_bytes(SALT_BYTES))
        new.replace(path / _SALT)


def _remove_what_has_ended(parent: Path) -> None:
    """Remove the folders that no process uses any more."""
    for path in parent.glob("engine-*"):
        with contextlib.suppress(OSError), (path / _MEMBERS).open("ab") as members:
            if not is_locked(members):
                shutil.rmtree(path, ignore_errors=True)
