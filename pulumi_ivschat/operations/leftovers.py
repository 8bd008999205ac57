"""
Resources that carry the owner tag of one that this `up` creates.

An `up` that was interrupted may have created them, and `pulumi-ivschat recover` imports these. Others are in use: after a rename,
a resource keeps its owner tag until its stack's next `up`. The tag alone does not show the difference.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pulumi_ivschat import forks
from pulumi_ivschat.aws.creates import Creates
from pulumi_ivschat.model.owner_tag import OWNER_TAG


class Leftovers:
    """
    The resources that an earlier `up` may have left, as far as one look shows.

    It is the look that `Creates` takes before the first create of a type in a region. It is for one warning in a process. A
    leftover that it misses, or may not list, is not an error.
    """

    def __init__(self, creates: Creates) -> None:
        self._creates = creates
        self._lock = forks.Lock()
        self._recorded: set[str] = set()
        self._has_warned = False

    def recorded(self, owner_tag: str | None) -> None:
        """Take note that a resource of the state has this owner tag, or had it until this `up`."""
        if owner_tag:
            self._recorded.add(owner_tag)

    def warning(self, resource_type: str, inputs: Mapping[str, Any]) -> str | None:
        """Return the warning about what is created with checked *inputs*, if it is the first one."""
        owner_tag = inputs.get("owner_tag")
        if not owner_tag or owner_tag in self._recorded:
            return None
        region = inputs["region"]
        with self._lock:
            arn = self._made(resource_type, region).get(owner_tag)
            if not arn or self._has_warned:
                return None
            self._has_warned = True
        # The engine does not show what `--replace` replaces.
        return (
            f"{arn} has the owner tag {owner_tag} as well. It may be in use: another stack or resource had this name before "
            "a rename, or --replace replaces it. If an earlier `up` of this stack was interrupted, run "
            f"`pulumi-ivschat recover --region {region}`: it lists what that `up` left behind, and asks first. The resource "
            "that this `up` creates stays."
        )

    def _made(self, resource_type: str, region: str) -> Mapping[str, str]:
        """Return ARNs by owner tag."""
        before = self._creates.before(f"Create{resource_type}", region)
        summaries = before.summaries if before else ()
        return {each["tags"][OWNER_TAG]: each["arn"] for each in summaries if OWNER_TAG in each.get("tags", {})}
