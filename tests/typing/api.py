"""
The public API as type checkers see it: what is right passes, and what is wrong carries an ignore that is needed.

Not run: mypy and pyright read it in `make check`.
"""

# pyright: reportUnnecessaryTypeIgnoreComment=true

from __future__ import annotations

import pulumi
from typing_extensions import assert_type

from pulumi_ivschat import (
    DestinationConfigurationArgs,
    LoggingConfiguration,
    LoggingConfigurationArgs,
    MessageReviewHandlerArgs,
    Room,
    RoomArgs,
    TagSet,
    TagSetArgs,
)

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
Room("with-options", pulumi.ResourceOptions(protect=True), maximum_message_length=1)

assert_type(room.arn, pulumi.Output[str])
assert_type(room.maximum_message_length, pulumi.Output[int])
assert_type(room.tags_all, pulumi.Output[dict[str, str]])
assert_type(room.message_review_handler, pulumi.Output[dict[str, str] | None])
assert_type(Room.get("found", "arn"), Room)

tags: TagSetArgs = {"resource_arn": room.arn, "tags": {"cost": "1"}, "exclusive": True}
TagSet("cost", **tags)
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
Room("a", maximum_message_length="200")  # type: ignore[arg-type]
Room("b", maximum_mesage_length=200)  # type: ignore[call-arg]
Room("c", message_review_handler={"uri": "arn", "fallback_result": "MAYBE"})  # type: ignore[arg-type]
Room("d", tags=["team"])  # type: ignore[arg-type]
TagSet("e", tags={"cost": "1"})  # type: ignore[call-arg]
TagSet("f", resource_arn="arn", tags={"cost": 1})  # type: ignore[dict-item]
