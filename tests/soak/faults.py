"""
Every fault at every operation of every command: writes the tables of docs/faults.md.

    make soak ARGS=faults

Exit code: 0, each ends well; 1, not.
"""

from __future__ import annotations

import os
import re
import sys
import tempfile
import traceback
from collections.abc import Callable
from pathlib import Path

from tests.conftest import serving
from tests.faults import kills, matrix
from tests.faults.conftest import OPTIONS
from tests.faults.matrix import CELLS, DOCUMENT, KILLS, PLACES, Cell

BAD = "BAD"


def main() -> int:
    """Run all cells, write the tables, and return the exit code."""
    os.environ.update(AWS_ACCESS_KEY_ID="local", AWS_SECRET_ACCESS_KEY="local")  # noqa: S106  the local service's own
    outcomes: dict[Cell, str] = {}
    with serving(*OPTIONS) as service:
        for cell in CELLS:
            outcomes[cell] = _shown(lambda cell: matrix.outcome(service, cell), cell)
    with tempfile.TemporaryDirectory() as directory, kills.lasting(Path(directory) / "data", *OPTIONS) as lasting:
        service = lasting.start()
        for cell in (Cell(*place, fault) for place in PLACES for fault in KILLS):
            outcomes[cell] = _shown(lambda cell: kills.outcome(lasting, service, cell), cell)
    bad = [str(cell) for cell, outcome in outcomes.items() if outcome == BAD]
    _write("\n".join(matrix.tables(outcomes)))
    print(f"{len(outcomes) - len(bad)} of {len(outcomes)} end well", *bad, sep="\n")  # noqa: T201
    return 1 if bad else 0


def _shown(outcome: Callable[[Cell], str], cell: Cell) -> str:
    try:
        return outcome(cell)
    except Exception:  # noqa: BLE001  whatever it is, the others are run
        traceback.print_exc()
        return BAD


def _write(tables: str) -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    mark = "<!-- make soak ARGS=faults -->\n"
    DOCUMENT.write_text(re.sub(f"(?s){mark}.*{mark}", f"{mark}\n{tables}\n{mark}", text), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
