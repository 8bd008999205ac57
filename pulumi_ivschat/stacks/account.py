"""What an account holds in a region: rooms and logging configurations, as the List operations tell them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import attrs

from pulumi_ivschat import listing
from pulumi_ivschat.client import ControlPlane, Readable, shared_control_plane
from pulumi_ivschat.errors import looking_up
from pulumi_ivschat.lifecycle.tags import OWNER_TAG, region_of
from pulumi_ivschat.settings import Settings

_LISTS: Final = {"LoggingConfiguration": "ListLoggingConfigurations", "Room": "ListRooms"}


@attrs.frozen
class Owner:
    """Whom an owner tag names."""

    project: str
    stack: str
    resource_name: str


@attrs.frozen
class Found:
    """A room or logging configuration in the account: its type, and what a List operation says of it."""

    type: str
    summary: Mapping[str, Any] = attrs.field(repr=False)

    @property
    def arn(self) -> str:
        """Its ARN."""
        return str(self.summary["arn"])

    @property
    def name(self) -> str:
        """Its own name, which may be empty and need not be unique."""
        return str(self.summary.get("name", ""))

    @property
    def tags(self) -> Mapping[str, str]:
        """All of its tags."""
        tags: Mapping[str, str] = self.summary.get("tags", {})
        return tags

    @property
    def owner(self) -> Owner | None:
        """Whom its owner tag names, if it has one that this package wrote."""
        parts = self.tags.get(OWNER_TAG, "").split("/", 2)
        return Owner(*parts) if len(parts) == len(attrs.fields(Owner)) else None


def control_plane_of(settings: Settings) -> Readable:
    """Give the control plane of a stack, for reading many resources one by one: it slows down where AWS throttles."""
    return shared_control_plane(attrs.evolve(settings.connection, max_attempts=10, retry_mode="adaptive"))


def with_arn(control_plane: ControlPlane, arn: str) -> Found:
    """Give a resource by its ARN; raise ResourceNotFound where there is none, SettingsError where it is no ARN."""
    kind = "LoggingConfiguration" if ":logging-configuration/" in arn else "Room"
    with looking_up():
        return Found(kind, control_plane.call(f"Get{kind}", region_of(arn), arn, identifier=arn))


def named(control_plane: ControlPlane, region: str, name: str) -> list[Found]:
    """Give the rooms of a name."""
    rooms = listing.listed(control_plane, "ListRooms", region, name=name)
    return [Found("Room", room) for room in rooms if room.get("name", "") == name]


def with_their_logging(control_plane: ControlPlane, found: Iterable[Found]) -> list[Found]:
    """Give what was found, and the logging configurations that its rooms use: each once, these first."""
    each = {resource.arn: resource for resource in found}
    used = [arn for resource in each.values() for arn in resource.summary.get("loggingConfigurationIdentifiers", ())]
    logging = {arn: with_arn(control_plane, arn) for arn in dict.fromkeys(used) if arn not in each}
    return [*logging.values(), *each.values()]


def held(control_plane: ControlPlane, region: str) -> Iterator[Found]:
    """Give all logging configurations, then all rooms, of the account in a region."""
    for resource_type, operation in _LISTS.items():
        for summary in listing.listed(control_plane, operation, region):
            yield Found(resource_type, summary)
