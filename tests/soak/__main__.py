"""
The soaks: `recovery`, which is meant where none is named, and `load`.

    python -m tests.soak [recovery | load] …
"""

from __future__ import annotations

import sys
from typing import Final

from tests.soak import mixed_load, recovery

SOAKS: Final = {"load": mixed_load.main, "recovery": recovery.main}

if __name__ == "__main__":
    named = sys.argv[1:2] and sys.argv[1] in SOAKS
    sys.exit(SOAKS[sys.argv.pop(1) if named else "recovery"]())
