"""The log of a service that runs in the background, kept short while it runs."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from pulumi_ivschat.local.data_directory import LONGEST_LOG, private


def rotate(directory: Path) -> None:
    """
    Move what is in a log that has become too long to `service.log.1`, whose former content is lost.

    The log is copied and emptied, not renamed: it is the standard error of the service, and of all that it has started. It must
    therefore be open for appending.
    """
    log = directory / "service.log"
    with suppress(OSError):
        if log.stat().st_size <= LONGEST_LOG:
            return
        try:
            with log.open("rb") as full, private(directory / "service.log.1", os.O_TRUNC) as previous:
                full.seek(-LONGEST_LOG, os.SEEK_END)
                previous.write(full.read())
        finally:
            os.truncate(log, 0)
