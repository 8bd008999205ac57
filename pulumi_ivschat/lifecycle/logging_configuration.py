"""
The life of a logging configuration, which AWS may make, change and delete after it has answered.

A create that fails after AWS's has begun leaves nothing in Pulumi's state, so it leaves nothing at AWS either, or reports
what it left. An update that fails leaves the former state, so the next `up` tries again.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

import attrs

from pulumi_ivschat.aws import custom_timeouts
from pulumi_ivschat.aws.waiting import Waiting
from pulumi_ivschat.errors import Conflict, FailedState, IvsChatError, ResourceNotFound, TimedOut
from pulumi_ivschat.lifecycle import Difference, Inputs, State, Unfinished
from pulumi_ivschat.lifecycle.cloud_resource import CloudResource, ResourceType
from pulumi_ivschat.lifecycle.words import PYTHON, Words
from pulumi_ivschat.model.arns import region_of
from pulumi_ivschat.model.service_model import Shape

ACTIVE: Final = "ACTIVE"
TIMEOUT_SECONDS: Final = 120
_CLEANING_SECONDS: Final = 30
_UNCHANGED_SECONDS: Final = 9
"""How long the same rooms may stand in the way of a delete: they go within seconds, or something waits for this delete."""

_Done = TypeVar("_Done")

# "Enabling logging from AWS services" in the CloudWatch Logs user guide, and the permissions of CloudFormation's handler.
_NEEDS: Final[Mapping[str, str]] = {
    "s3": (
        "S3 needs a bucket that exists, with a bucket policy that lets delivery.logs.amazonaws.com write to it "
        "(s3:GetBucketAcl, s3:PutObject). AWS writes it for credentials with s3:GetBucketPolicy and s3:PutBucketPolicy."
    ),
    "cloud_watch_logs": (
        "CloudWatch Logs needs a log group that exists in this region, and a resource policy that lets "
        "delivery.logs.amazonaws.com write to it (logs:CreateLogStream, logs:PutLogEvents). AWS writes it for "
        "credentials with logs:PutResourcePolicy, logs:DescribeResourcePolicies and logs:DescribeLogGroups."
    ),
    "firehose": (
        "Firehose needs a delivery stream that exists in this region, with the tag LogDeliveryEnabled=true. AWS sets it "
        "for credentials with firehose:TagDeliveryStream and iam:CreateServiceLinkedRole."
    ),
}


def needs(inputs: Inputs, words: Words = PYTHON) -> str:
    """Return what AWS needs for the destination in *inputs*."""
    kinds = inputs.get("destination_configuration") or {}
    caller = (
        f"The credentials need logs:CreateLogDelivery too: {words.deployer_policy} has it all but s3:PutBucketPolicy. "
        "Put right what is missing, then run again."
    )
    return "\n".join([*(text for kind, text in _NEEDS.items() if kind in kinds), caller])


@attrs.frozen
class LoggingConfigurationLife(CloudResource):
    """
    The life of a logging configuration.

    Its input *timeout_seconds* limits each wait: for ACTIVE after a create or update, for the end of a conflict, and
    until a deleted one is gone.
    """

    def diff(self, arn: str, state: Inputs, inputs: Inputs) -> Difference:
        """Find what differs; a state that is not ACTIVE is a change to make as well, which no input shows."""
        found = super().diff(arn, state, inputs)
        if found.changed or state.get("state", ACTIVE) == ACTIVE:
            return found
        return Difference(changed=True, unseen=True)

    def create(self, inputs: Inputs) -> tuple[str, State]:
        """Create, and wait for ACTIVE; if it does not come, delete what was made and raise."""
        try:
            return self.begin(inputs)
        except Unfinished as unfinished:
            error = unfinished.error
            remedy = "\n".join(filter(None, [self._cleaned(unfinished.arn), error.remedy]))
            raise error.evolved(remedy=remedy) from None

    def begin(self, inputs: Inputs) -> tuple[str, State]:
        """Create, and wait for ACTIVE; raise Unfinished with what was made if it does not come."""
        waiting = self._waiting(inputs)
        arn, state = self._unopposed(functools.partial(super().create, inputs), waiting)
        try:
            return arn, self._active("Create", arn, state, waiting)
        except IvsChatError as error:
            reached = {"state": error.code} if isinstance(error, FailedState) else {}
            raise Unfinished(arn, {**state, **reached}, error) from None

    def update(self, arn: str, state: Inputs, inputs: Inputs) -> State:
        """Send settings, wait for ACTIVE, then send tags; where it was not ACTIVE, send the destination once more."""
        if state.get("state", ACTIVE) != ACTIVE:
            state = {name: value for name, value in state.items() if name != "destination_configuration"}
        waiting = self._waiting(inputs)
        changed = self._unopposed(functools.partial(self._with_settings, arn, state, inputs), waiting)
        active = self._active("Update", arn, changed, waiting)
        return self._unopposed(functools.partial(self._with_tags, arn, state, active, inputs), waiting)

    def delete(self, arn: str, state: Inputs) -> None:
        """Delete, and wait until it is gone: a 204 does not show whether it is; a room that uses it stands in the way."""
        waiting = self._waiting(state)
        self._unused(functools.partial(super().delete, arn, state), arn, waiting)
        self._gone(arn, waiting)

    def _unused(self, delete: Callable[[], None], arn: str, waiting: Waiting) -> None:
        """
        Delete as soon as no room uses it; raise Conflict with the rooms if they stay the same ones for some seconds.

        The engine deletes a room after this, if the state does not say that the room uses it and no thread is left for the room:
        Pulumi's dynamic host has four, and with `--parallel 1` there is one.
        """
        begun = since = self.time.now()
        rooms: list[str] = []
        while True:
            try:
                return delete()
            except Conflict as error:
                conflict = error
            now, found = self.time.now(), self._rooms(arn)
            rooms, since = (rooms, since) if found == rooms else (found, now)
            if (rooms and now - since >= _UNCHANGED_SECONDS) or not waiting.pause():
                raise _in_use(conflict, rooms, now - begun)

    def _waiting(self, inputs: Inputs) -> Waiting:
        return Waiting(inputs.get("timeout_seconds", TIMEOUT_SECONDS), self.time)

    def _unopposed(self, act: Callable[[], _Done], waiting: Waiting) -> _Done:
        """Do something, again while a conflict prevents it, until the time is over."""
        while True:
            try:
                return act()
            except Conflict:  # noqa: PERF203  each turn waits anyway
                if not waiting.pause():
                    raise

    def _active(self, verb: str, arn: str, state: State, waiting: Waiting) -> State:
        """Wait for ACTIVE and return the state; raise FailedState or TimedOut."""
        while state["state"] != ACTIVE:
            _raise_failed(verb, arn, state, needs(state, self.words))
            if not waiting.pause():
                raise self._timed_out(verb, arn, state["state"], waiting)
            seen = self._seen(arn, state)
            if seen is None and verb != "Create":  # what is only just made need not be everywhere yet
                msg = "it is gone"
                raise ResourceNotFound(msg, operation=_operation(verb), subject=arn)
            state = seen or state
        return state

    def _gone(self, arn: str, waiting: Waiting) -> None:
        verb = "Delete"
        while found := self._seen(arn, {"arn": arn}):
            _raise_failed(verb, arn, found, "Run again; where that fails too, ask AWS Support about this ARN.")
            if not waiting.pause():
                raise self._timed_out(verb, arn, found.get("state", "there"), waiting)

    def _seen(self, arn: str, state: State) -> State | None:
        """Return the state as AWS has it, None if it is gone, and *state* again if AWS cannot say just now."""
        try:
            with custom_timeouts.finishing():  # the last look is at the limit
                reading = self.read(arn, state)
        except IvsChatError as error:
            if not error.retryable:
                raise
            return state
        return reading.state if reading else None

    def _cleaned(self, arn: str) -> str:
        """Delete what a create made, and show how that went."""
        try:
            self.delete(arn, {"timeout_seconds": _CLEANING_SECONDS})
        except IvsChatError as error:
            by_hand = f"aws ivschat delete-logging-configuration --region {region_of(arn)} --identifier {arn}"
            return f"It was left behind, since it could not be deleted: {error.message}\nDelete it with `{by_hand}`."
        return "AWS had created it; it is deleted again."

    def _timed_out(self, verb: str, arn: str, where: str, waiting: Waiting) -> TimedOut:
        msg = f"still {where} after {round(waiting.limit, 1):g} s"
        remedy = f"Run again to look again; a longer {self.words.timeout} waits longer."
        return TimedOut(msg, operation=_operation(verb), subject=arn, remedy=remedy)

    def _rooms(self, arn: str) -> list[str]:
        """Return names and ARNs of the rooms that use it, as far as one call tells."""
        try:
            found = self.control_plane.call("ListRooms", region_of(arn), arn, loggingConfigurationIdentifier=arn)
        except IvsChatError:
            return []
        rooms = [f"{room.get('name', '')} {room['arn']}".strip() for room in found["rooms"]]
        return [*rooms, *(["more"] if found.get("nextToken") else [])]


def _in_use(conflict: Conflict, rooms: list[str], seconds: float) -> Conflict:
    used = f"; it is used by {', '.join(rooms)}" if rooms else ""
    remedy = (
        f"The delete was retried for {seconds:.0f} s. If this command deletes these rooms too, it has not reached them: run it "
        "once with `--continue-on-error`, then again. Otherwise remove the logging configuration from these rooms, then run again."
    )
    return conflict.evolved(message=conflict.message + used, remedy=remedy)


def _raise_failed(verb: str, arn: str, state: Inputs, remedy: str) -> None:
    if state.get("state", "").endswith("_FAILED"):
        message = "AWS took it, and could not carry it out"
        raise FailedState(message, operation=_operation(verb), subject=arn, code=state["state"], remedy=remedy)


def _operation(verb: str) -> str:
    return f"{verb}LoggingConfiguration"


def _destination(destination: Any) -> Any:
    """Omit what is None."""
    if not isinstance(destination, Mapping):
        return destination
    return {kind: named for kind, named in destination.items() if named is not None}


LOGGING_CONFIGURATION: Final = ResourceType(
    name="LoggingConfiguration",
    canonical={"destination_configuration": _destination},
    own={"timeout_seconds": Shape(name="TimeoutSeconds", type="integer", minimum=1, default=TIMEOUT_SECONDS)},
)

lifecycle: Final = functools.partial(LoggingConfigurationLife, LOGGING_CONFIGURATION)
