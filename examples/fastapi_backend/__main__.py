"""A chat room, and what the server that issues its tokens may do."""

import pulumi

from pulumi_ivschat import Room, issuer_policy_output

room = Room("lobby", maximum_message_length=200)

pulumi.export("room", room.arn)
# for the role of the server, or of the Lambda function
pulumi.export("issuer_policy", issuer_policy_output(room.arn))
