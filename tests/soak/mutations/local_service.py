"""Behaviours of the local service that differ in one way: what the questions of `make verify` are to find."""

from __future__ import annotations

import contextlib
import json
from http import HTTPStatus
from typing import Any

import attrs

from tests.soak.mutations.mutation import bug, instead
from tests.soak.mutations.places import (
    CHAT,
    CONTROL_PLANE,
    LOCAL_ERRORS,
    MESSAGE,
    MESSAGING,
    PAGES,
    QUOTAS,
    REST_JSON,
    REVIEW,
    REVIEWERS,
    SESSION,
    SOCKET_REFUSED,
    STORE,
    TESTS_OF_VERIFY,
    TOKENS,
    value,
)


def _api_error() -> Any:
    return value(LOCAL_ERRORS).ApiError


# The control plane


@bug("TagResource moves `updateTime`", CONTROL_PLANE, "perform", tests=TESTS_OF_VERIFY)
def tags_move_the_time(right: Any, call: Any) -> Any:
    answer = right(call)
    if call.operation == "TagResource":
        resource = call.store.get(call.input["resourceArn"])
        call.store.rewrite({**resource, "updateTime": call.now.isoformat(timespec="milliseconds")})
    return answer


@bug("UpdateRoom keeps `updateTime`", CONTROL_PLANE, "perform", tests=TESTS_OF_VERIFY)
def updates_keep_the_time(right: Any, call: Any) -> Any:
    if call.operation != "UpdateRoom":
        return right(call)
    before = call.store.get(call.input["identifier"])
    answer = right(call)
    kept = {**answer, "updateTime": before["updateTime"]}
    call.store.rewrite(kept)
    return kept


@bug("Rooms are listed oldest first", CONTROL_PLANE, "perform", tests=TESTS_OF_VERIFY)
def oldest_first(right: Any, call: Any) -> Any:
    answer = right(call)
    if call.operation == "ListRooms":
        answer["rooms"].reverse()
    return answer


@bug("The filter for names finds what begins with it", CONTROL_PLANE, "perform", tests=TESTS_OF_VERIFY)
def names_by_prefix(right: Any, call: Any) -> Any:
    wanted = call.input.get("name")
    if call.operation != "ListRooms" or not wanted:
        return right(call)
    others = {name: given for name, given in call.input.items() if name != "name"}
    answer = right(attrs.evolve(call, input=others))
    return {**answer, "rooms": [room for room in answer["rooms"] if room.get("name", "").startswith(wanted)]}


@bug("Another default rate", CONTROL_PLANE, "perform", tests=TESTS_OF_VERIFY)
def another_default_rate(right: Any, call: Any) -> Any:
    answer = right(call)
    if call.operation == "CreateRoom" and "maximumMessageRatePerSecond" not in call.input:
        answer = {**answer, "maximumMessageRatePerSecond": 5}
        call.store.rewrite(answer)
    return answer


@bug("DeleteRoom of a room that is gone succeeds", CONTROL_PLANE, "perform", tests=TESTS_OF_VERIFY)
def lenient_delete(right: Any, call: Any) -> Any:
    if call.operation != "DeleteRoom":
        return right(call)
    with contextlib.suppress(_api_error()):
        return right(call)
    return {}


@bug("A room that does not exist is AccessDeniedException", LOCAL_ERRORS, "not_found", tests=TESTS_OF_VERIFY)
def gone_is_denied(right: Any, arn: Any) -> Any:
    return _api_error()("AccessDeniedException", str(right(arn)))


@bug("A logging configuration in use can be deleted", CONTROL_PLANE, "perform", tests=TESTS_OF_VERIFY)
def used_is_deleted(right: Any, call: Any) -> Any:
    if call.operation != "DeleteLoggingConfiguration" or call.store.get(call.input["identifier"]) is None:
        return right(call)
    call.store.delete(call.input["identifier"])
    return {}


@bug("A new logging configuration is CREATING", CONTROL_PLANE, "perform", tests=TESTS_OF_VERIFY)
def creating_first(right: Any, call: Any) -> Any:
    answer = right(call)
    return {**answer, "state": "CREATING"} if call.operation == "CreateLoggingConfiguration" else answer


@bug("An unknown page token means the first page", PAGES, "position", tests=TESTS_OF_VERIFY)
def any_page_token(right: Any, text: Any, secret: Any, listing: Any) -> Any:
    with contextlib.suppress(_api_error()):
        return right(text, secret, listing)


