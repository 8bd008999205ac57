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
    MessageReviewHandlerArgs,
    Room,
    RoomArgs,
    TagSet,
    TagSetArgs,
    create_chat_token_output,
    issuer_policy_output,
    moderator_policy_output,
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

alice: ChatGrantArgs = {"user_id": other.room_id, "capabilities": ["SEND_MESSAGE"], "attributes": {"of": other.name}}
grants: ChatTokensArgs = {"room": room, "grants": {"alice": alice, "bob": {"user_id": "bob"}}}
smoke = ChatTokens("smoke", **grants)
ChatTokens("by-arn", pulumi.ResourceOptions(depends_on=[room]), room=room.arn)
assert_type(smoke.room_arn, pulumi.Output[str])
assert_type(smoke.issuer_policy, pulumi.Output[str])
assert_type(smoke.tokens["alice"], pulumi.Output[CreateChatTokenResult])
assert_type(smoke.tokens["alice"].apply(lambda issued: issued["token"]), pulumi.Output[str])

issued = create_chat_token_output("arn", other.room_id, capabilities=["DELETE_MESSAGE"], session_duration_in_minutes=5)
assert_type(issued, pulumi.Output[CreateChatTokenResult])
assert_type(issuer_policy_output(room.arn, "arn"), pulumi.Output[str])
assert_type(moderator_policy_output(room.arn), pulumi.Output[str])

Room("a", maximum_message_length="200")  # type: ignore[arg-type]
Room("b", maximum_mesage_length=200)  # type: ignore[call-arg]
Room("c", message_review_handler={"uri": "arn", "fallback_result": "MAYBE"})  # type: ignore[arg-type]
Room("d", tags=["team"])  # type: ignore[arg-type]
TagSet("e", tags={"cost": "1"})  # type: ignore[call-arg]
TagSet("f", resource_arn="arn", tags={"cost": 1})  # type: ignore[dict-item]
ChatTokens("g")  # type: ignore[call-arg]
ChatTokens("h", room=room, grants={"a": {"user_id": "a", "capabilities": ["FLY"]}})  # type: ignore[dict-item]
ChatTokens("i", room=room, grants={"a": {"capabilities": ["SEND_MESSAGE"]}})  # type: ignore[dict-item]
create_chat_token_output(room, 4711)  # type: ignore[arg-type]
