"""The effect of engine settings on an `up` of many rooms, and of a split of these rooms into several stacks."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import attrs

from benchmarks.figures import Figure, local_service
from benchmarks.projects import project

_NAME: Final = "engine-settings"
_ROOMS: Final = 500
_STACKS: Final = 5


@attrs.frozen
class Setting:
    """A way to run `up`."""

    name: str
    arguments: tuple[str, ...] = ()
    environment: dict[str, str] = attrs.field(factory=dict)


SETTINGS: Final = (
    Setting("PULUMI_DIY_BACKEND_ZSTD=true", environment={"PULUMI_DIY_BACKEND_ZSTD": "true"}),
    Setting(
        "PULUMI_DIY_BACKEND_DISABLE_CHECKPOINT_BACKUPS=true",
        environment={"PULUMI_DIY_BACKEND_DISABLE_CHECKPOINT_BACKUPS": "true"},
    ),
    Setting("--disable-integrity-checking", ("--disable-integrity-checking",)),
    Setting("PULUMI_SKIP_CHECKPOINTS=true", environment={"PULUMI_SKIP_CHECKPOINTS": "true"}),
    Setting("PULUMI_PARALLEL_DIFF=true", environment={"PULUMI_PARALLEL_DIFF": "true"}),
    Setting("--parallel 64", ("--parallel", "64")),
)


def measure(rooms: int = _ROOMS) -> list[Figure]:
    """Run it, and return the figures: seconds of the engine's own settings, and the others as shares of them."""
    return list(_figures(rooms))


def _figures(rooms: int) -> Iterator[Figure]:
    own = _up_seconds(rooms, Setting("own"))
    yield Figure(_NAME, f"up of {rooms:,} rooms, the engine's own settings", round(own, 1), "s")
    for setting in SETTINGS:
        yield Figure(_NAME, setting.name, round(_up_seconds(rooms, setting) / own, 2), "of that")
    share = sum(_up_seconds(rooms // _STACKS, Setting("own")) for _ in range(_STACKS)) / own
    yield Figure(_NAME, f"{_STACKS} stacks, one after the other", round(share, 2), "of that")


def _up_seconds(rooms: int, setting: Setting) -> float:
    with local_service() as service, tempfile.TemporaryDirectory() as directory:
        place = project(Path(directory) / "project", "package", rooms, service.url)
        return place.run("up", "--yes", "--skip-preview", *setting.arguments, **setting.environment).seconds
