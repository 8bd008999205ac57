"""
The public API as type checkers see it: what is right passes, and what is wrong carries an ignore that is needed.

Not run: mypy and pyright read it in `make check`.
"""

# pyright: reportUnnecessaryTypeIgnoreComment=true

from __future__ import annotations

import pulumi
from typing_extensions import assert_type

from pulumi_ivschat import (
    ChatGrantArgs,
    ChatTokens,
    ChatTokensArgs,
    CreateChatTokenResult,
    DestinationConfigurationArgs,
    LoggingConfiguration,
    LoggingConfigurationArgs,
    LoggingConfigurationResult,
    MessageReviewHandlerArgs,
    Room,
    RoomArgs,
    RoomResult,
    RoomSummary,
    TagSet,
    TagSetArgs,
    create_chat_token_output,
    get_logging_configuration,
    get_logging_configuration_output,
    get_room,
    get_room_output,
    issuer_policy_output,
    list_logging_configurations,
    list_logging_configurations_output,
    list_rooms,
    list_rooms_output,
    list_tags_for_resource,
    list_tags_for_resource_output,
    moderator_policy_output,
)
from pulumi_ivschat.settings import Connection
from pulumi_ivschat.testing import IvsChat, local_service

other = Room("other")
room = Room(
    "lobby",
    name=pulumi.Output.concat("lobby-", other.room_id),
    maximum_message_length=200,
    maximum_message_rate_per_second=other.maximum_message_rate_per_second,
    message_review_handler={"uri": other.arn, "fallback_result": "DENY"},
    logging_configuration_identifiers=[other.arn, "arn"],
    tags={"team": "chat", "of": other.name},
    region="us-west-2",
    opts=pulumi.ResourceOptions(protect=True),
)
handler: MessageReviewHandlerArgs = {"uri": "arn"}
arguments: RoomArgs = {"maximum_message_length": 1, "message_review_handler": handler}
Room("from-arguments", **arguments)
config = pulumi.Config()
fallback = str(config.require("fallback"))
Room(
    "from-configuration",
    name=config.get("name"),
    maximum_message_length=config.get_int("length"),
    maximum_message_rate_per_second=other.name.apply(lambda _: None),
    message_review_handler={"uri": config.get("uri"), "fallback_result": fallback},
    logging_configuration_identifiers=None,
    tags=None,
    region=config.get("region"),
)
Room("without-handler", message_review_handler=None)
Room("maybe-a-handler", message_review_handler={"uri": None, "fallback_result": None})
Room("with-options", pulumi.ResourceOptions(protect=True), maximum_message_length=1)

assert_type(room.arn, pulumi.Output[str])
assert_type(room.maximum_message_length, pulumi.Output[int])
assert_type(room.tags_all, pulumi.Output[dict[str, str]])
assert_type(room.message_review_handler, pulumi.Output[dict[str, str] | None])
assert_type(Room.get("found", "arn"), Room)
assert_type(TagSet.get("found", "arn"), TagSet)

tags: TagSetArgs = {"resource_arn": room.arn, "tags": {"cost": "1"}, "exclusive": True}
TagSet("cost", **tags)
TagSet("maybe", resource_arn="arn", tags=room.tags, overwrite=config.get_bool("overwrite"), exclusive=None)
assert_type(TagSet("more", resource_arn="arn", tags=room.tags).tags, pulumi.Output[dict[str, str]])

archive = LoggingConfiguration(
    "archive",
    name=room.name,
    destination_configuration={"s3": {"bucket_name": room.name}, "firehose": None},
    tags={"team": "chat"},
    region="us-west-2",
    timeout_seconds=60,
    opts=pulumi.ResourceOptions(protect=True),
)
destination: DestinationConfigurationArgs = {"cloud_watch_logs": {"log_group_name": "/chat"}}
logging_arguments: LoggingConfigurationArgs = {"destination_configuration": destination}
LoggingConfiguration("stream", **logging_arguments)
LoggingConfiguration(
    "maybe",
    destination_configuration=destination,
    name=None,
    tags=None,
    region=config.get("region"),
    timeout_seconds=config.get_int("timeout"),
)
LoggingConfiguration("output", destination_configuration={"firehose": room.name.apply(lambda _: None)})
Room("logged", logging_configuration_identifiers=[archive.arn])
TagSet("of-logging", resource_arn=archive.arn, tags={"cost": "1"})

assert_type(archive.arn, pulumi.Output[str])
assert_type(archive.state, pulumi.Output[str])
assert_type(archive.timeout_seconds, pulumi.Output[int])
assert_type(archive.destination_configuration, pulumi.Output[dict[str, dict[str, str]]])
assert_type(LoggingConfiguration.get("found", "arn"), LoggingConfiguration)

