"""What is particular to the life of a room."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any, Final

from pulumi_ivschat import service_model
from pulumi_ivschat.lifecycle.cloud_resource import CloudResource, ResourceType


def canonical_review_handler(handler: Any) -> Any:
    """Spell a review handler in one way: without a URI there is none, whatever its fallback result."""
    if not isinstance(handler, Mapping) or not handler.get("uri"):
        return None
    fallback = service_model.shape("FallbackResult").default
    return {"uri": handler["uri"], "fallback_result": handler.get("fallback_result", fallback)}


ROOM: Final = ResourceType(
    name="Room",
    canonical={"message_review_handler": canonical_review_handler},
    removal={"message_review_handler": {"uri": ""}},
)

lifecycle: Final = functools.partial(CloudResource, ROOM)
