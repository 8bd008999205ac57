"""
More behaviours of the local service's control plane that differ in one way: signatures, filters, lists, tags, logging.

A reviewer found most of them, and no question found them then. Checks of signatures are private names, so a mutation names them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import attrs

from tests.soak.mutations.mutation import bug, instead
from tests.soak.mutations.places import (
    CONTROL_PLANE,
    LOCAL_ERRORS,
    LOG_DELIVERY,
    SERVICE_MODEL,
    SIGV4,
    TESTS_OF_VERIFY,
    VALIDATION,
    value,
)


def changed(words: str) -> Callable[[Any], Any]:
    """Make a function the wrong one for each call of the control plane."""
    return bug(words, CONTROL_PLANE, "perform", tests=TESTS_OF_VERIFY)


def _with(call: Any, **members: Any) -> Any:
    """Return a call with other members; those that are None are omitted."""
    given = {**call.input, **members}
    return attrs.evolve(call, input={name: each for name, each in given.items() if each is not None})


# Signatures


@bug("The time of a signature is not checked", SIGV4, "_check_skew", tests=TESTS_OF_VERIFY)
def any_time(right: Any, time: Any, now: Any, skew: Any) -> None:
    del right, time, now, skew


@bug("The scope of a signature is not checked", SIGV4, "_check_scope", tests=TESTS_OF_VERIFY)
def any_scope(right: Any, authorization: Any, settings: Any, received: Any) -> None:
    del right, authorization, settings, received


@bug("x-amz-content-sha256 is not checked", SIGV4, "_check_body", tests=TESTS_OF_VERIFY)
def any_hash(right: Any, received: Any, digest: Any) -> None:
    del right, received, digest


@bug("An incomplete signature is a ValidationException", SIGV4, "_incomplete", tests=TESTS_OF_VERIFY)
def incomplete_is_invalid(right: Any, message: Any) -> Any:
    return value(LOCAL_ERRORS).ApiError("ValidationException", str(right(message)))


# Lists


@changed("ListRooms ignores the filter by review handler")
def any_handler(right: Any, call: Any) -> Any:
    return right(_with(call, messageReviewHandlerUri=None) if call.operation == "ListRooms" else call)


@changed("Listed rooms have neither a review handler nor logging configurations")
def short_summaries(right: Any, call: Any) -> Any:
    answer = right(call)
    if call.operation == "ListRooms":
        omitted = {"messageReviewHandler", "loggingConfigurationIdentifiers"}
        rooms = [{name: each for name, each in room.items() if name not in omitted} for room in answer["rooms"]]
        answer = {**answer, "rooms": rooms}
    return answer


@changed("Listed logging configurations have neither a state nor a destination")
def short_logging_summaries(right: Any, call: Any) -> Any:
    answer = right(call)
    if call.operation == "ListLoggingConfigurations":
        omitted = {"state", "destinationConfiguration"}
        listed = [
            {name: each for name, each in one.items() if name not in omitted} for one in answer["loggingConfigurations"]
        ]
        answer = {**answer, "loggingConfigurations": listed}
    return answer


@changed("Logging configurations are listed oldest first")
def oldest_logging_first(right: Any, call: Any) -> Any:
    answer = right(call)
    if call.operation == "ListLoggingConfigurations":
        answer["loggingConfigurations"].reverse()
    return answer


# Rooms and logging configurations


@changed("UpdateLoggingConfiguration ignores a new destination")
def destinations_stay(right: Any, call: Any) -> Any:
    updates = call.operation == "UpdateLoggingConfiguration"
    return right(_with(call, destinationConfiguration=None) if updates else call)


@changed("TagResource moves the `updateTime` of a logging configuration")
def tags_move_the_time_of_logging(right: Any, call: Any) -> Any:
    answer = right(call)
    arn = call.input.get("resourceArn", "")
    if call.operation == "TagResource" and ":logging-configuration/" in arn:
        resource = call.store.get(arn)
        call.store.rewrite({**resource, "updateTime": call.now.isoformat(timespec="milliseconds")})
    return answer


@changed("A room's logging configurations are sorted")
def sorted_logging(right: Any, call: Any) -> Any:
    arns = call.input.get("loggingConfigurationIdentifiers")
    return right(_with(call, loggingConfigurationIdentifiers=sorted(arns)) if arns else call)


@changed("CreateRoom ignores logging configurations")
def made_without_logging(right: Any, call: Any) -> Any:
    return right(_with(call, loggingConfigurationIdentifiers=None) if call.operation == "CreateRoom" else call)


@changed("CreateRoom ignores a maximum length")
def made_without_a_length(right: Any, call: Any) -> Any:
    return right(_with(call, maximumMessageLength=None) if call.operation == "CreateRoom" else call)


@changed("UpdateRoom moves `createTime`")
def created_when_updated(right: Any, call: Any) -> Any:
    answer = right(call)
    if call.operation == "UpdateRoom":
        answer = {**answer, "createTime": answer["updateTime"]}
        call.store.rewrite(answer)
    return answer


@changed("A room keeps the fallback result ALLOW")
def always_allow(right: Any, call: Any) -> Any:
    handler = call.input.get("messageReviewHandler")
    return right(_with(call, messageReviewHandler={**handler, "fallbackResult": "ALLOW"}) if handler else call)


@changed("GetRoom has no tags")
def rooms_without_tags(right: Any, call: Any) -> Any:
    answer = right(call)
    return {**answer, "tags": {}} if call.operation == "GetRoom" else answer


@changed("UntagResource removes all tags")
def all_tags_are_removed(right: Any, call: Any) -> Any:
    answer = right(call)
    if call.operation == "UntagResource":
        call.store.put_tags(call.input["resourceArn"], {})
    return answer


@changed("SendEvent answers another id than the event's")
def another_id(right: Any, call: Any) -> Any:
    answer = right(call)
    return {"id": "aB3dE6gH9jK2"} if call.operation == "SendEvent" else answer


# Constraints


@bug("Attributes are counted in characters", VALIDATION, "_bytes", tests=TESTS_OF_VERIFY)
def attributes_in_characters(right: Any, strings: Any) -> int:
    del right
    return sum(len(text) for pair in strings.items() for text in pair if isinstance(text, str))


@instead("Tags may have any character, and AWS: keys", SERVICE_MODEL, "_ERRATA", tests=TESTS_OF_VERIFY)
def any_tag() -> Any:
    form = value("pulumi_ivschat.model.arns").FORM
    return {"ResourceArn": form, "TagKey": r"(?!aws:)(?s:.)+", "TagValue": r"(?s:.)*"}


# Records


@bug("Messages are not logged", LOG_DELIVERY, "observe", tests=TESTS_OF_VERIFY)
def events_are_logged_only(right: Any, self: Any, room_arn: Any, frame: Any) -> None:
    if frame["Type"] != "MESSAGE":
        right(self, room_arn, frame)
