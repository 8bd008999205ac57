"""The engine's own cost: a dynamic resource that does nothing."""

from __future__ import annotations

from typing import Any

from pulumi.dynamic import CreateResult, Resource, ResourceProvider


class Provider(ResourceProvider):
    """A provider that returns an id and does nothing else."""

    serialize_as_secret_always = False

    def create(self, props: dict[str, Any]) -> CreateResult:
        """Return the name as id."""
        return CreateResult(props["name"], {})


class Room(Resource, module="benchmarks", name="Room"):
    """A room that is not one."""


def declare(count: int) -> None:
    """Declare so many."""
    for number in range(count):
        Room(Provider(), f"room-{number}", {"name": f"room-{number}"})
