"""The examples of the schema, in YAML and TypeScript; tests run the ones and compile the others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import attrs


@attrs.frozen
class Example:
    """What a program does with a resource or function: the *title*, and the program in each language."""

    title: str
    yaml: str
    typescript: str


EXAMPLES: Final[Mapping[str, Example]] = {
    "Room": Example(
        "A room",
        """
name: chat
runtime: yaml
resources:
  lobby:
    type: ivschat:Room
    properties:
      maximumMessageLength: 200
      tags: {team: chat}
outputs:
  lobby: ${lobby.arn}
""",
        """
import * as ivschat from "@pulumi-ivschat/ivschat";

const lobby = new ivschat.Room("lobby", {
    maximumMessageLength: 200,
    tags: { team: "chat" },
});
export const arn = lobby.arn;
""",
    ),
    "LoggingConfiguration": Example(
        "A room whose messages are recorded",
        """
name: chat
runtime: yaml
resources:
  archive:
    type: ivschat:LoggingConfiguration
    properties:
      destinationConfiguration:
        s3: {bucketName: chat-archive}
  lobby:
    type: ivschat:Room
    properties:
      loggingConfigurationIdentifiers: ["${archive.arn}"]
""",
        """
import * as ivschat from "@pulumi-ivschat/ivschat";

const archive = new ivschat.LoggingConfiguration("archive", {
    destinationConfiguration: { s3: { bucketName: "chat-archive" } },
});
const lobby = new ivschat.Room("lobby", {
    loggingConfigurationIdentifiers: [archive.arn],
});
""",
    ),
    "TagSet": Example(
        "Tags on a room that another stack manages",
        """
name: chat
runtime: yaml
config:
  roomArn: {type: string}
resources:
  cost:
    type: ivschat:TagSet
    properties:
      resourceArn: ${roomArn}
      tags: {cost-center: "4711"}
""",
        """
import * as pulumi from "@pulumi/pulumi";
import * as ivschat from "@pulumi-ivschat/ivschat";

const cost = new ivschat.TagSet("cost", {
    resourceArn: new pulumi.Config().require("roomArn"),
    tags: { "cost-center": "4711" },
});
""",
    ),
    "createChatToken": Example(
        "A token for a smoke test",
        """
name: chat
runtime: yaml
resources:
  lobby:
    type: ivschat:Room
variables:
  alice:
    fn::invoke:
      function: ivschat:createChatToken
      arguments:
        roomArn: ${lobby.arn}
        userId: alice
        capabilities: [SEND_MESSAGE]
outputs:
  token: ${alice.token}
""",
        """
import * as ivschat from "@pulumi-ivschat/ivschat";

const lobby = new ivschat.Room("lobby");
const alice = ivschat.createChatTokenOutput({
    roomArn: lobby.arn,
    userId: "alice",
    capabilities: ["SEND_MESSAGE"],
});
export const token = alice.token;
""",
    ),
}
"""By the name of a resource or function."""


def markdown(name: str) -> str:
    """Return the example of a resource or function in the form of Pulumi's registry, "" if there is none."""
    example = EXAMPLES.get(name)
    if not example:
        return ""
    languages = (("typescript", example.typescript), ("yaml", example.yaml))
    programs = "\n".join(f"```{language}\n{program.strip()}\n```" for language, program in languages)
    return (
        "{{% examples %}}\n## Example Usage\n\n{{% example %}}\n"
        f"### {example.title}\n\n{programs}\n{{{{% /example %}}}}\n{{{{% /examples %}}}}"
    )
