"""
Every fault at every operation of every command, under the real engine; all of them take most of an hour.

    make soak ARGS='engine-faults --every 5'

Exit code: 0, each ends well; 1, not.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
import traceback
from pathlib import Path

from tests.conftest import LocalService, serving
from tests.engine import native
from tests.engine.deployment import EngineDeployment
from tests.faults import matrix
from tests.faults.conftest import OPTIONS
from tests.faults.matrix import CELLS, Cell
from tests.soak.recovery import new_stack


def main() -> int:
    """Run the cells, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--every", type=int, default=1, metavar="N", help="run one of N cells only")
    parser.add_argument("--from", dest="first", type=int, default=0, metavar="NUMBER", help="and begin with this one")
    parser.add_argument("--until", type=int, default=None, metavar="NUMBER", help="and end before this one")
    parser.add_argument("--yaml", action="store_true", help="with the native plug-in")
    given = parser.parse_args()
    os.environ.update(AWS_ACCESS_KEY_ID="local", AWS_SECRET_ACCESS_KEY="local")  # noqa: S106  the local service's own
    cells = CELLS[given.first : given.until : given.every]
    with serving(*OPTIONS) as service:
        bad = [cell for cell in cells if not _ends_well(service, cell, in_yaml=given.yaml)]
    print(f"{len(cells) - len(bad)} of {len(cells)} end well", *bad, sep="\n", flush=True)  # noqa: T201
    return 1 if bad else 0


def _ends_well(service: LocalService, cell: Cell, *, in_yaml: bool) -> bool:
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="pulumi-ivschat-soak-") as directory:
        stack = new_stack(Path(directory), service).config(maxAttempts=2)
        try:
            shown = matrix.outcome(service, cell, EngineDeployment(native.of_stack(stack) if in_yaml else stack))
        except Exception:  # noqa: BLE001  whatever it is, the others are run
            shown = f"BAD {traceback.format_exc()}"
    print(f"{cell}: {shown}, {time.monotonic() - began:.0f} s", flush=True)  # noqa: T201
    return not shown.startswith("BAD")


if __name__ == "__main__":
    sys.exit(main())
