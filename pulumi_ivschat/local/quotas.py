"""How often something may happen."""

from __future__ import annotations

import collections
from datetime import datetime, timedelta
from typing import Final

REQUESTS_PER_CONNECTION: Final = 10
"""Requests that a client may send in a second over one connection."""

_SECOND: Final = timedelta(seconds=1)


class RateLimit:
    """Lets so many pass in any second; what is refused does not count."""

    def __init__(self) -> None:
        self._passed: collections.deque[datetime] = collections.deque()

    def take(self, now: datetime, rate: int) -> bool:
        """Say whether one more may pass, at *rate* in a second; it has then passed."""
        # A clock that was set back must not keep everybody waiting.
        while self._passed and not now - _SECOND < self._passed[0] <= now:
            self._passed.popleft()
        if len(self._passed) >= rate:
            return False
        self._passed.append(now)
        return True
