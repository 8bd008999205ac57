"""Secrets of programs in YAML, on the real engine, from imports to lookups by other providers."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest

from tests import canaries
from tests.conftest import REGION, LocalService
from tests.engine import native
from tests.engine.conftest import Stack
from tests.engine.test_plugin import LOGS, YamlStack

Leaks = Callable[..., list[tuple[str, str]]]


@pytest.fixture
def secret() -> str:
    """Return a value that nothing may show."""
    return f"canary-{uuid.uuid4().hex}"


@pytest.fixture
def plugin(new_stack: Callable[[str], Stack], service: LocalService) -> YamlStack:
    """Return a stack of the plug-in."""
    made = new_stack("test").config(region=REGION, endpointUrl=service.url)
    (made.directory / "Pulumi.yaml").write_text(native.project_file("chat"))
    return YamlStack(made.directory, made.environment)


@pytest.fixture
def leaks(plugin: YamlStack, secret: str) -> Leaks:
    """Return a function that returns where the secret is in the state, or in what was printed."""

    def found(*printed: str) -> list[tuple[str, str]]:
        state = [("state", plugin.run("stack", "export").encode())]
        return canaries.leaks({"secret": secret}, [*state, *((text[:40], text.encode()) for text in printed)])

    return found


def room(**properties: Any) -> dict[str, Any]:
    return {"type": "ivschat:Room", "properties": properties}


def test_secret_default_tags_are_hidden_in_what_is_imported_and_in_its_code(
    plugin: YamlStack, service: LocalService, secret: str, leaks: Leaks
) -> None:
    client, tags = service.client(), {"d": secret, "z": "1"}
    one, two = (client.create_room(name=name, tags=tags)["arn"] for name in ("one", "two"))
    logs = client.create_logging_configuration(
        name="logs", destinationConfiguration={"s3": {"bucketName": "archive"}}, tags=tags
    )["arn"]
    plugin.run("config", "set", "--secret", "ivschat:defaultTags", json.dumps({"d": secret}))
    plugin.yaml(resources={})

    printed = [
        plugin.run("import", f"ivschat:index:{kind}", name, arn, "--yes", "--protect=false")
        for kind, name, arn in (("Room", "one", one), ("LoggingConfiguration", "logs", logs))
    ]
    assert leaks(*printed) == []
    assert all('z: "1"' in each or "z: '1'" in each for each in printed)

    logging = {"type": "ivschat:LoggingConfiguration", "properties": {"name": "logs", "tags": {"z": "1"}, **LOGS}}
    found = {"type": "ivschat:Room", "get": {"id": two}}
    plugin.yaml(resources={"one": room(name="one", tags={"z": "1"}), "logs": logging, "found": found})
    printed = [
        plugin.preview("--expect-no-changes"),
        plugin.up(),
        plugin.refresh(),
        plugin.preview("--expect-no-changes"),
    ]
    assert leaks(*printed) == []
    assert "plain" not in plugin.resource("one")["outputs"]["tags"]
    assert plugin.resource("one")["outputs"]["tags"]["z"] == "1"


@pytest.mark.long
def test_a_lookup_by_another_provider_hides_the_secret_tags_of_a_room_that_it_comes_from(
    plugin: YamlStack, service: LocalService, secret: str, leaks: Leaks
) -> None:
    provider = {"type": "pulumi:providers:ivschat", "properties": {"region": REGION, "endpointUrl": service.url}}

    def call(function: str, **arguments: Any) -> dict[str, Any]:
        return {
            "fn::invoke": {"function": f"ivschat:{function}", "arguments": arguments, "options": {"provider": "${p}"}}
        }

    plugin.yaml(
        resources={"p": provider, "theirs": room(name="theirs", tags={"key": {"fn::secret": secret}, "z": "1"})},
        variables={
            "one": call("getRoom", arn="${theirs.arn}"),
            "all": call("listRooms", name="${theirs.name}"),
            "tags": call("listTagsForResource", resourceArn="${theirs.arn}"),
        },
        outputs={"one": "${one.tags}", "all": "${all.rooms}", "tags": "${tags.tags}"},
    )

    printed = [plugin.up(), plugin.preview(), plugin.up(), plugin.run("stack", "output", "--json")]

    assert leaks(*printed) == []
    assert plugin.outputs()["one"]["key"] == secret
    assert plugin.outputs()["one"]["z"] == "1"


@pytest.mark.long
def test_default_tags_that_become_a_secret_are_hidden_by_the_second_up_without_a_call(
    plugin: YamlStack, service: LocalService, secret: str, leaks: Leaks
) -> None:
    plugin.run("config", "set", "ivschat:defaultTags", json.dumps({"d": secret}))
    plugin.yaml(resources={"lobby": room()}).up()
    plugin.run("config", "set", "--secret", "ivschat:defaultTags", json.dumps({"d": secret}))
    before = len(service.requests())

    plugin.up()  # the engine configures the provider as it was, without secrets
    plugin.up()

    assert leaks() == []
    assert service.requests()[before:] == []
    assert leaks(plugin.preview("--expect-no-changes", "--refresh")) == []
