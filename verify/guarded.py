"""
Run a command that ends when the process that asked for it is gone, also if that was killed: the engine must not deploy on.

    python -m verify.guarded COMMAND…
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import Final

_POLL: Final = 0.1
_TERMINATED: Final = 128 + signal.SIGTERM


def main(command: Sequence[str]) -> int:
    """Run the command, and return its exit code; kill it and what it started if this process ends or gets another parent."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(_TERMINATED))
    parent = os.getppid()
    with subprocess.Popen(command, start_new_session=True) as process:  # noqa: S603 - what the caller runs
        try:
            while os.getppid() == parent:
                with suppress(subprocess.TimeoutExpired):
                    return process.wait(_POLL)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
    return process.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