LoggingConfiguration("g", destination_configuration={"s3": {"bucket": "x"}})  # type: ignore[arg-type]
LoggingConfiguration("h", destination_configuration={"s4": {"bucket_name": "x"}})  # type: ignore[arg-type]
LoggingConfiguration("i", destination="x")  # type: ignore[call-arg]
LoggingConfiguration("j", destination_configuration=destination, timeout_seconds="2m")  # type: ignore[arg-type]
alice: ChatGrantArgs = {"user_id": other.room_id, "capabilities": ["SEND_MESSAGE"], "attributes": {"of": other.name}}
grants: ChatTokensArgs = {"room": room, "grants": {"alice": alice, "bob": {"user_id": "bob"}}}
smoke = ChatTokens("smoke", **grants)
capabilities: list[str] = config.require_object("capabilities")
may_be: ChatGrantArgs = {
    "user_id": "ann",
    "capabilities": capabilities,
    "attributes": None,
    "session_duration_in_minutes": config.get_int("minutes"),
}
ChatTokens("maybe", room=room, grants={"ann": may_be})
ChatTokens("none", room=room, grants=None)
create_chat_token_output("arn", "ann", capabilities=None, attributes=None, session_duration_in_minutes=None)
create_chat_token_output("arn", "ann", capabilities=capabilities)
ChatTokens("by-arn", pulumi.ResourceOptions(depends_on=[room]), room=room.arn)
assert_type(smoke.room_arn, pulumi.Output[str])
assert_type(smoke.issuer_policy, pulumi.Output[str])
assert_type(smoke.tokens["alice"], pulumi.Output[CreateChatTokenResult])
assert_type(smoke.tokens["alice"].apply(lambda issued: issued["token"]), pulumi.Output[str])

issued = create_chat_token_output("arn", other.room_id, capabilities=["DELETE_MESSAGE"], session_duration_in_minutes=5)
assert_type(issued, pulumi.Output[CreateChatTokenResult])
assert_type(issuer_policy_output(room.arn, "arn"), pulumi.Output[str])
assert_type(moderator_policy_output(room.arn), pulumi.Output[str])
assert_type(get_room("arn"), RoomResult)
assert_type(get_room(name="lobby", region="us-west-2", connection=Connection()), RoomResult)
assert_type(get_room_output(room.arn), pulumi.Output[RoomResult])
assert_type(get_room_output(name=room.name, region=room.region), pulumi.Output[RoomResult])
assert_type(list_rooms(name="lobby", tags={"team": "chat"}), list[RoomSummary])
assert_type(list_rooms_output(tags={"of": other.name}), pulumi.Output[list[RoomSummary]])
assert_type(get_logging_configuration("arn"), LoggingConfigurationResult)
assert_type(get_logging_configuration_output("arn"), pulumi.Output[LoggingConfigurationResult])
assert_type(list_logging_configurations(region="us-west-2"), list[LoggingConfigurationResult])
assert_type(list_logging_configurations_output(), pulumi.Output[list[LoggingConfigurationResult]])
assert_type(list_tags_for_resource("arn"), dict[str, str])
assert_type(list_tags_for_resource_output(room.arn), pulumi.Output[dict[str, str]])
found = get_room("arn")
Room("copy", maximum_message_length=found.maximum_message_length, tags=found.tags)
Room("copy-of-an-output", maximum_message_length=get_room_output(room.arn).maximum_message_length)

Room("a", maximum_message_length="200")  # type: ignore[arg-type]
Room("b", maximum_mesage_length=200)  # type: ignore[call-arg]
Room("c", message_review_handler={"uri": "arn", "fallback_result": 1})  # type: ignore[arg-type]
Room("d", tags=["team"])  # type: ignore[arg-type]
TagSet("e", tags={"cost": "1"})  # type: ignore[call-arg]
TagSet("f", resource_arn="arn", tags={"cost": 1})  # type: ignore[dict-item]
ChatTokens("g")  # type: ignore[call-arg]
ChatTokens("h", room=room, grants={"a": {"user_id": "a", "capabilities": [1]}})  # type: ignore[dict-item]
ChatTokens("i", room=room, grants={"a": {"capabilities": ["SEND_MESSAGE"]}})  # type: ignore[dict-item]
create_chat_token_output(room, 4711)  # type: ignore[arg-type]
get_room(room.arn)  # type: ignore[arg-type]
get_room_output(room)  # type: ignore[arg-type]
found.name = "other"  # type: ignore[misc]
list_rooms()[0].maximum_message_length  # type: ignore[attr-defined]  # noqa: B018

with local_service() as service:
    assert_type(service, IvsChat)
    assert_type(service.url, str)
    assert_type(service.calls(), list[str])
    assert_type(service.review_handler(lambda event, _: {**event, "ReviewResult": "ALLOW"}), str)
    service.review_handler(42)  # type: ignore[arg-type]
