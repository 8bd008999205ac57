"""
Run a command that ends when the process that asked for it is gone, also if that was killed: the engine must not deploy on.

    python -m verify.guarded COMMAND…
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from typing import Final

_POLL: Final = 0.1
_TERMINATED: Final = 128 + signal.SIGTERM


def main(command: Sequence[str]) -> int:
    """Run the command, and return its exit code; kill it and what it started if this process ends or gets another parent."""
    # The signal is noted only: an exception could come while Popen starts the command, which nobody would kill then.
    terminated = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: terminated.set())
    parent = os.getppid()
    with subprocess.Popen(command, start_new_session=True) as process:  # noqa: S603 - what the caller runs
        try:
            while os.getppid() == parent and not terminated.is_set():
                with suppress(subprocess.TimeoutExpired):
                    return process.wait(_POLL)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
    return _TERMINATED if terminated.is_set() else process.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
