"""Features of the native plug-in alone, on the real engine, from YAML; its stories are those of the other tests here."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from pulumi_ivschat.model.owner_tag import OWNER_TAG
from pulumi_ivschat.plugin.examples import EXAMPLES
from tests.conftest import REGION, LocalService, serving
from tests.engine import native
from tests.engine.conftest import Stack
from tests.engine.test_dynamic import damage
from tests.engine.test_recovery import is_whole, killed_when, rooms

ROOT = Path(__file__).parents[2]

AT_ONCE = 4
"""Creates that are under way together, at least."""

LOGS: dict[str, Any] = {"destinationConfiguration": {"s3": {"bucketName": "archive"}}}


class YamlStack(native.NativeStack):
    """A stack of the plug-in, whose programs are written in YAML, and whose output is what people see."""

    def yaml(self, **sections: Any) -> YamlStack:
        """Make these sections the program."""
        project = {**native.project(self.directory), **sections}
        (self.directory / "Pulumi.yaml").write_text(yaml.safe_dump(project, sort_keys=False))
        return self

    def tried(self, *arguments: str, environment: Any = None) -> tuple[int, str]:
        """Run the CLI; return its exit code and output."""
        return Stack.tried(self, *arguments, environment=environment)


@pytest.fixture
def plugin(new_plugin: Callable[[LocalService], YamlStack], service: LocalService) -> YamlStack:
    """Return a stack of the plug-in, configured for an empty local service."""
    return new_plugin(service)


@pytest.fixture
def new_plugin(new_stack: Callable[[str], Stack]) -> Callable[[LocalService], YamlStack]:
    """Return a function that makes a stack of the plug-in, configured for a local service."""

    def make(service: LocalService) -> YamlStack:
        made = new_stack("test").config(region=REGION, endpointUrl=service.url)
        (made.directory / "Pulumi.yaml").write_text(native.project_file("chat"))
        return YamlStack(made.directory, made.environment)

    return make


def _room(**properties: Any) -> dict[str, Any]:
    return {"type": "ivschat:Room", "properties": properties}


def test_a_preview_knows_what_a_create_will_leave_and_a_secret_tag_alone_is_secret(plugin: YamlStack) -> None:
    plugin.config(defaultTags=json.dumps({"stage": "prod"}))
    program: dict[str, Any] = {
        "resources": {"lobby": _room(tags={"team": "chat", "key": {"fn::secret": "hush"}})},
        "outputs": {"region": "${lobby.region}", "team": "${lobby.tagsAll.team}", "owner": "${lobby.ownerTag}"},
    }

    previewed = plugin.yaml(**program).preview()
    plugin.up()

    assert 'owner : "chat/test/lobby"' in previewed
    assert f'region: "{REGION}"' in previewed
    assert 'team  : "chat"' in previewed
    outputs = plugin.resource("lobby")["outputs"]
    assert (outputs["tags_all"]["team"], outputs["tags_all"]["stage"]) == ("chat", "prod")
    assert "ciphertext" in outputs["tags"]["key"]
    assert "ciphertext" in outputs["tags_all"]["key"]
    assert "hush" not in json.dumps(plugin.resources())
    plugin.preview("--expect-no-changes")


def test_an_error_names_properties_as_they_are_written(plugin: YamlStack) -> None:
    resources = {
        "one": _room(maximumMessageLength=501, tags={"key": {"fn::secret": "hush" * 75}}),
        "two": {"type": "ivschat:LoggingConfiguration", "properties": {"destinationConfiguration": {}}},
    }

    output = "".join(plugin.yaml(resources={name: each}).preview(code=1) for name, each in resources.items())

    assert "destinationConfiguration must have exactly one of s3, cloudWatchLogs, firehose" in output
    assert "tags.key must be at most 256 characters, not 300" in output
    assert "maximumMessageLength must be at most 500" in output
    assert "hushhush" not in output


def test_existing_resources_are_imported_by_the_cli_and_by_the_option(plugin: YamlStack, service: LocalService) -> None:
    client = service.client()
    one, two, three = (client.create_room(name=f"room-{n}", tags={"a_b": "1"})["arn"] for n in "123")
    logs = client.create_logging_configuration(name="logs", destinationConfiguration={"s3": {"bucketName": "archive"}})[
        "arn"
    ]
    plugin.yaml(resources={})

    existing = {"one": ("Room", one), "logs": ("LoggingConfiguration", logs), "tags": ("TagSet", three)}
    listed = [{"type": f"ivschat:index:{kind}", "name": name, "id": arn} for name, (kind, arn) in existing.items()]
    (plugin.directory / "existing.json").write_text(json.dumps({"resources": listed}))
    plugin.run("import", "--file", "existing.json", "--yes", "--protect=false")
    by_option = {**_room(name="room-2", tags={"a_b": "1"}), "options": {"import": two}}
    plugin.yaml(
        resources={
            "one": _room(name="room-1", tags={"a_b": "1"}),
            "two": by_option,
            "logs": {"type": "ivschat:LoggingConfiguration", "properties": {"name": "logs", **LOGS}},
            "tags": {"type": "ivschat:TagSet", "properties": {"resourceArn": three, "tags": {"a_b": "1"}}},
        }
    )
    plugin.up()
    before = len(service.requests())
    plugin.run("preview", "--expect-no-changes")

    assert {each["id"] for each in plugin.resources()} == {one, two, three, logs}
    assert service.requests()[before:] == []


def test_two_providers_have_regions_of_their_own_and_a_changed_one_replaces_only_its_room(
    plugin: YamlStack, service: LocalService
) -> None:
    def program(region: str) -> dict[str, Any]:
        return {
            "west": {"type": "pulumi:providers:ivschat", "properties": {"region": region, "endpointUrl": service.url}},
            "east": {
                "type": "pulumi:providers:ivschat",
                "properties": {"region": "us-east-1", "endpointUrl": service.url, "maxAttempts": 3, "readAhead": False},
            },
            "inWest": {**_room(), "options": {"provider": "${west}"}},
            "inEast": {**_room(), "options": {"provider": "${east}"}},
            "named": {**_room(region="eu-west-1"), "options": {"provider": "${west}"}},
        }

    plugin.yaml(resources=program("us-west-2")).up()
    before = {each["urn"].rpartition("::")[2]: each["id"] for each in plugin.resources() if "id" in each}
    plugin.yaml(resources=program("eu-central-1")).up()
    after = {each["urn"].rpartition("::")[2]: each["id"] for each in plugin.resources() if "id" in each}

    changed = {name for name, arn in after.items() if name in {"inWest", "inEast", "named"} and before[name] != arn}
    assert changed == {"inWest"}
    assert after["inWest"].split(":")[3] == "eu-central-1"
    wrong = {"type": "pulumi:providers:ivschat", "properties": {"region": "us-wset-2"}}
    assert "did you mean us-west-2?" in plugin.yaml(resources={"wrong": wrong}).preview(code=1)


@pytest.mark.long
def test_two_providers_know_the_tag_keys_of_each_other(plugin: YamlStack, service: LocalService) -> None:
    arn = service.client().create_room()["arn"]
    other = {"type": "pulumi:providers:ivschat", "properties": {"region": REGION, "endpointUrl": service.url}}

    def program(one: str, two: str) -> YamlStack:
        """Make a program in which two tag sets, of a provider each, have a key each on one room."""
        sets = [
            {"type": "ivschat:TagSet", "properties": {"resourceArn": arn, "tags": {key: "1"}}} for key in (one, two)
        ]
        return plugin.yaml(resources={"p": other, "a": sets[0], "b": {**sets[1], "options": {"provider": "${p}"}}})

    refused = program("x", "x").preview(code=1)
    assert re.search(r"TagSet (a and TagSet b|b and TagSet a) both own the tag x of one resource: keep one", refused)
    assert service.calls() == ["CreateRoom"]

    program("x", "y").up()
    program("y", "x").up("--refresh")
    assert service.client().list_tags_for_resource(resourceArn=arn)["tags"] == {"x": "1", "y": "1"}


def test_two_providers_of_one_account_share_its_quota(new_plugin: Callable[[LocalService], YamlStack]) -> None:
    with serving("--aws-quotas") as counting:
        plugin = new_plugin(counting)
        plugin.config(rates='{"CreateRoom": 5}')
        settings = {"region": REGION, "endpointUrl": counting.url, "rates": {"CreateRoom": 5}}
        rooms = {f"room-{number}": _room() for number in range(16)}
        by_other = {name: {**room, "options": {"provider": "${p}"}} for name, room in [*rooms.items()][::2]}

        plugin.yaml(resources={"p": {"type": "pulumi:providers:ivschat", "properties": settings}, **rooms, **by_other})
        plugin.up()

        created = [request for request in counting.requests() if request["operation"] == "CreateRoom"]
        assert [request["status"] for request in created] == [200] * len(rooms)


@pytest.mark.long
def test_a_logging_configuration_that_is_not_finished_in_time_is_kept_and_repaired_by_the_next_up(
    plugin: YamlStack, service: LocalService
) -> None:
    archive = {
        "type": "ivschat:LoggingConfiguration",
        "properties": LOGS,
        "options": {"customTimeouts": {"create": "2s"}},
    }
    service.fault("CreateLoggingConfiguration", settle_seconds=6)

    output = plugin.yaml(resources={"archive": archive}).up(code=1)
    kept = plugin.resource("archive")

    assert "still CREATING after 1.8 s (customTimeouts.create is 2 s; CreateLoggingConfiguration was done)" in output
    assert kept["outputs"]["state"] == "CREATING"
    plugin.up()
    repaired = plugin.resource("archive")
    assert (repaired["id"], repaired["outputs"]["state"]) == (kept["id"], "ACTIVE")
    assert service.calls().count("CreateLoggingConfiguration") == 1
    plugin.preview("--expect-no-changes")


def test_functions_answer_in_preview_and_update_and_a_token_is_issued_by_an_update_only(
    plugin: YamlStack, service: LocalService
) -> None:
    def call(function: str, **arguments: Any) -> dict[str, Any]:
        return {"fn::invoke": {"function": f"ivschat:{function}", "arguments": arguments}}

    program: dict[str, Any] = {
        "resources": {"lobby": _room(name="lobby", maximumMessageLength=123)},
        "variables": {
            "room": call("getRoom", name="lobby"),
            "rooms": call("listRooms", tags={}),
            "tags": call("listTagsForResource", resourceArn="${lobby.arn}"),
            "logs": call("listLoggingConfigurations"),
            "policy": call("issuerPolicy", roomArns=["${lobby.arn}"]),
            "deployer": call("deployerPolicy", account="000000000000", chatTokens=True),
            "token": call("createChatToken", roomArn="${lobby.arn}", userId="alice", capabilities=["SEND_MESSAGE"]),
        },
        "outputs": {
            "length": "${room.maximumMessageLength}",
            "count": "${rooms.rooms}",
            "owner": "${tags.tags}",
            "policy": "${policy.json}",
            "deployer": "${deployer.json}",
            "token": "${token.token}",
            "logs": "${logs.loggingConfigurations}",
        },
    }
    first = {"resources": program["resources"]}
    plugin.yaml(**first).up()
    plugin.yaml(**program).preview()
    assert "CreateChatToken" not in service.calls()

    plugin.up()
    outputs = plugin.outputs()

    assert outputs["length"] == 123
    assert [room["name"] for room in outputs["count"]] == ["lobby"]
    assert "maximum_message_length" not in outputs["count"][0]
    assert outputs["owner"] == {"pulumi-ivschat:owner": "chat/test/lobby"}
    assert "ivschat:CreateChatToken" in outputs["policy"]
    assert "ivschat:CreateChatToken" in outputs["deployer"]
    assert outputs["token"]
    assert service.calls().count("CreateChatToken") == 1
    assert outputs["token"] not in plugin.run("stack", "output")
    assert "roomArn is not a room ARN" in plugin.yaml(
        variables={"x": call("createChatToken", roomArn="lobby", userId="a")}, outputs={"x": "${x.token}"}
    ).preview(code=1)


def test_a_stack_of_dynamic_resources_migrates_in_place_without_a_call_and_back(
    new_stack: Callable[[str], Stack], service: LocalService
) -> None:
    stack = new_stack("test").config(region=REGION, endpointUrl=service.url)
    stack.program(
        """
        archive = LoggingConfiguration("archive", destination_configuration={"s3": {"bucket_name": "archive"}})
        lobby = Room("lobby", logging_configuration_identifiers=[archive.arn], tags={"team": "chat", "a_b": "1"})
        TagSet("cost", resource_arn=lobby.arn, tags={"cost_center": "4711"})
        """
    ).up()
    before = {each["urn"].rpartition("::")[2]: each["id"] for each in stack.resources()}
    project = (stack.directory / "Pulumi.yaml").read_text()

    def aliased(name: str, kind: str, **properties: Any) -> dict[str, Any]:
        urn = f"urn:pulumi:test::chat::pulumi-python:dynamic/ivschat:{kind}::{name}"
        return {"type": f"ivschat:{kind}", "properties": properties, "options": {"aliases": [urn]}}

    (stack.directory / "Pulumi.yaml").write_text(native.project_file("chat"))
    plugin = YamlStack(stack.directory, stack.environment)
    plugin.yaml(
        resources={
            "archive": aliased("archive", "LoggingConfiguration", **LOGS),
            "lobby": aliased(
                "lobby", "Room", loggingConfigurationIdentifiers=["${archive.arn}"], tags={"team": "chat", "a_b": "1"}
            ),
            "cost": aliased("cost", "TagSet", resourceArn="${lobby.arn}", tags={"cost_center": "4711"}),
        }
    )
    calls = len(service.requests())
    assert "3 to update" in plugin.preview()
    plugin.up()
    assert service.requests()[calls:] == []
    assert {each["urn"].rpartition("::")[2]: each["id"] for each in plugin.resources()} == before
    plugin.up("--refresh", "--expect-no-changes")

    (stack.directory / "Pulumi.yaml").write_text(project)
    alias = 'opts=pulumi.ResourceOptions(aliases=[pulumi.Alias(type_="ivschat:index:{}")])'
    calls = len(service.requests())
    stack.program(
        f"""
        archive = LoggingConfiguration("archive", destination_configuration={{"s3": {{"bucket_name": "archive"}}}},
            {alias.format("LoggingConfiguration")})
        lobby = Room("lobby", logging_configuration_identifiers=[archive.arn], tags={{"team": "chat", "a_b": "1"}},
            {alias.format("Room")})
        TagSet("cost", resource_arn=lobby.arn, tags={{"cost_center": "4711"}}, {alias.format("TagSet")})
        """
    ).up()
    assert {each["urn"].rpartition("::")[2]: each["id"] for each in stack.resources()} == before
    assert service.requests()[calls:] == []
    stack.preview("--expect-no-changes")
    stack.destroy()
    assert service.client().list_rooms()["rooms"] == []


def test_dynamic_resources_become_those_of_an_explicit_provider_in_the_same_step(
    new_stack: Callable[[str], Stack], service: LocalService
) -> None:
    stack = new_stack("test").config(region=REGION, endpointUrl=service.url)
    stack.program("Room('lobby', tags={'team': 'chat'})").up()
    [before] = [each["id"] for each in stack.resources() if each["urn"].endswith("::lobby")]
    (stack.directory / "Pulumi.yaml").write_text(native.project_file("chat"))
    plugin = YamlStack(stack.directory, stack.environment)
    alias = "urn:pulumi:test::chat::pulumi-python:dynamic/ivschat:Room::lobby"
    lobby = {**_room(tags={"team": "chat"}), "options": {"aliases": [alias], "provider": "${p}"}}
    settings = {"region": REGION, "endpointUrl": service.url}
    plugin.yaml(resources={"p": {"type": "pulumi:providers:ivschat", "properties": settings}, "lobby": lobby})
    calls = len(service.requests())

    plugin.up()

    assert service.requests()[calls:] == []
    assert plugin.resource("lobby")["id"] == before
    plugin.preview("--refresh", "--expect-no-changes")


@pytest.mark.long
def test_a_renamed_stack_changes_owner_tags_and_replaces_nothing_also_with_replace_on_changes_of_all(
    plugin: YamlStack, service: LocalService
) -> None:
    plugin.yaml(resources={"lobby": {**_room(), "options": {"replaceOnChanges": ["*"]}}}).up()
    before = rooms(service)
    plugin.run("stack", "rename", "prod")

    previewed = plugin.preview()
    output = plugin.up()

    assert "the owner tag chat/test/lobby becomes chat/prod/lobby" in previewed
    assert "replace" not in previewed + output
    assert rooms(service) == before
    assert service.client().get_room(identifier=min(before))["tags"][OWNER_TAG] == "chat/prod/lobby"


@pytest.mark.long
def test_a_damaged_state_is_repaired_and_replaces_nothing_also_with_replace_on_changes_of_all(
    plugin: YamlStack, service: LocalService
) -> None:
    plugin.yaml(resources={"lobby": {**_room(tags={"a": "1"}), "options": {"replaceOnChanges": ["*"]}}}).up()
    before = rooms(service)
    damage(plugin, lambda outputs: outputs.pop("tags", None))

    output = plugin.up()

    assert "the state of this resource is damaged, and an update repairs it" in output
    assert "replace" not in output
    assert rooms(service) == before
    assert plugin.resource("lobby")["outputs"]["tags"] == {"a": "1"}
    plugin.preview("--expect-no-changes")


def test_after_a_kill_recover_takes_what_was_made_and_an_up_makes_the_rest(
    plugin: YamlStack, service: LocalService
) -> None:
    twelve = {f"room-{n}": _room(tags={"a_b": "1", "key": {"fn::secret": "hush"}}) for n in range(12)}
    service.fault("CreateRoom", count=4)
    service.fault("CreateRoom", hang=True, when="after", count=None)
    plugin.yaml(resources=twelve)
    killed_when(plugin, lambda: len(rooms(service)) >= 4 + AT_ONCE)
    service.clear_faults()
    made = len(rooms(service))

    shown = plugin.ivschat("recover", "--yes").stderr
    recorded = plugin.resources()
    plugin.up()

    assert shown.count("Made, not recorded: Room ") == made - 4
    assert len(recorded) == made
    assert "hush" not in json.dumps(recorded)
    assert len(rooms(service)) == 12
    assert is_whole(plugin, service)


def test_drift_compares_a_state_of_native_resources(plugin: YamlStack, service: LocalService) -> None:
    plugin.yaml(
        resources={
            "lobby": _room(tags={"team": "chat", "key": {"fn::secret": "hush"}}),
            "logs": {"type": "ivschat:LoggingConfiguration", "properties": LOGS},
            "cost": {"type": "ivschat:TagSet", "properties": {"resourceArn": "${lobby.arn}", "tags": {"a_b": "1"}}},
        }
    ).up()
    assert json.loads(plugin.ivschat("drift", "--json").stdout)["findings"] == []
    arn, client = plugin.resource("lobby")["id"], service.client()
    client.update_room(identifier=arn, maximumMessageLength=7)
    client.tag_resource(resourceArn=arn, tags={"key": "other", "a_b": "2"})

    found = json.loads(plugin.ivschat("drift", "--json", code=2).stdout)["findings"]

    assert {(each["type"], each["property"]) for each in found} == {
        ("Room", "maximum_message_length"),
        ("Room", "tags.key"),
        ("TagSet", "tags.a_b"),
    }
    assert "hush" not in json.dumps(found)


@pytest.mark.long
def test_the_import_command_takes_rooms_in_and_writes_yaml(plugin: YamlStack, service: LocalService) -> None:
    client = service.client()
    logs = client.create_logging_configuration(
        name="logs", destinationConfiguration={"s3": {"bucketName": "archive"}}, tags={"team": "chat"}
    )["arn"]
    made = {
        client.create_room(
            name="lobby",
            maximumMessageLength=7,
            loggingConfigurationIdentifiers=[logs],
            tags={"a_b": "1", "team": "chat"},
        )["arn"],
        client.create_room(tags={"team": "chat"})["arn"],
        logs,
    }
    plugin.config(defaultTags=json.dumps({"team": "chat"})).run("config", "set", "other", "x")
    plugin.yaml(resources={})

    shown = plugin.ivschat("import", "--all", "--yes").stderr
    code = yaml.safe_load((plugin.directory / "imported_rooms.yaml").read_text())
    plugin.yaml(**code).run("preview", "--expect-no-changes", "--refresh")
    before = len(service.requests())
    plugin.up()

    assert "imported_rooms.yaml" in shown
    assert {each["id"] for each in plugin.resources()} == made
    lobby = code["resources"]["lobby"]["properties"]
    assert lobby["loggingConfigurationIdentifiers"] == ["${logs.arn}"]
    assert lobby["tags"] == {"a_b": "1"}
    assert [each["operation"] for each in service.requests()[before:]] == []


PAGE = (ROOT / "docs" / "languages.md").read_text()
PROGRAMS = {
    "examples/quickstart-yaml": (ROOT / "examples" / "quickstart-yaml" / "Pulumi.yaml").read_text(),
    "docs/languages.md": re.findall(r"```yaml\n(name: .*?)```", PAGE, re.DOTALL)[0],
    **{f"the example of {name}": example.yaml for name, example in EXAMPLES.items()},
}


def together(programs: Mapping[str, str], config: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """
    Return the sections of one program that has what all of them have, the names of each with a number before them.

    *config* has the values of their settings by name.
    """
    sections: dict[str, dict[str, Any]] = {"config": {}, "resources": {}, "variables": {}, "outputs": {}}
    for number, text in enumerate(programs.values()):
        program = yaml.safe_load(re.sub(r"\$\{(?=\w)", f"${{p{number}_", text))
        for name, setting in program.get("config", {}).items():
            setting["default"] = config[name]
        for section, found in sections.items():
            found.update({f"p{number}_{name}": value for name, value in program.get(section, {}).items()})
    return sections


@pytest.mark.long
def test_the_programs_that_people_copy_run(plugin: YamlStack, service: LocalService) -> None:
    client = service.client()
    lobby = client.create_room(name="lobby", tags={"team": "chat"})["arn"]
    archive = client.create_logging_configuration(destinationConfiguration={"s3": {"bucketName": "archive"}})["arn"]
    issuing = {name: text for name, text in PROGRAMS.items() if "variables:" in text}  # a token is new each time
    for programs in ({name: text for name, text in PROGRAMS.items() if name not in issuing}, issuing):
        plugin.yaml(**together(programs, {"roomArn": lobby, "archiveArn": archive})).up()
        recorded = {each["urn"].rpartition("::")[2] for each in plugin.resources()} | plugin.outputs().keys()
        assert [
            name for number, name in enumerate(programs) if not any(each.startswith(f"p{number}_") for each in recorded)
        ] == []
        if programs is not issuing:
            plugin.preview("--expect-no-changes")
    plugin.destroy()
    assert rooms(service) == {lobby}
