"""
Evidence that this stack created a resource and did not record it.

The owner tag is a hint and never proof. After a rename, or with a second backend, it names a stack that does not own the resource.
Evidence is the time at which AWS created it. All bounds are strict, so a doubt never becomes evidence:

- An update that succeeded has recorded all that it created, so a lost resource is younger than the last one.
- A lost resource is younger than the stack itself.
- The state has a pending create before the request is sent, so the resource is not much younger than the state.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import attrs

from pulumi_ivschat.stacks import state
from pulumi_ivschat.stacks.engine import Update

FLIGHT: Final = timedelta(minutes=15)
"""How much later than the state a request of it may create something: a throttled call, and clocks that differ."""

_SKEW: Final = timedelta(minutes=5)
"""How much AWS's clock may be ahead where an update that failed is the only trace."""


@attrs.frozen
class Timeline:
    """
    The life of a stack, as its state and its history have it.

    Attributes:
        since: when the stack was created; None if the state has no resources.
        written: when the state was written.
        history: updates, refreshes and destroys that ended, latest first.
        is_whole: whether *history* goes back to the stack's first update.
    """

    since: datetime | None
    written: datetime | None
    history: Sequence[Update]
    is_whole: bool = True

    @classmethod
    def of(cls, exported: Mapping[str, Any], history: Sequence[Update], *, is_whole: bool = True) -> Timeline:
        """Return the timeline of an exported state."""
        return cls(state.since(exported), state.written(exported), history, is_whole)

    def doubt(self, created: datetime, *, is_pending: bool, recorded: datetime | None = None) -> str:
        """
        Return why a resource of that creation time may be another's; "" if there is evidence that this stack lost it.

        *is_pending*: the state has a create that may have created it. *recorded*: when the state got the resource which
        is at the URN of that create now.
        """
        before = recorded if is_pending and recorded and created <= recorded else None
        begin = self._recorded_until(before)
        if begin is None:
            return f"created {_shown(created)}; the state does not show since when this stack exists"
        if created < begin:
            return f"created {_shown(created)}, before what this stack may have lost (since {_shown(begin)})"
        if update := next((each for each in self.history if each.succeeded and each.spans(created)), None):
            return f"created {_shown(created)}, during an update that succeeded ({_shown(update.start)})"
        if is_pending:
            return self._doubt_of_pending(created)
        return self._doubt_of_no_trace(created)

    def _recorded_until(self, before: datetime | None) -> datetime | None:
        """Return until when everything that this stack created is recorded, by updates that ended *before* that."""
        ends = [each.end for each in self.history if each.succeeded and each.end and (not before or each.end <= before)]
        oldest = [] if self.is_whole else [each.start for each in self.history[-1:]]
        return max([*ends, *oldest, *([self.since] if self.since else [])], default=None)

    def _doubt_of_pending(self, created: datetime) -> str:
        if self.written is None or created > self.written + FLIGHT:
            return f"created {_shown(created)}, long after the interrupted update wrote the state"
        return ""

    def _doubt_of_no_trace(self, created: datetime) -> str:
        """Look for an update that failed then, or a refresh since that may have cleared a pending create."""
        updates = [each for each in self.history if each.kind == "update" and not each.succeeded]
        failed = [each for each in updates if each.spans(created, _SKEW)]
        refreshed = [each for each in self.history if each.kind == "refresh" and each.start > created]
        if failed or refreshed:
            return ""
        return f"created {_shown(created)}, and no interrupted update is known of that time"


def _shown(time: datetime) -> str:
    return f"{time.astimezone():%Y-%m-%d %H:%M:%S %z}"
