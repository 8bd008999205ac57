"""The examples of the schema, in YAML and TypeScript; tests run the ones and compile the others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import attrs


def _yaml(sections: str) -> str:
    return f"\nname: chat\nruntime: yaml{sections}"


def _typescript(statements: str) -> str:
    pulumi = 'import * as pulumi from "@pulumi/pulumi";\n' if "pulumi." in statements else ""
    return f'\n{pulumi}import * as ivschat from "@pulumi-ivschat/ivschat";\n{statements}'


@attrs.frozen
class Example:
    """What a program does with a resource or function: the *title*, and the program in each language, made from its body."""

    title: str
    yaml: str = attrs.field(converter=_yaml)
    typescript: str = attrs.field(converter=_typescript)


EXAMPLES: Final[Mapping[str, Example]] = {
    "Room": Example(
        "A room",
        """
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
const cost = new ivschat.TagSet("cost", {
    resourceArn: new pulumi.Config().require("roomArn"),
    tags: { "cost-center": "4711" },
});
""",
    ),
    "getRoom": Example(
        "A room that another stack manages",
        """
variables:
  lobby:
    fn::invoke:
      function: ivschat:getRoom
      arguments: {name: lobby}
outputs:
  maximumMessageLength: ${lobby.maximumMessageLength}
""",
        """
const lobby = ivschat.getRoomOutput({ name: "lobby" });
export const maximumMessageLength = lobby.maximumMessageLength;
""",
    ),
    "listRooms": Example(
        "The rooms of a team",
        """
variables:
  found:
    fn::invoke:
      function: ivschat:listRooms
      arguments:
        tags: {team: chat}
outputs:
  rooms: ${found.rooms}
""",
        """
const found = ivschat.listRoomsOutput({ tags: { team: "chat" } });
export const names = found.rooms.apply((rooms) => rooms.map((room) => room.name));
""",
    ),
    "getLoggingConfiguration": Example(
        "Where a logging configuration of another stack records",
        """
config:
  archiveArn: {type: string}
variables:
  archive:
    fn::invoke:
      function: ivschat:getLoggingConfiguration
      arguments: {arn: "${archiveArn}"}
outputs:
  bucket: ${archive.destinationConfiguration.s3.bucketName}
""",
        """
const archive = ivschat.getLoggingConfigurationOutput({
    arn: new pulumi.Config().require("archiveArn"),
});
export const bucket = archive.destinationConfiguration.apply((destination) => destination.s3?.bucketName);
""",
    ),
    "listLoggingConfigurations": Example(
        "All logging configurations of another region",
        """
variables:
  found:
    fn::invoke:
      function: ivschat:listLoggingConfigurations
      arguments: {region: eu-west-1}
outputs:
  loggingConfigurations: ${found.loggingConfigurations}
""",
        """
const found = ivschat.listLoggingConfigurationsOutput({ region: "eu-west-1" });
export const states = found.loggingConfigurations.apply((all) => all.map((each) => `${each.name}: ${each.state}`));
""",
    ),
    "listTagsForResource": Example(
        "The team that owns a room",
        """
config:
  roomArn: {type: string}
variables:
  found:
    fn::invoke:
      function: ivschat:listTagsForResource
      arguments: {resourceArn: "${roomArn}"}
outputs:
  team: ${found.tags.team}
""",
        """
const found = ivschat.listTagsForResourceOutput({
    resourceArn: new pulumi.Config().require("roomArn"),
});
export const team = found.tags.apply((tags) => tags["team"]);
""",
    ),
    "deployerPolicy": Example(
        "What a deployment pipeline may do",
        """
variables:
  deployer:
    fn::invoke:
      function: ivschat:deployerPolicy
      arguments:
        account: "123456789012"
        region: us-west-2
        loggingConfigurations: true
outputs:
  policy: ${deployer.json}
""",
        """
const deployer = ivschat.deployerPolicyOutput({
    account: "123456789012",
    region: "us-west-2",
    loggingConfigurations: true,
});
export const policy = deployer.json;
""",
    ),
    "issuerPolicy": Example(
        "What a server that issues tokens may do",
        """
resources:
  lobby:
    type: ivschat:Room
variables:
  issuer:
    fn::invoke:
      function: ivschat:issuerPolicy
      arguments:
        roomArns: ["${lobby.arn}"]
outputs:
  policy: ${issuer.json}
""",
        """
const lobby = new ivschat.Room("lobby");
const issuer = ivschat.issuerPolicyOutput({ roomArns: [lobby.arn] });
export const policy = issuer.json;
""",
    ),
    "moderatorPolicy": Example(
        "What a moderator's server may do",
        """
config:
  roomArn: {type: string}
variables:
  moderator:
    fn::invoke:
      function: ivschat:moderatorPolicy
      arguments:
        roomArns: ["${roomArn}"]
outputs:
  policy: ${moderator.json}
""",
        """
const moderator = ivschat.moderatorPolicyOutput({
    roomArns: [new pulumi.Config().require("roomArn")],
});
export const policy = moderator.json;
""",
    ),
    "createChatToken": Example(
        "A token for a smoke test",
        """
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
    """Return the example of a resource or function in the form of Pulumi's registry; raise KeyError if it has none."""
    example = EXAMPLES[name]
    languages = (("typescript", example.typescript), ("yaml", example.yaml))
    programs = "\n".join(f"```{language}\n{program.strip()}\n```" for language, program in languages)
    return (
        "{{% examples %}}\n## Example Usage\n\n{{% example %}}\n"
        f"### {example.title}\n\n{programs}\n{{{{% /example %}}}}\n{{{{% /examples %}}}}"
    )
