"""What each operation of the control plane does: one function for one operation."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

import attrs

from pulumi_ivschat.local import pages, tokens
from pulumi_ivschat.local.errors import ApiError, invalid, not_found
from pulumi_ivschat.local.messaging import RESERVED, Chat
from pulumi_ivschat.local.store import LOGGING_CONFIGURATION, ROOM, Home, Members, Store
from pulumi_ivschat.model.arns import RESOURCES, misplaced_function
from pulumi_ivschat.model.conversion import iso8601
from pulumi_ivschat.model.service_model import operations, shape
from pulumi_ivschat.model.validation import Failure

_ARN: Final = re.compile(r"arn:aws:ivschat:(?P<region>[^:]*):(?P<account>[^:]*):(?P<type>[a-z-]+)/[^/]*")
_IDENTIFIERS: Final = ("identifier", "roomIdentifier", "resourceArn")


@attrs.define  # a frozen one of so many members takes twice the time
class Call:
    """One valid call: who sees what (*home*), what is asked for (*input*), and what it works on."""

    operation: str
    home: Home
    user: str
    input: Mapping[str, Any]
    store: Store
    now: datetime
    resource_quotas: Mapping[str, int]
    token_lifetime: int
    chat: Chat
    logging_delay: float = 0.0
    logging_failure: str | None = None
    """The state in which this call leaves a logging configuration that it cannot finish."""
    permitted: Callable[[str, datetime], bool] = lambda *_: True
    """Whether IVS Chat may invoke a Lambda function, by its ARN, at a time."""
    afterwards: list[Callable[[], None]] = attrs.field(factory=list)
    """The work to do after the call has been committed."""


def identifier(given: Mapping[str, Any]) -> str | None:
    """Return the ARN that an input names a resource with, if it does."""
    return next((given[member] for member in _IDENTIFIERS if member in given), None)


def create_room(call: Call) -> Members:
    """Make a room with what is given and AWS's defaults."""
    _check_logging(call)
    _check_handler(call)
    _check_quota(call, ROOM)
    return _create(call, ROOM)


def get_room(call: Call) -> Members:
    """Return a room."""
    return _existing(call, ROOM)


def update_room(call: Call) -> Members:
    """Change what is given; the rest stays."""
    room = _existing(call, ROOM)
    _check_logging(call)
    _check_handler(call)
    return _update(call, ROOM, room)


def delete_room(call: Call) -> Members:
    """Remove a room; its clients are disconnected."""
    arn = call.input["identifier"]
    call.afterwards.append(lambda: call.chat.close_room(arn))
    return _delete(call, ROOM)


def list_rooms(call: Call) -> Members:
    """Return a page of rooms, newest `updateTime` first; all filters must hold."""
    return _page(call, ROOM, "rooms")


def create_chat_token(call: Call) -> Members:
    """Make a chat token for a user of a room."""
    room = _room(call)
    asked = {**operations()[call.operation].input.defaults(), **call.input}
    grant = tokens.granted(room["arn"], asked, call.now, call.token_lifetime)
    return {
        "token": tokens.signed(grant, call.store.token_key),
        "tokenExpirationTime": tokens.in_seconds(grant.expires),
        "sessionExpirationTime": tokens.in_seconds(grant.session_expires),
    }


def send_event(call: Call) -> Members:
    """Send an event to a room's clients; the names of the service's own are kept to it."""
    room, name = _room(call), call.input["eventName"]
    if name.lower().startswith(RESERVED):
        raise invalid([Failure("eventName", f"must not begin with {RESERVED}, as the service's own events do")])
    return {"id": call.chat.send_event(room["arn"], name, call.input.get("attributes"))}


def delete_message(call: Call) -> Members:
    """Tell a room's clients to drop a message; that there is such a message is not checked, since none are kept."""
    return {"id": call.chat.delete_message(_room(call)["arn"], call.input["id"], call.input.get("reason"))}


def disconnect_user(call: Call) -> Members:
    """Close all connections that a user has to a room, after an event that announces it. There may be no connection."""
    call.chat.disconnect_user(_room(call)["arn"], call.input["userId"], call.input.get("reason"))
    return {}


def create_logging_configuration(call: Call) -> Members:
    """Make a logging configuration; without a delay it is ACTIVE at once, as in AWS's samples."""
    _check_quota(call, LOGGING_CONFIGURATION)
    return _create(call, LOGGING_CONFIGURATION, **_under_way(call, "CREATING", "ACTIVE"))


