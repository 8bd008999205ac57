"""The rooms of a live show: one for everybody and one for the crew, faster in production."""

import pulumi

from pulumi_ivschat import Room

config = pulumi.Config("chat")  # this name also if the project has another
rate = config.get_int("messagesPerSecond") or 10

lobby = Room("lobby", maximum_message_rate_per_second=rate)
crew = Room("crew", maximum_message_length=200)

pulumi.export("lobby", lobby.arn)
pulumi.export("crew", crew.arn)
