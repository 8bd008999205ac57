"""Two chat rooms with different settings, and tags that another team keeps on one of them."""

import pulumi

from pulumi_ivschat import Room, TagSet

lobby = Room("lobby", tags={"team": "chat"})
quiz = Room("quiz", maximum_message_length=200, maximum_message_rate_per_second=50)

TagSet("lobby-cost", resource_arn=lobby.arn, tags={"cost-center": "4711"})

pulumi.export("lobby", lobby.arn)
pulumi.export("quiz", quiz.arn)
