"""Every resource and function of the Python SDK, with an explicit provider. Type checkers read it; it is not run."""

from __future__ import annotations

import pulumi
import pulumi_ivschat_native as ivschat

east = ivschat.Provider(
    "east",
    region="us-east-1",
    endpoint_url="local",
    assume_role={"role_arn": "arn:aws:iam::123456789012:role/chat", "duration_seconds": 900},
    default_tags={"stage": "test"},
    max_attempts=3,
    read_ahead=False,
)
in_east = pulumi.ResourceOptions(provider=east)
from_east = pulumi.InvokeOptions(provider=east)

archive = ivschat.LoggingConfiguration(
    "archive", destination_configuration={"s3": {"bucket_name": "chat-archive"}}, opts=in_east
)
lobby = ivschat.Room(
    "lobby",
    maximum_message_length=120,
    message_review_handler=ivschat.MessageReviewHandlerArgs(uri="", fallback_result=ivschat.FallbackResult("DENY")),
    logging_configuration_identifiers=[archive.arn],
    tags={"team": "chat"},
    opts=in_east,
)
cost = ivschat.TagSet(
    "cost", ivschat.TagSetArgs(resource_arn=lobby.arn, tags={"cost.center": "4711"}, overwrite=True), in_east
)

room = ivschat.get_room_output(arn=lobby.arn, opts=from_east)
rooms = ivschat.list_rooms_output(tags={"team": "chat"}, opts=from_east)
configuration = ivschat.get_logging_configuration_output(arn=archive.arn, opts=from_east)
configurations = ivschat.list_logging_configurations_output(opts=from_east)
tags = ivschat.list_tags_for_resource_output(
    resource_arn=lobby.arn, opts=pulumi.InvokeOutputOptions(provider=east, depends_on=[cost])
)
token = ivschat.create_chat_token_output(
    room_arn=lobby.arn,
    user_id="alice",
    capabilities=[ivschat.ChatTokenCapability("SEND_MESSAGE")],
    attributes={"name": "Alice"},
    opts=from_east,
)
deployer = ivschat.deployer_policy_output(logging_configurations=True)
issuer = ivschat.issuer_policy_output(room_arns=lobby.arn.apply(lambda arn: [arn]))
moderator = ivschat.moderator_policy_output(room_arns=lobby.arn.apply(lambda arn: [arn]))

# Each function also has a form that returns its result at once.
names: list[str] = [each.name for each in ivschat.list_rooms().rooms]

length: pulumi.Output[int] = room.apply(lambda each: each.maximum_message_length + 1)
found: pulumi.Output[list[str]] = rooms.apply(lambda each: [room.arn for room in each.rooms])
bucket: pulumi.Output[str | None] = configuration.apply(
    lambda each: each.destination_configuration.s3.bucket_name if each.destination_configuration.s3 else None
)
states: pulumi.Output[list[str]] = configurations.apply(lambda each: [one.state for one in each.logging_configurations])
team: pulumi.Output[str | None] = tags.apply(lambda each: each.tags.get("team"))
pulumi.export("token", token.apply(lambda each: each.token))
pulumi.export("policies", [each.apply(lambda policy: policy.json) for each in (issuer, moderator)])
pulumi.export("deployer", deployer.apply(lambda policy: policy.json))
pulumi.export("tags", cost.tags_all)
