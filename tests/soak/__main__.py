"""
The soaks: `recovery`, which is meant if none is named, `load`, `faults`,
`engine-faults`, `programs` and `mutants`.

    python -m tests.soak [recovery | load | faults | engine-faults | programs | mutants] …
"""

from __future__ import annotations

import sys
from typing import Final

from tests.soak import engine_faults, faults, mixed_load, mutants, programs, recovery

SOAKS: Final = {
    "engine-faults": engine_faults.main,
    "faults": faults.main,
    "load": mixed_load.main,
    "mutants": mutants.main,
    "programs": programs.main,
    "recovery": recovery.main,
}

if __name__ == "__main__":
    named = sys.argv[1:2] and sys.argv[1] in SOAKS
    sys.exit(SOAKS[sys.argv.pop(1) if named else "recovery"]())
