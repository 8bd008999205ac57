"""How everything that a run makes is marked: a tag with the run's id, and a name that begins with it."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any, Final

TAG: Final = "ivschat-verify"
"""The key of the tag; its value is the run's id."""
PREFIX: Final = "ivschat-verify-"
"""What each name begins with; the run's id follows."""
RUN_ID_BYTES: Final = 4
NOTHING: Final = "noVerifyRoom"
"""An id that no resource has: AWS's are 12 random letters and digits, too."""


def new_run_id() -> str:
    """Return the id of a new run: 8 hexadecimal digits."""
    return secrets.token_hex(RUN_ID_BYTES)


def is_marked(resource: Mapping[str, Any], run_id: str = "") -> bool:
    """Return whether a run made a room or logging configuration, as a list shows it: that run, or any."""
    tagged = resource.get("tags", {}).get(TAG)
    named = str(resource.get("name", "")).startswith(f"{PREFIX}{run_id}")
    return named or (tagged is not None and run_id in {"", tagged})