def get_logging_configuration(call: Call) -> Members:
    """Return a logging configuration."""
    return _existing(call, LOGGING_CONFIGURATION)


def update_logging_configuration(call: Call) -> Members:
    """Change what is given; the rest stays."""
    logging = _settled_logging(call)
    return _update(call, LOGGING_CONFIGURATION, {**logging, **_under_way(call, "UPDATING", "ACTIVE")})


def delete_logging_configuration(call: Call) -> Members:
    """Remove a logging configuration that no room uses."""
    logging = _settled_logging(call)
    arn = logging["arn"]
    if call.store.page(call.home, ROOM, {"loggingConfigurationIdentifier": arn}, after=None, size=1).resources:
        raise _conflict(arn, f"Logging configuration {arn} is used by a room")
    under_way = _under_way(call, "DELETING", None)
    if "due" in under_way:
        call.store.rewrite({**logging, **under_way})
        return {}
    return _delete(call, LOGGING_CONFIGURATION)


def list_logging_configurations(call: Call) -> Members:
    """Return a page of logging configurations, newest `updateTime` first."""
    return _page(call, LOGGING_CONFIGURATION, "loggingConfigurations")


def tag_resource(call: Call) -> Members:
    """Add tags, or overwrite their values; others stay, and so does `updateTime`."""
    resource = _tagged(call)
    tags = {**resource["tags"], **call.input["tags"]}
    maximum = shape("Tags").maximum or 0
    if len(tags) > maximum:
        raise invalid([Failure("tags", f"must be at most {maximum} in all on a resource, not {len(tags)}")])
    call.store.put_tags(resource["arn"], tags)
    return {}


def untag_resource(call: Call) -> Members:
    """Remove tags by key; keys that are not there do not matter."""
    resource = _tagged(call)
    tags = {key: value for key, value in resource["tags"].items() if key not in call.input["tagKeys"]}
    call.store.put_tags(resource["arn"], tags)
    return {}


def list_tags_for_resource(call: Call) -> Members:
    """Return all tags of a resource."""
    return {"tags": _tagged(call)["tags"]}


OPERATIONS: Final[Mapping[str, Callable[[Call], Members]]] = {
    "CreateRoom": create_room,
    "GetRoom": get_room,
    "UpdateRoom": update_room,
    "DeleteRoom": delete_room,
    "ListRooms": list_rooms,
    "CreateChatToken": create_chat_token,
    "SendEvent": send_event,
    "DeleteMessage": delete_message,
    "DisconnectUser": disconnect_user,
    "CreateLoggingConfiguration": create_logging_configuration,
    "GetLoggingConfiguration": get_logging_configuration,
    "UpdateLoggingConfiguration": update_logging_configuration,
    "DeleteLoggingConfiguration": delete_logging_configuration,
    "ListLoggingConfigurations": list_logging_configurations,
    "TagResource": tag_resource,
    "UntagResource": untag_resource,
    "ListTagsForResource": list_tags_for_resource,
}


def perform(call: Call) -> Members:
    """Carry out a call, wholly or not at all."""
    with call.store.transaction():
        call.store.settle(call.now)
        output = OPERATIONS[call.operation](call)
    for follow in call.afterwards:
        follow()
    return output


def _create(call: Call, resource_type: str, **members: Any) -> Members:
    arn = call.home.new_arn(resource_type)
    time = iso8601(call.now)
    made = {"arn": arn, "id": _id(arn), "createTime": time, "updateTime": time, "tags": {}}
    resource = _settled({**made, **members, **operations()[call.operation].input.defaults(), **call.input})
    call.store.put(call.home, resource_type, resource)
    return resource


def _update(call: Call, resource_type: str, resource: Members) -> Members:
    given = {member: value for member, value in call.input.items() if member != "identifier"}
    time = _later(resource["updateTime"], call.now)
    changed = _settled({**resource, **given, "updateTime": time})
    call.store.put(call.home, resource_type, changed)
    return changed


def _delete(call: Call, resource_type: str) -> Members:
    call.store.delete(_existing(call, resource_type)["arn"])
    return {}


def _under_way(call: Call, state: str, end: str | None) -> Members:
    """Return the members of a logging configuration while AWS works on it; `due` and `becomes` are for the store alone."""
    if not call.logging_delay and call.logging_failure is None:
        return {"state": end}
    due = iso8601(call.now + timedelta(seconds=call.logging_delay))
    return {"state": state, "becomes": call.logging_failure or end, "due": due}


