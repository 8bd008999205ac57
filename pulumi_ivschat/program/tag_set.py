"""TagSet: some tags on a room or logging configuration that is managed elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, TypedDict

import pulumi

from pulumi_ivschat.program import tag_claims
from pulumi_ivschat.program.resource import Resource, awaited_once

if TYPE_CHECKING:
    from typing_extensions import NotRequired, Unpack


_REPLACED: Final = pulumi.ResourceOptions(delete_before_replace=True)
"""
How a tag set is replaced.

If the engine deleted it after its replacement was created, perhaps in a later `up`, it would remove keys of others. The
replacement, or another set, may have set them on the same resource meanwhile.
"""


class TagSetArgs(TypedDict):
    """The inputs of a TagSet."""

    resource_arn: pulumi.Input[str]
    """ARN of the room or logging configuration; another one replaces the tag set, whose keys first leave the former one."""
    tags: pulumi.Input[Mapping[str, pulumi.Input[str]]]
    """The keys it owns there, with their values; at most 50 on the resource altogether."""
    overwrite: NotRequired[pulumi.Input[bool | None]]
    """Take over keys that have another value already, instead of refusing. Default: False."""
    exclusive: NotRequired[pulumi.Input[bool | None]]
    """Remove all other keys, and see them as drift (the owner tag and `aws:` keys aside). Default: False."""


class TagSet(Resource, module="ivschat", name="TagSet"):
    """
    Tags on a resource that another stack, or a person, manages.

        TagSet("cost", resource_arn=room_arn, tags={"cost-center": "4711"})

    It owns the keys it names and touches no other. When it is deleted, it removes those whose value is still its own.
    Its Pulumi id is the ARN of the tagged resource.
    """

    resource_arn: pulumi.Output[str]
    """ARN of the room or logging configuration that has the tags."""
    tags: pulumi.Output[dict[str, str]]
    """The tags that it owns there."""
    tags_all: pulumi.Output[dict[str, str]]
    """All tags on the resource, as a secret: any of them may be one."""
    overwrite: pulumi.Output[bool]
    """Whether it takes over keys that have another value."""
    exclusive: pulumi.Output[bool]
    """Whether it removes all other keys."""

    def __init__(
        self, resource_name: str, opts: pulumi.ResourceOptions | None = None, **args: Unpack[TagSetArgs]
    ) -> None:
        """Declare a tag set; *resource_name* is Pulumi's name for it."""
        inputs = awaited_once(args)
        self._register(resource_name, inputs, pulumi.ResourceOptions.merge(_REPLACED, opts))
        tag_claims.claim(
            self, resource_name, inputs.get("resource_arn"), inputs.get("tags"), exclusive=inputs.get("exclusive")
        )
