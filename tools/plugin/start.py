"""
Start the plug-in of an archive in an empty environment, and fail unless it prints its port.

    python3 -m tools.plugin.start ARCHIVE

It needs the standard library alone, so that it shows whether the archive runs on a machine without the package's dependencies.
"""

from __future__ import annotations

import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

_SECONDS = 30


def main(archive: str) -> None:
    """Unpack an archive, and start its plug-in in an empty environment."""
    with tempfile.TemporaryDirectory() as directory, tarfile.open(archive) as tar:
        tar.extractall(directory, filter="data")
        program = Path(directory) / "pulumi-resource-ivschat"
        with subprocess.Popen(
            [program], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, env={}, text=True
        ) as process:
            try:
                port = process.stdout.readline().strip() if process.stdout else ""
            finally:
                process.terminate()
            process.wait(_SECONDS)
    if not port.isdigit():
        sys.exit(f"The plug-in of {archive} printed no port, but {port!r}.")
    print(f"The plug-in of {archive} has started.")


if __name__ == "__main__":
    main(sys.argv[1])
