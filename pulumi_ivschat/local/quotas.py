"""How often something may happen."""

from __future__ import annotations

import collections
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from pulumi_ivschat.model.service_model import operations

REQUESTS_PER_CONNECTION: Final = 10
"""Requests that a client may send in a second over one connection."""
FRAMES_PER_CONNECTION: Final = 500
"""
WebSocket frames of any kind, pings and parts of requests too, that a client may send in a second over one connection.

AWS's own limit is not known. A client at its limit of requests sends 10; each may have dozens of parts.
"""

# Rooms of an account in a region together; service-quotas.html of the IVS Chat user guide. The requests of the messaging API
# to delete messages and disconnect users count with the operations that do so.
ACCOUNT_RATES: Final[Mapping[str, int]] = {
    **{name: each.rate for name, each in operations().items()},
    "SendMessage": 1000,
}
"""What an account may do in a second in a region, by operation and action."""

_SECOND: Final = timedelta(seconds=1)


class RateLimit:
    """Lets so many pass in any second; what is refused does not count."""

    def __init__(self) -> None:
        self._passed: collections.deque[datetime] = collections.deque()

    def take(self, now: datetime, rate: int) -> bool:
        """Return whether one more may pass, at *rate* in a second; it has then passed."""
        # A clock that was set back must not keep everybody waiting.
        while self._passed and not now - _SECOND < self._passed[0] <= now:
            self._passed.popleft()
        if len(self._passed) >= rate:
            return False
        self._passed.append(now)
        return True


class AccountRates:
    """Lets each account do so much a second in each region, by *rates*; what these do not name is not counted."""

    def __init__(self, rates: Mapping[str, int]) -> None:
        self.rates = rates
        self._limits: dict[tuple[str, str, str], RateLimit] = {}

    def take(self, account: str, region: str, what: str, now: datetime) -> bool:
        """Return whether an operation or action may pass; it has then passed."""
        if what not in self.rates:
            return True
        return self._limits.setdefault((account, region, what), RateLimit()).take(now, self.rates[what])

    def clear(self) -> None:
        """Forget what has passed."""
        self._limits.clear()
