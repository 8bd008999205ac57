"""
The command line of the engine that started this process: whether it works on whole stacks, or on some of their resources.

The protocol of providers does not have that. It only decides how many pages reading ahead fetches, never what an answer is. So
a system without `/proc`, or an engine that another program embeds, is no more than a case that is not known.
"""

from __future__ import annotations

import math
import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from pulumi_ivschat.aws.page_budget import MOST_PROMISED

_PROC: Final = Path("/proc")
_GENERATIONS: Final = 8
"""How many processes may be between the engine and this one: a language host, a shell."""
_SOME: Final = re.compile(r"--(target|exclude)|-\w*[tx]")
"""`--target`, `--target-replace`, `--exclude` and the like, also `-t`, and `-yt` after another flag."""


def command_line(process: int | None = None, proc: Path = _PROC) -> list[str] | None:
    """Return the words of the `pulumi` command above a process, omitted: this one; None if it cannot be found."""
    ancestor = os.getppid() if process is None else process
    try:
        for _ in range(_GENERATIONS):
            words = (proc / str(ancestor) / "cmdline").read_text(encoding="utf-8", errors="replace").split("\0")
            if Path(words[0]).name == "pulumi":
                return words
            ancestor = _parent(proc / str(ancestor) / "status")
    except (OSError, ValueError, StopIteration):
        pass
    return None


def most_promised(words: Sequence[str] | None) -> float:
    """
    Return how many reads of a stack's other rooms count, by the words of the engine's command; see `PageBudget`.

    It is 0 if the engine works on some resources only, `inf` if it works on whole stacks.
    """
    if words is None:
        return MOST_PROMISED
    return 0 if any(map(_SOME.match, words)) else math.inf


def _parent(status: Path) -> int:
    lines = status.read_text(encoding="utf-8", errors="replace").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("PPid:"))
