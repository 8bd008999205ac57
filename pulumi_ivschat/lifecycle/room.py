"""
What is particular to the life of a room.

AWS validates a review handler when a room gets it: `ivschat.amazonaws.com` must be allowed to invoke the function. A permission
that was added some seconds ago may not be visible yet, so a program that creates function, permission and room would fail.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, TypeVar

import attrs

from pulumi_ivschat.aws.waiting import Waiting
from pulumi_ivschat.errors import Invalid
from pulumi_ivschat.lifecycle import Difference, Inputs, State
from pulumi_ivschat.lifecycle.cloud_resource import CloudResource, ResourceType
from pulumi_ivschat.lifecycle.words import Words
from pulumi_ivschat.model import arns, service_model
from pulumi_ivschat.model.validation import Failure

PERMISSION_SECONDS: Final = 30.0
_PERMISSION_PAUSE: Final = 3.0
_HANDLER: Final = "message_review_handler"

_Done = TypeVar("_Done")


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
    """
    The life of a room, whose review handler must be in the room's region and account.

    A call that associates a handler waits some seconds for the handler's permission.
    """

    def diff(self, arn: str, state: Inputs, inputs: Inputs) -> Difference:
        """Find what differs; raise Invalid for a new review handler of another account, which only the ARN shows."""
        difference = super().diff(arn, state, inputs)
        if _HANDLER in self._changed(state, inputs):
            reason = arns.misplaced_function(_uri(inputs), None, arns.account_of(arn))
            if reason is not None:
                msg = f"{self._uri_name} {reason}"
                raise Invalid(msg, subject=arn)
        return difference

    def _failures(self, complete: Inputs, *, imported: bool) -> Iterator[Failure]:
        yield from super()._failures(complete, imported=imported)
        uri = _uri(complete)
        if isinstance(uri, str) and arns.FunctionArn.parse(uri) and uri != uri.strip():  # AWS's pattern accepts it
            yield Failure(self._uri_name, arns.fault("LambdaArn", uri) or "")
        identifiers = complete.get("logging_configuration_identifiers")
        # A room's logging configurations are in its account.
        accounts = {arns.account_of(each) for each in identifiers} if isinstance(identifiers, list) else set()
        for account in accounts or {None}:
            if reason := arns.misplaced_function(uri, complete["region"], account):
                yield Failure(self._uri_name, reason)

    @property
    def _uri_name(self) -> str:
        return f"{self.words.named('messageReviewHandler')}.uri"

    def create(self, inputs: Inputs) -> tuple[str, State]:
        """Create, if need be again: a refused create has created nothing."""
        return self._permitted(functools.partial(super().create, inputs), inputs, inputs["region"])

    def _with_settings(self, arn: str, state: Inputs, inputs: Inputs) -> State:
        send = functools.partial(super()._with_settings, arn, state, inputs)
        return self._permitted(send, inputs, arns.region_of(arn))

    def _permitted(self, act: Callable[[], _Done], inputs: Inputs, region: str) -> _Done:
        """Do something, and retry while AWS may not see the permission of the review handler yet."""
        uri = _uri(inputs)
        waiting = Waiting(PERMISSION_SECONDS, self.time, first=_PERMISSION_PAUSE, growth=1)
        while True:
            try:
                return act()
            except Invalid as error:
                if not uri or not _is_of_permission(error):
                    raise
                refusal = error
            if not waiting.pause():
                raise refusal.evolved(remedy=_permission(uri, region, self.words, waiting.limit))


def _uri(inputs: Inputs) -> Any:
    handler = inputs.get(_HANDLER)
    return handler.get("uri") if isinstance(handler, Mapping) else None


def _is_of_permission(error: Invalid) -> bool:
    return error.code == "ValidationException" and "lambda permission" in error.message.lower()


def _permission(uri: str, region: str, words: Words, seconds: float) -> str:
    rooms = f"arn:aws:ivschat:{region}:{uri.split(':')[4]}:room/*"
    return (
        f"Allow the principal ivschat.amazonaws.com to invoke {uri}, with the source ARN {rooms}: "
        f"`aws lambda add-permission --region {region} --function-name {uri} --statement-id ivschat "
        f"--action lambda:InvokeFunction --principal ivschat.amazonaws.com --source-arn '{rooms}'`. "
        f"In a program, the room needs {words.named('dependsOn')} the permission. AWS refused it for {round(seconds, 1):g} s."
    )


lifecycle: Final = functools.partial(RoomLife, ROOM)
