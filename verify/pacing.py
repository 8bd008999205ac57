"""At most so many requests a second."""

from __future__ import annotations

import time
from collections.abc import Callable

import attrs


@attrs.define
class Pace:
    """Lets one request pass each 1 / *rate* seconds, and all at once if the rate is None."""

    rate: float | None
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    passed: int = 0
    _next: float = 0.0

    def wait(self) -> None:
        """Wait until one more request may be made."""
        self.passed += 1
        if self.rate is None:
            return
        now = self.clock()
        if now < self._next:
            self.sleep(self._next - now)
        self._next = max(now, self._next) + 1 / self.rate
