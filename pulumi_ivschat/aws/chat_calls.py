"""
The calls about a room's users and messages: their members by the names of `runtime`, checked, and then made.

No failure or error shows a value that may be a secret: a user id, an attribute.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, Final

import attrs

from pulumi_ivschat import settings
from pulumi_ivschat.aws import redaction
from pulumi_ivschat.aws.client import shared_control_plane
from pulumi_ivschat.errors import Invalid, IvsChatError, SettingsError
from pulumi_ivschat.model import conversion, service_model, validation
from pulumi_ivschat.model.arns import region_of
from pulumi_ivschat.model.service_model import Shape
from pulumi_ivschat.model.validation import API_NAMES, UNKNOWN, Failure, Naming
from pulumi_ivschat.settings import Connection

ENDPOINT_VARIABLE: Final = "PULUMI_IVSCHAT_ENDPOINT_URL"


def grant(
    user_id: Any, capabilities: Any = (), attributes: Any = None, session_duration_in_minutes: Any = None
) -> dict[str, Any]:
    """Return what CreateChatToken takes beside the room, by the names used here."""
    listed = isinstance(capabilities, Collection) and not isinstance(capabilities, (str, Mapping))
    return {
        "user_id": user_id,
        "capabilities": [*capabilities] if listed else capabilities,
        "attributes": attributes,
        "session_duration_in_minutes": session_duration_in_minutes,
    }


def failures(operation: str, members: Mapping[str, Any], names: Naming = API_NAMES) -> Iterator[Failure]:
    """
    Find everything that AWS would refuse in the members of a call; no reason shows a value that may be a secret.

    *names* show the names used here as the caller writes them.
    """
    return _failures(shape_of(operation), members, names)


def grant_failures(grant: Any) -> Iterator[Failure]:
    """Find everything that AWS would refuse in a grant, whatever the room: a `room_arn` is not one of its members."""
    shape = shape_of("CreateChatToken")
    members = {name: inner for name, inner in shape.members.items() if name != "room_arn"}
    required = tuple(name for name in shape.required if name != "room_arn")
    return _failures(attrs.evolve(shape, members=members, required=required), grant)


def _failures(shape: Shape, given: Any, names: Naming = API_NAMES) -> Iterator[Failure]:
    if not isinstance(given, Mapping):
        yield from validation.failures(shape, given)
        return
    others = {name: value for name, value in given.items() if name != "attributes"}
    yield from validation.failures(shape, others, names=names)
    attributes = shape.members.get("attributes")
    yield from _attribute_failures(given.get("attributes"), attributes.total if attributes else None)


def _attribute_failures(attributes: Any, total: int | None) -> Iterator[Failure]:
    """Find what is wrong with attributes, whose keys and values are nobody's business."""
    if attributes is None or attributes is UNKNOWN:
        return
    texts: list[Any] = [*attributes, *attributes.values()] if isinstance(attributes, Mapping) else [None]
    texts = [text for text in texts if text is not UNKNOWN]
    if not all(isinstance(text, str) for text in texts):
        yield Failure("attributes", "must map strings to strings")
        return
    size = sum(len(text.encode(errors="surrogatepass")) for text in texts)
    if total is not None and size > total:
        yield Failure("attributes", f"must be at most {total} bytes together, keys and values, not {size}")


_NAMES: Final = {"roomIdentifier": "room_arn", "id": "message_id"}
"""Members that people here know by another name than the API's."""


def _name(member: str) -> str:
    return _NAMES.get(member) or service_model.snake_case(member)


@functools.cache
def shape_of(operation: str) -> Shape:
    """Return the shape of a call's members by the names used here."""
    given = service_model.operations()[operation].input
    members = {_name(member): inner for member, inner in given.members.items()}
    return attrs.evolve(given, members=members, required=tuple(map(_name, given.required)))


def validate(operation: str, members: Mapping[str, Any], names: Naming = API_NAMES) -> None:
    """Raise Invalid with everything that AWS would refuse in the members of a call."""
    problems = [*map(str, failures(operation, members, names))]
    if problems:
        raise Invalid("; ".join(problems), operation=operation)


def validate_room_arn(arn: Any, name: str = "room_arn", error: Callable[[str], Exception] = Invalid) -> None:
    """Raise *error* if *arn*, which the caller knows as *name*, is not the ARN of a room."""
    validation.validate(shape_of("CreateChatToken").members["room_arn"], arn, name, error)


def call(
    operation: str, members: Mapping[str, Any], connection: Connection | None, names: Naming = API_NAMES
) -> dict[str, Any]:
    """Check the members, make the call in the region of the room, and return AWS's answer."""
    validate(operation, members, names)
    arn = members["room_arn"]
    shape = service_model.operations()[operation].input
    given = {service_model.snake_case(member): members.get(_name(member)) for member in shape.members}
    sent = {member: value for member, value in conversion.to_api(shape, given).items() if value not in ([], {})}
    try:
        return shared_control_plane(connection or from_environment()).call(operation, region_of(arn), arn, **sent)
    except IvsChatError as error:
        raise error.evolved(message=redaction.without(error.message, _secrets(members), arn)) from None


def endpoint_url(room_arn: str, connection: Connection | None) -> str:
    """Return the endpoint of the calls about a room; raise Invalid if *room_arn* is not the ARN of a room."""
    validate_room_arn(room_arn)
    return shared_control_plane(connection or from_environment()).endpoint_url(region_of(room_arn))


def _secrets(members: Mapping[str, Any]) -> set[str]:
    attributes = members.get("attributes") or {}
    return {members.get("user_id") or "", *attributes, *attributes.values()}


def from_environment() -> Connection:
    """Return the connection that the environment variable names, else the default one; raise SettingsError if it is unfit."""
    url = os.environ.get(ENDPOINT_VARIABLE)
    return _connection_to(url) if url else Connection()


@functools.lru_cache(maxsize=16)
def _connection_to(url: str) -> Connection:
    try:
        return settings.from_config({f"{settings.NAMESPACE}endpointUrl": url}).connection
    except SettingsError:
        msg = f"{ENDPOINT_VARIABLE} must be an http(s) URL, or local"
        raise SettingsError(msg) from None
