"""
Lookups: what a program asks AWS about resources that are managed elsewhere.

    lobby = get_room(name="lobby")                           # at once, in previews too
    quiz = get_room_output(stack.require_output("quiz"))     # takes outputs, and is one
    idle = [room for room in list_rooms(tags={"team": "chat"}) if not room.logging_configuration_identifiers]

A function runs at once, in previews as well as in updates. Its form with `_output` takes outputs. Its result is unknown if an
argument is unknown, or comes from a resource that does not exist yet. It is secret if an argument is secret, or a property of the
resource that the argument comes from. `Room.get` returns a room as a resource.

Under Pulumi's mocks they ask `Mocks.call`: see `mocks`. In a program, calls use the stack's `ivschat:…` settings. With
*connection* they use that. Outside of a stack they use AWS's own chain. The region is that of the ARN, else
*region*, else that of settings and chain.

Errors are IvsChatErrors: Invalid before any call for what AWS would refuse, ResourceNotFound for what does not exist. In a
program that does not catch them the CLI shows their text, and no traceback.
"""

from __future__ import annotations

import asyncio
import functools
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, ParamSpec, TypeVar

import attrs
import pulumi
from pulumi.output import UNKNOWN

from pulumi_ivschat.errors import IvsChatError
from pulumi_ivschat.lifecycle.room import canonical_review_handler
from pulumi_ivschat.model import service_model
from pulumi_ivschat.operations.lookups import Lookups, completed, validate_one_of, validated_tags
from pulumi_ivschat.program import mocks
from pulumi_ivschat.program.resource import Resource
from pulumi_ivschat.program.run_errors import as_run_error
from pulumi_ivschat.program.stack_settings import stack_settings
from pulumi_ivschat.settings import Connection, Settings

_P = ParamSpec("_P")
_R = TypeVar("_R")
_Result = TypeVar("_Result", bound=attrs.AttrsInstance)


# No slots in results: Pulumi looks into the __dict__ of what becomes a stack output.
@attrs.frozen(kw_only=True, slots=False)
class RoomSummary:
    """A room as lists have it: without its two limits."""

    arn: str
    room_id: str
    """The 12 characters at the end of the ARN (`id` in the API)."""
    name: str
    message_review_handler: Mapping[str, str] | None = attrs.field(converter=canonical_review_handler)
    """The handler, `{"uri": …, "fallback_result": …}`, or None."""
    logging_configuration_identifiers: Sequence[str]
    tags: Mapping[str, str]
    """All tags on the room, the owner tag included."""
    create_time: str
    """When the room was made, as `2026-01-31T08:00:00.123Z`."""
    update_time: str
    """When its settings last changed, in the same form."""
    region: str


@attrs.frozen(kw_only=True, slots=False)
class RoomResult(RoomSummary):
    """A room, with its limits."""

    maximum_message_length: int
    maximum_message_rate_per_second: int


@attrs.frozen(kw_only=True, slots=False)
class LoggingConfigurationResult:
    """A logging configuration."""

    arn: str
    logging_configuration_id: str
    """The 12 characters at the end of the ARN (`id` in the API)."""
    name: str
    destination_configuration: Mapping[str, Mapping[str, str]]
    """Where messages go: one of `{"s3": {"bucket_name": …}}`, `{"cloud_watch_logs": {"log_group_name": …}}` and
    `{"firehose": {"delivery_stream_name": …}}`."""
    state: str
    """ACTIVE, CREATING, CREATE_FAILED, UPDATING, UPDATE_FAILED, DELETING or DELETE_FAILED."""
    tags: Mapping[str, str]
    """All tags on it, the owner tag included."""
    create_time: str
    """When it was made, as `2026-01-31T08:00:00.123Z`."""
    update_time: str
    """When it last changed, in the same form."""
    region: str


