"""
The place in a program where a resource is declared.

The SDK sends the whole Python stack with each resource, and the state keeps it. Eleven of thirteen frames, 40 % of a room's bytes,
are those of the language host, the SDK and asyncio. They are the same for every resource, and the engine writes the whole state at
every step.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from types import FrameType
from typing import Final

_SDK_FRAMES: Final = 4
"""Those from a resource's constructor in the SDK to its look at the stack. With another number there would be a frame of the
program less, or one of its host's more, and that is all."""

_HOSTS: Final = {"pulumi", "runpy"}


@contextlib.contextmanager
def program_frames_only() -> Iterator[None]:
    """Let the SDK see, of the stack above what the block declares, the program's frames and none of what runs the program."""
    limit = _SDK_FRAMES + _program_frames(sys._getframe(2))  # noqa: SLF001  the block's; the documented way to it
    before = getattr(sys, "tracebacklimit", None)
    sys.tracebacklimit = limit if before is None else min(limit, before)
    try:
        yield
    finally:
        if before is None:
            del sys.tracebacklimit
        else:
            sys.tracebacklimit = before


def _program_frames(frame: FrameType | None) -> int:
    """Count the frames from one outwards to the code that runs the program, or calls it back."""
    count = 0
    while frame and str(frame.f_globals.get("__name__")).partition(".")[0] not in _HOSTS:
        count, frame = count + 1, frame.f_back
    return count
