"""A chat room whose messages are reviewed, and what its moderators' server may do."""

import pulumi

from pulumi_ivschat import Room, moderator_policy_output

room = Room(
    "arena",
    # DENY: better no chat than an unreviewed one, when the function fails or takes over 200 ms
    message_review_handler={"uri": pulumi.Config().require("reviewFunction"), "fallback_result": "DENY"},
)

pulumi.export("room", room.arn)
pulumi.export("moderator_policy", moderator_policy_output(room.arn))
