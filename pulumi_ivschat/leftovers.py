"""What exists already of what is about to be created: an `up` that died made it, and `pulumi-ivschat recover` is for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pulumi_ivschat import forks
from pulumi_ivschat.creates import Creates
from pulumi_ivschat.lifecycle.tags import OWNER_TAG


class Leftovers:
    """
    The leftovers of a stack, as far as one look tells.

    It is the look that `Creates` takes before the first create of a type in a region. It is for one warning in a process, and no more: what it misses, or cannot see, is no error.
    """

    def __init__(self, creates: Creates) -> None:
        self._creates = creates
        self._lock = forks.Lock()
        self._recorded: set[str] = set()
        self._has_warned = False

    def recorded(self, owner_tag: str | None) -> None:
        """Take note that the state has a resource of this owner tag: what is created with the same one replaces it."""
        if owner_tag:
            self._recorded.add(owner_tag)

    def warning(self, resource_type: str, inputs: Mapping[str, Any]) -> str | None:
        """Give the warning about what is to be created with checked *inputs*, if it is the first one."""
        owner_tag = inputs.get("owner_tag")
        if not owner_tag or owner_tag in self._recorded:
            return None
        region = inputs["region"]
        with self._lock:
            arn = self._made(resource_type, region).get(owner_tag)
            if not arn or self._has_warned:
                return None
            self._has_warned = True
        # The engine does not say what `--replace` replaces.
        return (
            f"{arn} has the owner tag {owner_tag} already. Unless --replace replaces it, an earlier `up` made it and did "
            f"not record it: `pulumi-ivschat recover --region {region}` takes it into the stack, or deletes it."
        )

    def _made(self, resource_type: str, region: str) -> Mapping[str, str]:
        """Give ARNs by owner tag."""
        before = self._creates.before(f"Create{resource_type}", region)
        summaries = before.summaries if before else ()
        return {each["tags"][OWNER_TAG]: each["arn"] for each in summaries if OWNER_TAG in each.get("tags", {})}
