"""
The owner tag: this package's own mark on what it creates, and how to read it.

It names project, stack and resource. It is a hint of what a crashed `up` left behind, and never a proof.
"""

from __future__ import annotations

import re
from typing import Final

import attrs

from pulumi_ivschat.model import service_model

OWNER_TAG: Final = "pulumi-ivschat:owner"
_VALUE: Final = service_model.shape("TagValue").maximum


def owner_tag(project: str, stack: str, resource_name: str) -> str:
    """
    Return the owner tag's value, `project/stack/resource name`, in characters and length that AWS takes.

    It shows a room that a crashed `up` left behind, and a room that nobody manages.
    """
    return re.sub(r"[^\w .:/=+@-]", "_", f"{project}/{stack}/{resource_name}")[:_VALUE]


def stack_of(owner: str | None) -> str:
    """Return the `project/stack` of an owner tag's value; "" if it is not one of this package's."""
    project, _, rest = (owner or "").partition("/")
    stack, slash, _ = rest.partition("/")
    return f"{project}/{stack}" if slash else ""


@attrs.frozen
class Owner:
    """The resource that an owner tag names."""

    project: str
    stack: str
    resource_name: str

    @classmethod
    def parse(cls, value: str | None) -> Owner | None:
        """Return the owner that a value of the tag names, or None if this package did not write it."""
        parts = (value or "").split("/", 2)
        return cls(*parts) if len(parts) == len(attrs.fields(cls)) else None
