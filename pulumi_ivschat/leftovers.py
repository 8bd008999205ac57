"""What exists already of what is about to be created: an `up` that died made it, and `pulumi-ivschat recover` is for it."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from itertools import islice
from typing import Any, Final

from pulumi_ivschat import listing
from pulumi_ivschat.client import ControlPlane
from pulumi_ivschat.errors import IvsChatError
from pulumi_ivschat.lifecycle.tags import OWNER_TAG

_NEWEST: Final = 50
"""As many as a page has: what a crash left is near the top of a list whose order is *latest change first*."""


class Leftovers:
    """
    The leftovers of a stack, as far as one look tells.

    It is taken once per type, region and process, before the first create there that replaces nothing, and costs one call.
    It is for one warning in a process, and no more: what it misses, or cannot see, is no error.
    """

    def __init__(self, control_plane: ControlPlane) -> None:
        self._control_plane = control_plane
        self._lock = threading.Lock()
        self._recorded: set[str] = set()
        self._looks: dict[tuple[str, str], dict[str, str]] = {}
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
        with self._lock:
            arn = self._made(resource_type, inputs["region"]).get(owner_tag)
            if not arn or self._has_warned:
                return None
            self._has_warned = True
        # The engine does not say what `--replace` replaces.
        return (
            f"{arn} has the owner tag {owner_tag} already. Unless --replace replaces it, an earlier `up` made it and did "
            "not record it: `pulumi-ivschat recover` takes it into the stack, or deletes it."
        )

    def _made(self, resource_type: str, region: str) -> Mapping[str, str]:
        """Give ARNs by owner tag."""
        place = (resource_type, region)
        if place not in self._looks:
            self._looks[place] = self._look(*place)
        return self._looks[place]

    def _look(self, resource_type: str, region: str) -> dict[str, str]:
        try:
            newest = [*islice(listing.listed(self._control_plane, f"List{resource_type}s", region), _NEWEST)]
        except IvsChatError:
            return {}
        return {each["tags"][OWNER_TAG]: each["arn"] for each in newest if OWNER_TAG in each.get("tags", {})}
