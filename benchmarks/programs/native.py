"""The native plug-in's rooms, from Python: what a generated SDK sends."""

from __future__ import annotations

import pulumi


class Room(pulumi.CustomResource):
    """A room of the plug-in."""

    def __init__(self, name: str) -> None:
        outputs = ("arn", "roomId", "maximumMessageLength", "maximumMessageRatePerSecond", "region", "tagsAll")
        super().__init__("ivschat:index:Room", name, dict.fromkeys(outputs))


def declare(count: int) -> None:
    """Declare so many."""
    for number in range(count):
        Room(f"room-{number}")
