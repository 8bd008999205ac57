"""What a URN shows: project, stack, type and name of a resource."""

from __future__ import annotations

import attrs

from pulumi_ivschat.owner_tag import owner_tag


@attrs.frozen
class Urn:
    """A resource as the engine names it."""

    stack: str
    project: str
    type: str
    name: str

    @classmethod
    def parse(cls, urn: str) -> Urn:
        """Return what `urn:pulumi:STACK::PROJECT::PARENT$ivschat:index:TYPE::NAME` shows."""
        head, project, types, name = urn.split("::", 3)
        return cls(head.removeprefix("urn:pulumi:"), project, types.rpartition(":")[2], name)

    @property
    def owner_tag(self) -> str:
        """The value of its owner tag."""
        return owner_tag(self.project, self.stack, self.name)