def _with_run_errors(lookup: Callable[_P, _R]) -> Callable[_P, _R]:
    @functools.wraps(lookup)
    def wrapper(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        with as_run_error():
            return lookup(*args, **kwargs)

    return wrapper


@_with_run_errors
def get_room(
    arn: str | None = None,
    *,
    name: str | None = None,
    region: str | None = None,
    connection: Connection | None = None,
) -> RoomResult:
    """
    Look up a room, by its ARN or by its name.

    By name it takes two calls, ListRooms before GetRoom. Raises ResourceNotFound if there is no such room, and
    Invalid with all their ARNs where several have the name.
    """
    if mocks.in_use():
        validate_one_of(arn, name)
        return _mocked_one(RoomResult, "Room", {"arn": arn, "name": name, "region": region})
    return _result(RoomResult, _lookups(connection).get_room(arn, name, region))


@_with_run_errors
def list_rooms(  # noqa: PLR0913  AWS's filters, and where to look
    *,
    name: str | None = None,
    message_review_handler_uri: str | None = None,
    logging_configuration_identifier: str | None = None,
    tags: Mapping[str, str] | None = None,
    region: str | None = None,
    connection: Connection | None = None,
) -> list[RoomSummary]:
    """
    List the rooms of a region that pass all filters, latest change first.

    AWS filters by name, by the ARN of the review handler's function and by that of a logging configuration; *tags* are
    looked at here, and a room must have them all. It takes a call for every 50 rooms that pass AWS's filters.
    """
    filters = {
        "name": name,
        "message_review_handler_uri": message_review_handler_uri,
        "logging_configuration_identifier": logging_configuration_identifier,
    }
    if mocks.in_use():
        return _mocked_list(RoomSummary, "Room", {**filters, "tags": validated_tags(tags) and tags, "region": region})
    rooms = _lookups(connection).list_rooms(tags=tags, region=region, **filters)
    return [_result(RoomSummary, room) for room in rooms]


@_with_run_errors
def get_logging_configuration(arn: str, *, connection: Connection | None = None) -> LoggingConfigurationResult:
    """Look up a logging configuration, by its ARN; raise ResourceNotFound if there is none."""
    if mocks.in_use():
        return _mocked_one(LoggingConfigurationResult, "LoggingConfiguration", {"arn": arn})
    return _result(LoggingConfigurationResult, _lookups(connection).get_logging_configuration(arn))


@_with_run_errors
def list_logging_configurations(
    *, region: str | None = None, connection: Connection | None = None
) -> list[LoggingConfigurationResult]:
    """List the logging configurations of a region, latest change first, with a call for every 50."""
    if mocks.in_use():
        return _mocked_list(LoggingConfigurationResult, "LoggingConfiguration", {"region": region})
    found = _lookups(connection).list_logging_configurations(region)
    return [_result(LoggingConfigurationResult, each) for each in found]


@_with_run_errors
def list_tags_for_resource(resource_arn: str, *, connection: Connection | None = None) -> dict[str, str]:
    """Return all tags of a room or logging configuration; raise ResourceNotFound if there is none."""
    if mocks.in_use():
        arguments, members = {"resource_arn": resource_arn}, ("tags",)
        answer = mocks.call("listTagsForResource", arguments, members=members, required=members)
        tags: dict[str, str] = answer["tags"]
        return tags
    return _lookups(connection).list_tags_for_resource(resource_arn)


def get_room_output(
    arn: pulumi.Input[str | None] = None,
    *,
    name: pulumi.Input[str | None] = None,
    region: pulumi.Input[str | None] = None,
) -> pulumi.Output[RoomResult]:
    """Look up a room, as `get_room` does, once what it takes is known."""
    return _output(get_room, arn=arn, name=name, region=region)


def list_rooms_output(
    *,
    name: pulumi.Input[str | None] = None,
    message_review_handler_uri: pulumi.Input[str | None] = None,
    logging_configuration_identifier: pulumi.Input[str | None] = None,
    tags: pulumi.Input[Mapping[str, pulumi.Input[str]] | None] = None,
    region: pulumi.Input[str | None] = None,
) -> pulumi.Output[list[RoomSummary]]:
    """List rooms, as `list_rooms` does, once what it takes is known."""
    return _output(
        list_rooms,
        name=name,
        message_review_handler_uri=message_review_handler_uri,
        logging_configuration_identifier=logging_configuration_identifier,
        tags=tags,
        region=region,
    )


def get_logging_configuration_output(arn: pulumi.Input[str]) -> pulumi.Output[LoggingConfigurationResult]:
    """Look up a logging configuration, as `get_logging_configuration` does, once its ARN is known."""
    return _output(get_logging_configuration, arn=arn)


def list_logging_configurations_output(
    *, region: pulumi.Input[str | None] = None
) -> pulumi.Output[list[LoggingConfigurationResult]]:
    """List logging configurations, as `list_logging_configurations` does, once the region is known."""
    return _output(list_logging_configurations, region=region)


def list_tags_for_resource_output(resource_arn: pulumi.Input[str]) -> pulumi.Output[dict[str, str]]:
    """Return all tags of a room or logging configuration, as `list_tags_for_resource` does, once its ARN is known."""
    return _output(list_tags_for_resource, resource_arn=resource_arn)


def _output(lookup: Callable[..., _R], **inputs: Any) -> pulumi.Output[_R]:
    given: pulumi.Output[dict[str, Any]] = pulumi.Output.all(**inputs)

    async def look_up(known: Mapping[str, Any]) -> Any:
        sources = await given.resources()
        if not await _all_made(sources):
            return UNKNOWN
        try:
            found = await asyncio.to_thread(lookup, **known)
        except IvsChatError as error:
            if await given.is_secret():
                raise _without(error, known.values()) from None
            raise
        return pulumi.Output.secret(found) if await _have_secrets(sources) else found

    result: pulumi.Output[Any] = given.apply(look_up)
    return result


async def _all_made(resources: Iterable[pulumi.Resource]) -> bool:
    """Return whether the resources exist: a preview knows what a program gave a new one, and AWS does not know it yet."""
    ids = [vars(resource).get("id") for resource in resources]
    return all([await arn.is_known() for arn in ids if arn is not None])


async def _have_secrets(resources: Iterable[pulumi.Resource]) -> bool:
    """Return whether a property of these resources is a secret that a lookup of them would repeat."""
    ours = [resource for resource in resources if isinstance(resource, Resource)]
    return any([await output.is_secret() for resource in ours for output in resource.repeated_outputs()])


def _without(error: IvsChatError, secrets: Iterable[Any]) -> IvsChatError:
    """Return an error without the values of secret arguments."""
    facts = {name: getattr(error, name) for name in ("message", "subject", "remedy")}
    for secret in filter(lambda value: value and isinstance(value, str), secrets):
        whole = re.compile(rf"(?<!\w){re.escape(secret)}(?!\w)")
        facts = {name: whole.sub("[secret]", text) for name, text in facts.items()}
    return error.evolved(**facts)


def _lookups(connection: Connection | None) -> Lookups:
    return Lookups.of(Settings(connection=connection) if connection else stack_settings())


def _result(kind: type[_Result], properties: Mapping[str, Any]) -> _Result:
    """Make a result with a field for each property that *kind* has."""
    return kind(**{name: properties.get(name) for name in attrs.fields_dict(kind)})


def _of_mocks(kind: type[_Result], resource_type: str, properties: Mapping[str, Any]) -> _Result:
    """Make a result from what a unit test's mocks answer, in snake_case; the rest has AWS's default."""
    return _result(kind, {**completed(resource_type, {"arn": properties["arn"]}, mocks.region_of), **properties})


def _mocked_one(kind: type[_Result], resource_type: str, arguments: Mapping[str, Any]) -> _Result:
    """Make a result from the answer of a unit test's mocks, which need not repeat the arguments."""
    members = attrs.fields_dict(kind)
    repeated = {name: value for name, value in arguments.items() if value is not None}
    required = [name for name in ("arn",) if name not in repeated]
    answer = mocks.call(f"get{resource_type}", arguments, members=members, required=required)
    return _of_mocks(kind, resource_type, {**repeated, **answer})


def _mocked_list(kind: type[_Result], resource_type: str, arguments: Mapping[str, Any]) -> list[_Result]:
    """Make results from the answer of a unit test's mocks, which filter as they like."""
    function, member = f"list{resource_type}s", f"{service_model.snake_case(resource_type)}s"
    answer = mocks.call(function, arguments, members=[member], required=[member])
    for each in answer[member]:
        mocks.check_answer(function, each, members=attrs.fields_dict(kind), required=["arn"])
    return [_of_mocks(kind, resource_type, each) for each in answer[member]]
