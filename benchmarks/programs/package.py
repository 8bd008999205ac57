"""This package's rooms."""

from __future__ import annotations

from pulumi_ivschat import Room


def declare(count: int) -> None:
    """Declare so many."""
    for number in range(count):
        Room(f"room-{number}")