@bug("UntagResource of a key that is not there is an error", CONTROL_PLANE, "perform", tests=TESTS_OF_VERIFY)
def strict_untag(right: Any, call: Any) -> Any:
    if call.operation == "UntagResource":
        resource = call.store.get(call.input["resourceArn"]) or {}
        if set(call.input["tagKeys"]) - resource.get("tags", {}).keys():
            refused = _api_error()("ValidationException", "a key is not there")
            raise refused
    return right(call)


@bug("A resource may have more than 50 tags", CONTROL_PLANE, "perform", tests=TESTS_OF_VERIFY)
def many_tags(right: Any, call: Any) -> Any:
    resource = call.store.get(call.input["resourceArn"]) if call.operation == "TagResource" else None
    if resource is None:
        return right(call)
    call.store.put_tags(resource["arn"], {**resource["tags"], **call.input["tags"]})
    return {}


@bug("An empty logging list is in answers", CONTROL_PLANE, "perform", tests=TESTS_OF_VERIFY)
def empty_logging_list(right: Any, call: Any) -> Any:
    answer = right(call)
    return {"loggingConfigurationIdentifiers": [], **answer} if call.operation == "UpdateRoom" else answer


@bug("A removed review handler is not in answers", CONTROL_PLANE, "perform", tests=TESTS_OF_VERIFY)
def removed_handler_is_omitted(right: Any, call: Any) -> Any:
    answer = dict(right(call))
    if not answer.get("messageReviewHandler", {}).get("uri"):
        answer.pop("messageReviewHandler", None)
    return answer


@bug("UpdateRoom keeps the handler's members that it is not given", CONTROL_PLANE, "perform", tests=TESTS_OF_VERIFY)
def merged_handler(right: Any, call: Any) -> Any:
    if call.operation != "UpdateRoom" or "messageReviewHandler" not in call.input:
        return right(call)
    former = (call.store.get(call.input["identifier"]) or {}).get("messageReviewHandler", {})
    merged = {**former, **call.input["messageReviewHandler"]}
    return right(attrs.evolve(call, input={**call.input, "messageReviewHandler": merged}))


@bug("SendEvent may send the service's own events", CONTROL_PLANE, "perform", tests=TESTS_OF_VERIFY)
def reserved_events(right: Any, call: Any) -> Any:
    if call.operation == "SendEvent" and call.input["eventName"].startswith("aws:"):
        return {"id": call.chat.send_event(call.input["roomIdentifier"], call.input["eventName"], None)}
    return right(call)


# The wire


@bug("A value of a wrong type is a ValidationException", LOCAL_ERRORS, "malformed", tests=TESTS_OF_VERIFY)
def wrong_types_are_invalid(right: Any, message: Any) -> Any:
    return _api_error()("ValidationException", str(right(message)))


@bug("A member that is not known is an error", REST_JSON, "members", tests=TESTS_OF_VERIFY)
def unknown_members_are_refused(right: Any, structure: Any, given: Any) -> Any:
    if given.keys() - structure.members.keys():
        refused = _api_error()("SerializationException", "a member is not known")
        raise refused
    return right(structure, given)


@bug("An unknown operation is a ValidationException", LOCAL_ERRORS, "unknown_operation", tests=TESTS_OF_VERIFY)
def unknown_operations_are_invalid(right: Any) -> Any:
    return _api_error()("ValidationException", str(right()))


@bug("Attributes may be of any size", LOCAL_ERRORS, "check", tests=TESTS_OF_VERIFY)
def attributes_of_any_size(right: Any, inner: Any, given: Any) -> Any:
    right(inner, {name: each for name, each in given.items() if name != "attributes"})


# Tokens and handshakes


