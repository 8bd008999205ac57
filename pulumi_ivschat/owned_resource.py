"""What the resources that AWS gives an ARN have in common in a program: a name, an owner tag, tags of their own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pulumi

from pulumi_ivschat import dynamic, tag_claims


class OwnedResource(dynamic.Resource):
    """A resource whose Pulumi id is its ARN, and which owns the tags that it declares."""

    def _declare(self, resource_name: str, args: Mapping[str, Any], opts: pulumi.ResourceOptions | None) -> None:
        inputs: dict[str, Any] = {"owner_tag": dynamic.owner_tag(resource_name), **args}
        if inputs.get("name") is None:
            inputs["name"] = resource_name
        self._register(resource_name, inputs, dynamic.with_secret_tags(opts, args.get("tags")))
        tag_claims.claim(self, resource_name, self.id, args.get("tags"))

    @property
    def arn(self) -> pulumi.Output[str]:
        """Its ARN: the same as `id`, and so known in previews of updates."""
        return self.id
