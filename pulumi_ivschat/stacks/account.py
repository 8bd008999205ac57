"""What an account holds in a region: rooms and logging configurations, as the List operations tell them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import attrs

from pulumi_ivschat import listing
from pulumi_ivschat.client import ControlPlane
from pulumi_ivschat.lifecycle.tags import OWNER_TAG

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


def held(control_plane: ControlPlane, region: str) -> Iterator[Found]:
    """Give all logging configurations, then all rooms, of the account in a region."""
    for resource_type, operation in _LISTS.items():
        for summary in listing.listed(control_plane, operation, region):
            yield Found(resource_type, summary)