def _settled_logging(call: Call) -> Members:
    logging = _existing(call, LOGGING_CONFIGURATION)
    if "due" in logging:
        raise _conflict(logging["arn"], f"Logging configuration {logging['arn']} is {logging['state']}")
    return logging


def _conflict(arn: str, message: str) -> ApiError:
    return ApiError("ConflictException", message, resourceId=_id(arn), resourceType="ROOM")


def _settled(resource: dict[str, Any]) -> Members:
    """Bring members into the form that AWS answers: no empty logging list, a fallback beside every handler."""
    if not resource.get("loggingConfigurationIdentifiers"):
        resource.pop("loggingConfigurationIdentifiers", None)
    if "messageReviewHandler" in resource:
        defaults = shape("MessageReviewHandler").defaults()
        resource["messageReviewHandler"] = {**defaults, **resource["messageReviewHandler"]}
    return resource


def _later(before: str, now: datetime) -> str:
    """Return the time of an update: after the last one even within a millisecond, so that it shows a change."""
    earliest = datetime.fromisoformat(before.replace("Z", "+00:00")) + timedelta(milliseconds=1)
    return iso8601(max(now, earliest))


def _page(call: Call, resource_type: str, member: str) -> Members:
    filters = {name: value for name, value in call.input.items() if name not in {"nextToken", "maxResults"}}
    listing = {"operation": call.operation, "account": call.home.account, "region": call.home.region, **filters}
    secret = call.store.page_key
    after = pages.position(call.input.get("nextToken"), secret, listing)
    size = {**operations()[call.operation].input.defaults(), **call.input}["maxResults"]
    found = call.store.page(call.home, resource_type, filters, after, size)
    token = {"nextToken": pages.token(found.end, secret, listing)} if found.end else {}
    return {member: found.resources, **token}


def _existing(call: Call, resource_type: str) -> Members:
    return _resource(call, call.input["identifier"], (resource_type,))


def _room(call: Call) -> Members:
    return _resource(call, call.input["roomIdentifier"], (ROOM,))


def _tagged(call: Call) -> Members:
    return _resource(call, call.input["resourceArn"], tuple(RESOURCES.values()))


def _resource(call: Call, arn: str, types: tuple[str, ...]) -> Members:
    found = _ARN.fullmatch(arn)
    _check_account(call, arn, found)
    if found is None or found["region"] != call.home.region or found["type"] not in types:
        raise not_found(arn)
    resource = call.store.get(arn)
    if resource is None:
        raise not_found(arn)
    return resource


def _check_account(call: Call, arn: str, found: re.Match[str] | None) -> None:
    if found is not None and found["account"] != call.home.account:
        error = ApiError(
            "AccessDeniedException",
            f"User: {call.user} is not authorized to perform: ivschat:{call.operation} on resource: {arn}",
        )
        raise error


def _check_logging(call: Call) -> None:
    for arn in call.input.get("loggingConfigurationIdentifiers", ()):
        if _resource(call, arn, (LOGGING_CONFIGURATION,)).get("state") == "DELETING":
            raise not_found(arn)


def _check_handler(call: Call) -> None:
    """Refuse a function of another region or account, and one that IVS Chat may not invoke yet."""
    uri = call.input.get("messageReviewHandler", {}).get("uri")
    if reason := misplaced_function(uri, call.home.region, call.home.account):
        raise invalid([Failure("messageReviewHandler.uri", reason)])
    if uri and not call.permitted(uri, call.now):
        # AWS's own text, as recorded by Alchemy's client
        message = "Request member: uri failed to satisfy the constraints: invalid lambda permission"
        error = ApiError("ValidationException", message, reason="FIELD_VALIDATION_FAILED")
        raise error


def _check_quota(call: Call, resource_type: str) -> None:
    limit = call.resource_quotas[resource_type]
    if call.store.count(call.home, resource_type) >= limit:
        error = ApiError(
            "ServiceQuotaExceededException",
            f"The account has reached its quota of {limit} {resource_type.replace('-', ' ')}s in {call.home.region}",
            resourceId=call.home.account,
            resourceType="ROOM",
            limit=limit,
        )
        raise error


def _id(arn: str) -> str:
    return arn.rpartition("/")[2]
