"""What the resources that AWS gives an ARN have in common in a program: a name, an owner tag, tags of their own."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any

import pulumi

from pulumi_ivschat import dynamic, stack_settings, tag_claims


class OwnedResource(dynamic.Resource):
    """A resource whose Pulumi id is its ARN, and which owns the tags that it declares."""

    def _declare(self, resource_name: str, args: Mapping[str, Any], opts: pulumi.ResourceOptions | None) -> None:
        inputs: dict[str, Any] = {"owner_tag": dynamic.owner_tag(resource_name), **args}
        inputs["name"] = _or_default(inputs.get("name"), resource_name)
        if stack_settings.default_tags_are_secret():  # they become some of these
            inputs["tags"] = pulumi.Output.secret(inputs.get("tags")).apply(lambda tags: {} if tags is None else tags)
        self._register(resource_name, inputs, opts)
        tag_claims.claim(self, resource_name, self.id, args.get("tags"))

    @property
    def arn(self) -> pulumi.Output[str]:
        """Its ARN: the same as `id`, and so known in previews of updates."""
        return self.id


def _or_default(name: Any, default: str) -> Any:
    """Return the name, or the default if it is None, now or once it is known."""
    if isinstance(name, pulumi.Output) or inspect.isawaitable(name):
        return pulumi.Output.from_input(name).apply(lambda known: default if known is None else known)
    return default if name is None else name
