"""
How many calls a refresh takes: the real reading ahead on an account that is only pretended.

The rooms of the stack are read in the order in which they were created, which is the worst: the list begins with the newest.

Plain reading takes one call for each room of the stack. All figures are counts, so they are the same on every machine.
"""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Iterator, Mapping, Sequence, Set as AbstractSet
from typing import Any, Final

from benchmarks.figures import Figure
from pulumi_ivschat.aws.page_budget import MARGIN, PROMISED_BY_READ
from pulumi_ivschat.aws.read_ahead import ReadAhead, Reader
from pulumi_ivschat.model.owner_tag import OWNER_TAG

SIZES: Final = ((1, 1), (10, 10), (50, 50), (200, 200), (1000, 1000), (1000, 50_000), (100, 50_000), (50_000, 50_000))
"""Rooms in the stack, rooms in the account."""
TARGETS: Final[Mapping[tuple[int, int], int]] = {(1000, 1000): 25, (50_000, 50_000): 1300}
"""Calls at the most; one for each 50 rooms is the least that is possible."""

_NAME: Final = "read-ahead"
_PAGE: Final = 50
_LIMITS: Final = {"maximum_message_length": 500, "maximum_message_rate_per_second": 10}
_STATE: Final = {**_LIMITS, "update_time": "2026-01-31T08:00:00.123Z"}
_STACK: Final = "chat/prod"
_ROOMS: Final = (1, 5, 6, 30, 51, 300, 1000)
_SHARES: Final = (0.002, 0.02, 0.1, 0.3, 1.0)
_AT_MOST: Final = 1 + MARGIN
_BROKEN_IN: Final = (1000, 10_000)
"""Rooms in an account, all with owner tags of one stack."""
_BROKEN: Final = (5, 6, 10, 48, 100, 500)
"""Rooms in the state of that stack."""
BROKEN_AT_MOST: Final = round(1 + MARGIN * (1 + PROMISED_BY_READ), 3)


class Account:
    """An account that nobody changes, and a stack in it; it counts calls."""

    def __init__(self, rooms: int, of_stack: AbstractSet[int], *, tagged: bool = True) -> None:
        self.arns = [f"arn:aws:ivschat:us-west-2:000000000000:room/{number:012d}" for number in range(rooms)]
        self.of_stack = [self.arns[number] for number in sorted(of_stack, reverse=True)]
        self.calls = 0
        self._tags = {arn: {OWNER_TAG: f"{_STACK}/{arn[-12:]}"} for arn in self.of_stack} if tagged else {}

    def call(self, operation: str, region: str, subject: str = "", **members: Any) -> dict[str, Any]:
        """Answer ListRooms and GetRoom."""
        del region, subject
        self.calls += 1
        if operation == "GetRoom":
            return {}
        begin = int(members.get("nextToken", "0"))
        page = [
            {"arn": arn, "updateTime": _STATE["update_time"], "tags": self._tags.get(arn, {})}
            for arn in self.arns[begin : begin + _PAGE]
        ]
        more = begin + _PAGE < len(self.arns)
        return {"rooms": page, **({"nextToken": str(begin + _PAGE)} if more else {})}

    def refresh(self, arns: Sequence[str], changed: AbstractSet[str] = frozenset(), *, whole: bool = True) -> int:
        """Read these rooms of the stack, some *changed* behind its back; return the calls that it took."""
        ahead = ReadAhead(self, math.inf if whole else 0)
        before = self.calls
        for arn in arns:
            state = {**_STATE, "owner_tag": self._tags.get(arn, {}).get(OWNER_TAG, "")}
            Reader(ahead, ahead).read("GetRoom", arn, state, lambda _, arn=arn: arn not in changed)  # type: ignore[misc]
        return self.calls - before


def measure() -> list[Figure]:
    """Run it, and return the figures."""
    counted = [
        Figure(
            _NAME,
            f"{stack:,} rooms of {account:,}",
            calls(stack, account),
            "calls",
            at_most=TARGETS.get((stack, account)),
        )
        for stack, account in SIZES
    ]
    return [*counted, *_worst()]


def _worst() -> Iterator[Figure]:
    unit = "calls for each read"
    yield Figure(_NAME, "worst of all drawn cases", round(max(ratios()), 3), unit, at_most=_AT_MOST)
    broken = round(max(ratio for rooms in _BROKEN_IN for ratio in broken_ratios(rooms)), 3)
    yield Figure(_NAME, "worst if promises are broken", broken, unit, at_most=BROKEN_AT_MOST)


def calls(stack: int, rooms: int, seed: int = 1) -> int:
    """Return the calls of a refresh of a stack, in an account with so many rooms."""
    account = Account(rooms, {*random.Random(seed).sample(range(rooms), stack)})  # noqa: S311  no secret
    return account.refresh(account.of_stack)


def ratios() -> Iterator[float]:
    """
    Yield calls over reads of drawn cases.

    Accounts and stacks of all sizes, with and without owner tags, read in three orders, no room changed, half or all of them; and
    a few rooms of a stack by `--target`.
    """
    draw = random.Random(1)  # noqa: S311  no secret
    for rooms, share, tagged in itertools.product(_ROOMS, _SHARES, (True, False)):
        stack = max(1, int(rooms * share))
        account = Account(rooms, {*draw.sample(range(rooms), stack)}, tagged=tagged)
        orders = (account.of_stack, account.of_stack[::-1], draw.sample(account.of_stack, stack))
        for arns, changed in itertools.product(orders, (0.0, 0.5, 1.0)):
            yield account.refresh(arns, {*draw.sample(arns, int(changed * stack))}) / stack
        some = [*sorted(draw.sample(account.of_stack, max(1, stack // 10)), reverse=True)]
        yield account.refresh(some, whole=False) / len(some)


def broken_ratios(rooms: int) -> Iterator[float]:
    """
    Yield calls over reads if a state has few of the rooms that have its owner tags, as after `pulumi state delete`.

    The rooms of the state are the oldest, the newest and drawn ones; they are read in three orders, changed or not.
    """
    draw = random.Random(2)  # noqa: S311  no secret
    account = Account(rooms, {*range(rooms)})
    for count in _BROKEN:
        for kept in (account.of_stack[:count], account.of_stack[-count:], draw.sample(account.of_stack, count)):
            for arns in (sorted(kept), sorted(kept, reverse=True), draw.sample(kept, count)):
                yield from (account.refresh(arns, changed) / count for changed in (frozenset[str](), {*arns}))
