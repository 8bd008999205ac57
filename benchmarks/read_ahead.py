"""
How many calls a refresh takes: the real inventory on an account that is only pretended.

The rooms of the stack are read in the order in which they were made, which is the worst: the list begins with the newest.

Plain reading takes one call for each room of the stack. Its figures are counts, so they are the same on every machine.
"""

from __future__ import annotations

import random
from collections.abc import Sequence, Set as AbstractSet
from typing import Any, Final

from benchmarks.figures import Figure
from pulumi_ivschat.aws.read_ahead import ReadAhead, Reader
from pulumi_ivschat.owner_tag import OWNER_TAG

SIZES: Final = ((1, 1), (10, 10), (50, 50), (200, 200), (1000, 1000), (1000, 50_000), (100, 50_000), (50_000, 50_000))
"""Rooms in the stack, rooms in the account."""

_NAME: Final = "read-ahead"
_PAGE: Final = 50
_LIMITS: Final = {"maximum_message_length": 500, "maximum_message_rate_per_second": 10}
_OWNER: Final = "chat/prod/room"
_STATE: Final = {**_LIMITS, "update_time": "2026-01-31T08:00:00.123Z", "owner_tag": _OWNER}


class Account:
    """An account that nobody changes; it counts calls."""

    def __init__(self, rooms: int, of_stack: AbstractSet[int]) -> None:
        self.arns = [f"arn:aws:ivschat:us-west-2:000000000000:room/{number:012d}" for number in range(rooms)]
        self.of_stack = [self.arns[number] for number in sorted(of_stack, reverse=True)]
        self.calls = 0
        self._tags = {arn: {OWNER_TAG: _OWNER} for arn in self.of_stack}

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


def measure() -> list[Figure]:
    """Run it, and return the figures."""
    return [
        Figure(_NAME, f"{stack:,} rooms of {account:,}", calls(stack, account), "calls") for stack, account in SIZES
    ]


def calls(stack: int, rooms: int, seed: int = 1) -> int:
    """Return the calls that a refresh of a stack imports an account with so many rooms."""
    account = Account(rooms, {*random.Random(seed).sample(range(rooms), stack)})  # noqa: S311  no secret
    _refresh(ReadAhead(account), account.of_stack)
    return account.calls


def _refresh(ahead: ReadAhead, arns: Sequence[str]) -> None:
    for arn in arns:
        Reader(ahead, ahead).read("GetRoom", arn, _STATE, lambda _: True)
