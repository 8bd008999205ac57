"""A chat room, and what the server that issues its tokens may do."""

import pulumi

from pulumi_ivschat import Room
from pulumi_ivschat.iam import issuer_policy

room = Room("lobby", maximum_message_length=200)

pulumi.export("room", room.arn)
# for the role of the server, or of the Lambda function
pulumi.export("issuer_policy", room.arn.apply(issuer_policy))
