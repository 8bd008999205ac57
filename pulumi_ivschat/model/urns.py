"""What a URN shows: project, stack, type and name of a resource."""

from __future__ import annotations

import attrs

from pulumi_ivschat.model.owner_tag import owner_tag


@attrs.frozen
class Urn:
    """
    A resource as the engine names it.

    Attributes:
        types: its type, after those of its parents: `PARENT$ivschat:index:Room`.
    """

    stack: str
    project: str
    types: str
    name: str

    @classmethod
    def parse(cls, urn: str) -> Urn:
        """Return what `urn:pulumi:STACK::PROJECT::PARENT$ivschat:index:TYPE::NAME` shows."""
        head, project, types, name = urn.split("::", 3)
        return cls(head.removeprefix("urn:pulumi:"), project, types, name)

    def __str__(self) -> str:
        return f"urn:pulumi:{self.stack}::{self.project}::{self.types}::{self.name}"

    @property
    def type(self) -> str:
        """Its type, such as `Room`."""
        return self.types.rpartition(":")[2]

    @property
    def label(self) -> str:
        """Type and name for people, such as `Room lobby`."""
        return f"{self.type} {self.name}"

    @property
    def owner_tag(self) -> str:
        """The value of its owner tag."""
        return owner_tag(self.project, self.stack, self.name)
