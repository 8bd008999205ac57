"""
The processes that started this one: whether one of them is gone.

A wrapper such as uvx, npx or a shell script starts the service as its own child. So the test runner to watch may be the parent of
a parent.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Final

_PROC: Final = Path("/proc")


def is_gone(ancestor: int) -> Callable[[], bool]:
    """
    Return a function that returns whether a process that started this one, itself or with a wrapper, is gone.

    It also returns true once a wrapper between the two is gone. Raises ValueError if the process started neither this one nor
    any of its parents.
    """
    links = [*pairwise(_line_to(ancestor))]  # an orphan gets another parent, also if its parent's id is used again
    return lambda: any(parent_of(child) != parent for child, parent in links)


def _line_to(ancestor: int) -> list[int]:
    """Return the ids of this process, its parent and so on, up to an ancestor's."""
    line = [os.getpid()]
    while line[-1] != ancestor or len(line) == 1:
        parent = parent_of(line[-1])
        if parent is None:
            msg = f"{ancestor} is not the process that starts the service"
            raise ValueError(msg)
        line.append(parent)
    return line


def parent_of(process: int) -> int | None:
    """Return the id of a process's parent; None if the process is gone, or has no parent."""
    if process == os.getpid():
        return os.getppid()
    found = _from_proc(process) if (_PROC / "self").exists() else from_ps(process)
    return found or None


def _from_proc(process: int) -> int:
    try:
        text = (_PROC / str(process) / "stat").read_text()
    except OSError:
        return 0
    return int(text.rpartition(")")[2].split()[1])  # before it is the program's name, with any characters


def from_ps(process: int) -> int:
    """Return the id of a process's parent, 0 if it has none, on systems without /proc."""
    command = ["ps", "-o", "ppid=", "-p", str(process)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  a number is its only argument
    return int(ran.stdout.strip() or 0)
