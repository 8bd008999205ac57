"""The code of imports in YAML and TypeScript; tests/engine/test_plugin.py runs what is in YAML."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from pulumi_ivschat.stacks.importing import ResourceImport
from pulumi_ivschat.stacks.native_source_code import in_typescript, in_yaml

LOGS = "arn:aws:ivschat:us-west-2:000000000000:logging-configuration/abcdefghijkl"
ROOM = "arn:aws:ivschat:us-west-2:000000000000:room/abcdefghijkl"


def an_import(kind: str, name: str, arn: str, **arguments: Any) -> ResourceImport:
    return ResourceImport(kind, name, arn, arguments, {}, {})


IMPORTS = [
    an_import(
        "Room",
        "main lobby",
        ROOM,
        maximum_message_length=7,
        logging_configuration_identifiers=[LOGS, "arn:other"],
        message_review_handler={"uri": "arn:f", "fallback_result": "DENY"},
        tags={"a_b": "1", "c d": 'say "hi" ${x}'},
    ),
    an_import("LoggingConfiguration", "logs", LOGS, destination_configuration={"s3": {"bucket_name": "archive"}}),
    an_import("TagSet", "main lobby-tags", ROOM, resource_arn=ROOM, tags={"a": "1"}),
]


def test_yaml_declares_what_others_refer_to_first_and_keeps_names_and_keys() -> None:
    resources = yaml.safe_load(in_yaml(IMPORTS))["resources"]

    assert list(resources) == ["logs", "mainLobby", "mainLobbyTags"]
    room = resources["mainLobby"]
    assert (room["type"], room["name"]) == ("ivschat:Room", "main lobby")
    assert room["properties"] == {
        "maximumMessageLength": 7,
        "loggingConfigurationIdentifiers": ["${logs.arn}", "arn:other"],
        "messageReviewHandler": {"uri": "arn:f", "fallbackResult": "DENY"},
        "tags": {"a_b": "1", "c d": 'say "hi" $${x}'},
    }
    assert resources["mainLobbyTags"]["properties"]["resourceArn"] == "${mainLobby.arn}"
    assert "name" not in resources["logs"]


def test_typescript_has_a_constant_for_each_resource() -> None:
    assert (
        in_typescript(IMPORTS)
        == """\
// Resources that existed before this program, as `pulumi-ivschat import` found them.
import * as ivschat from "@pulumi-ivschat/ivschat";

export const logs = new ivschat.LoggingConfiguration("logs", {
    destinationConfiguration: { s3: { bucketName: "archive" } },
});
export const mainLobby = new ivschat.Room("main lobby", {
    maximumMessageLength: 7,
    loggingConfigurationIdentifiers: [logs.arn, "arn:other"],
    messageReviewHandler: { uri: "arn:f", fallbackResult: "DENY" },
    tags: { a_b: "1", "c d": "say \\"hi\\" ${x}" },
});
new ivschat.TagSet("main lobby-tags", {
    resourceArn: mainLobby.arn,
    tags: { a: "1" },
});
"""
    )


def test_two_resources_of_one_identifier_have_constants_of_their_own() -> None:
    twice = [
        an_import("Room", "a-b", ROOM),
        an_import("Room", "a b", ROOM.replace("abc", "xyz")),
        an_import("Room", "new", "x"),
    ]

    code = in_typescript(twice)

    assert 'export const aB = new ivschat.Room("a-b", {});' in code
    assert 'export const aB2 = new ivschat.Room("a b", {});' in code
    assert "export const rnew = " in code


@pytest.mark.parametrize("name", ["class", "enum", "return", "null", "true", "typeof", "await", "arguments", "require"])
def test_a_word_of_the_language_is_not_the_name_of_a_constant(name: str) -> None:
    assert f'export const r{name} = new ivschat.Room("{name}", {{}});' in in_typescript([an_import("Room", name, ROOM)])


def test_a_tag_of_any_key_is_a_key_of_the_map_itself() -> None:
    code = in_typescript([an_import("Room", "lobby", ROOM, tags={"__proto__": "a", "constructor": "b"})])

    assert 'tags: { ["__proto__"]: "a", constructor: "b" }' in code
