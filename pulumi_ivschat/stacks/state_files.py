"""
Files of a state backend in a directory that a kill has cut off.

The engine writes a state and its history at once, by renaming a file. Its blob library writes the attributes of each file
(`.attrs`) in place, and a kill may leave them empty; then the engine reads neither. The attributes hold a checksum and a
content type, so that nothing is lost without them. `?metadata=skip` in the backend's URL writes none.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from pulumi_ivschat.stacks.engine import Stack

_FILE: Final = "file://"
_ATTRIBUTES: Final = ".attrs"


def cut_off(stack: Stack) -> list[Path]:
    """Return the attributes of this stack's files that a kill has cut off."""
    place = _directory(stack)
    return [path for path in sorted(_attributes(place, stack)) if _is_cut_off(path)] if place else []


def backup(stack: Stack) -> Path | None:
    """Return the copy of the state before its last step if the state itself is cut off, None if it is not."""
    place = _directory(stack)
    name = f"{stack.project}/{stack.name}.json"
    state, copy = (place / "stacks" / each for each in (name, f"{name}.bak")) if place else (None, None)
    return copy if state and copy and state.is_file() and copy.is_file() and _is_cut_off(state) else None


def _directory(stack: Stack) -> Path | None:
    """Return the directory of the backend's files, None if they are elsewhere."""
    url = stack.backend()
    if not url.startswith(_FILE):
        return None
    path = Path(url.removeprefix(_FILE).partition("?")[0]).expanduser()
    return stack.directory.absolute() / path / ".pulumi"


def _attributes(place: Path, stack: Stack) -> Iterator[Path]:
    own = f"{stack.project}/{stack.name}"
    yield from (place / "stacks").glob(f"{own}.json*{_ATTRIBUTES}")
    yield from (place / "history" / own).glob(f"*{_ATTRIBUTES}")
    yield from (place / "locks" / "organization" / own).glob(f"*{_ATTRIBUTES}")
    yield from place.glob(f"meta.yaml{_ATTRIBUTES}")


def _is_cut_off(path: Path) -> bool:
    try:
        json.loads(path.read_bytes())
    except ValueError:
        return True
    except OSError:
        return False
    return False