@bug("A session lasts half as long by default", TOKENS, "granted", tests=TESTS_OF_VERIFY)
def short_sessions(right: Any, room_arn: Any, asked: Any, now: Any, lifetime: Any) -> Any:
    minutes = max(1, asked["sessionDurationInMinutes"] // 2)
    return right(room_arn, {**asked, "sessionDurationInMinutes": minutes}, now, lifetime)


@bug("A token opens two connections", STORE, "use_token", tests=TESTS_OF_VERIFY)
def tokens_for_two(right: Any, self: Any, identity: Any, expires: Any, now: Any) -> Any:
    del right, self, identity, expires, now
    return True


@bug("Each refused handshake gets 401", SOCKET_REFUSED, "__init__", tests=TESTS_OF_VERIFY)
def one_status(right: Any, self: Any, status: Any, message: Any) -> Any:
    del status
    right(self, HTTPStatus.UNAUTHORIZED, message)


@bug("A token without capabilities may do everything", SESSION, "action", tests=TESTS_OF_VERIFY)
def every_capability(right: Any, self: Any, text: Any, now: Any) -> Any:
    capabilities = ("SEND_MESSAGE", "DELETE_MESSAGE", "DISCONNECT_USER")
    return right(attrs.evolve(self, grant=attrs.evolve(self.grant, capabilities=capabilities)), text, now)


# Frames


@bug("Names in lower case are not accepted", SESSION, "action", tests=TESTS_OF_VERIFY)
def names_as_documented_only(right: Any, self: Any, text: Any, now: Any) -> Any:
    action = right(self, text, now)
    if "action" in json.loads(text):
        raise value(MESSAGING).ActionRefused(400, "Action is required", action.request_id)
    return action


@bug("Messages go to all rooms", CHAT, "deliver", tests=TESTS_OF_VERIFY)
def everybody_hears(right: Any, self: Any, message: Any) -> Any:
    right(self, message)
    for session in self.sessions():
        if session.grant.room_arn != message.room["arn"]:
            session.connection.send(json.dumps(message.frame(session.since)))


@bug("A message does not have its request id", MESSAGE, "frame", tests=TESTS_OF_VERIFY)
def no_request_id(right: Any, self: Any, now: Any) -> Any:
    return {**right(self, now), "RequestId": ""}


@bug("Attributes that are not there are an empty object", MESSAGE, "frame", tests=TESTS_OF_VERIFY)
def empty_attributes(right: Any, self: Any, now: Any) -> Any:
    frame = right(self, now)
    return {**frame, "Attributes": frame["Attributes"] or {}}


@bug("The event of a deleted message has the new name of its id only", CHAT, "delete_message", tests=TESTS_OF_VERIFY)
def one_name_of_the_id(  # noqa: PLR0913, PLR0917 - the parameters of the right one
    right: Any, self: Any, arn: Any, message_id: Any, reason: Any, request_id: Any = ""
) -> Any:
    del right
    given = {"MessageId": message_id, "Reason": reason}
    attributes = {name: each for name, each in given.items() if each is not None}
    return self.send_event(arn, "aws:DELETE_MESSAGE", attributes, request_id)


@bug("DisconnectUser closes no connection", CHAT, "disconnect_user", tests=TESTS_OF_VERIFY)
def nobody_is_disconnected(  # noqa: PLR0913, PLR0917 - the parameters of the right one
    right: Any, self: Any, arn: Any, user_id: Any, reason: Any, request_id: Any = ""
) -> Any:
    del right
    attributes = {"UserId": user_id} if reason is None else {"UserId": user_id, "Reason": reason}
    self.send_event(arn, "aws:DISCONNECT_USER", attributes, request_id)


@bug("DeleteRoom closes no connection", CHAT, "close_room", tests=TESTS_OF_VERIFY)
def rooms_stay_connected(right: Any, self: Any, arn: Any) -> Any:
    del right, self, arn


@instead("Connections are closed with another code", MESSAGING, "NORMAL", tests=TESTS_OF_VERIFY)
def another_close_code() -> Any:
    return 1008


@instead("A connection may send any number of requests", QUOTAS, "REQUESTS_PER_CONNECTION", tests=TESTS_OF_VERIFY)
def no_rate_of_a_connection() -> Any:
    return 1000


@bug("The length of a message is counted in bytes", CHAT, "message", tests=TESTS_OF_VERIFY)
def length_in_bytes(right: Any, self: Any, session: Any, action: Any) -> Any:
    message = right(self, session, action)
    if len(message.content.encode()) > message.room["maximumMessageLength"]:
        raise value(MESSAGING).ActionRefused(400, "Message exceeds maximum length", action.request_id)
    return message


# Review


@instead("A denied message has another code", MESSAGING, "REJECTED", tests=TESTS_OF_VERIFY)
def another_code_of_a_denial() -> Any:
    return 403


@bug("A failed review always allows", REVIEWERS, "reviewed", tests=TESTS_OF_VERIFY)
async def failures_allow(right: Any, self: Any, message: Any, ip: Any) -> Any:
    try:
        return await right(self, message, ip)
    except value(MESSAGING).ActionRefused as refused:
        if refused.message == value(REVIEW).UNREVIEWED:
            return message
        raise


@bug("A review handler cannot edit a message", REVIEW, "judged", tests=TESTS_OF_VERIFY)
def no_edits(right: Any, message: Any, answer: Any) -> Any:
    right(message, answer)
    return message
