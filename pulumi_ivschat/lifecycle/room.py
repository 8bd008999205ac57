"""What is particular to the life of a room."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import attrs

from pulumi_ivschat import service_model
from pulumi_ivschat.client import Readable
from pulumi_ivschat.errors import Invalid
from pulumi_ivschat.lambda_arns import misplaced
from pulumi_ivschat.lifecycle import Difference, Inputs
from pulumi_ivschat.lifecycle.cloud_resource import CloudResource, ResourceType
from pulumi_ivschat.service_model import Failure
from pulumi_ivschat.settings import Settings

_HANDLER: Final = "message_review_handler"


def canonical_review_handler(handler: Any) -> Any:
    """Spell a review handler in one way: without a URI there is none, whatever its fallback result."""
    if not isinstance(handler, Mapping) or not handler.get("uri"):
        return None
    fallback = service_model.shape("FallbackResult").default
    return {"uri": handler["uri"], "fallback_result": handler.get("fallback_result", fallback)}


ROOM: Final = ResourceType(
    name="Room",
    canonical={_HANDLER: canonical_review_handler},
    removal={_HANDLER: {"uri": ""}},
)


@attrs.frozen
class RoomLife(CloudResource):
    """The life of a room, whose review handler must be in the room's region and account."""

    def diff(self, arn: str, state: Inputs, inputs: Inputs) -> Difference:
        """Find what differs; raise Invalid for a new review handler of another account, which only the ARN shows."""
        difference = super().diff(arn, state, inputs)
        if _HANDLER in self._changed(state, inputs):
            reason = misplaced(_uri(inputs), None, _account(arn))
            if reason is not None:
                msg = f"{_HANDLER}.uri {reason}"
                raise Invalid(msg, subject=arn)
        return difference

    def _failures(self, complete: Inputs, *, imported: bool) -> Iterator[Failure]:
        yield from super()._failures(complete, imported=imported)
        identifiers = complete.get("logging_configuration_identifiers")
        # A room's logging configurations are in its account.
        accounts = {_account(each) for each in identifiers} if isinstance(identifiers, list) else set()
        for account in accounts or {None}:
            if reason := misplaced(_uri(complete), complete["region"], account):
                yield Failure(f"{_HANDLER}.uri", reason)


def _uri(inputs: Inputs) -> Any:
    handler = inputs.get(_HANDLER)
    return handler.get("uri") if isinstance(handler, Mapping) else None


def _account(arn: Any) -> str | None:
    """Return the account in an ARN, or None if it is not known."""
    parts = arn.split(":") if isinstance(arn, str) else []
    return parts[4] if len(parts) > 4 and parts[4].isdecimal() else None  # noqa: PLR2004 - its place in an ARN


def lifecycle(settings: Settings, control_plane: Readable) -> RoomLife:
    """Return the life of a room."""
    return RoomLife(ROOM, settings, control_plane)
