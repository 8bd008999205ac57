"""
The soaks: `recovery`, which is meant if none is named, `load`, `faults`,
`engine-faults`, `programs`, `mutants` and `verify-mutants`.

    python -m tests.soak [recovery | load | faults | engine-faults | programs | mutants | verify-mutants] …
"""

from __future__ import annotations

import sys
from typing import Final

from tests.soak import engine_faults, faults, mixed_load, mutants, programs, recovery, verify_mutants

SOAKS: Final = {
    "engine-faults": engine_faults.main,
    "faults": faults.main,
    "load": mixed_load.main,
    "mutants": mutants.main,
    "programs": programs.main,
    "recovery": recovery.main,
    "verify-mutants": verify_mutants.main,
}

if __name__ == "__main__":
    named = sys.argv[1:2] and sys.argv[1] in SOAKS
    sys.exit(SOAKS[sys.argv.pop(1) if named else "recovery"]())
