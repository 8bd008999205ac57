"""A role that an explicit provider of the native plug-in assumes, on the real engine and an STS of the test's own."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest

from tests.aws.test_role_sessions import ROLE, Sts, sts
from tests.conftest import REGION, LocalService
from tests.engine import native
from tests.engine.conftest import Stack
from tests.engine.test_plugin import YamlStack

__all__ = ["sts"]
SOURCE = ("AWS_ENDPOINT_URL_STS", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
"""What the fixture `sts` sets: where STS is, and a key that the local service does not know."""


@pytest.fixture
def plugin(
    new_stack: Callable[[str], Stack], service: LocalService, environment: dict[str, str], sts: Sts
) -> YamlStack:
    """Return a stack of the plug-in whose environment has a key that may do nothing but assume the role."""
    assert sts.asked == []
    del environment["AWS_SESSION_TOKEN"]
    environment.update({name: os.environ[name] for name in SOURCE})
    made = new_stack("test").config(region=REGION, endpointUrl=service.url)
    (made.directory / "Pulumi.yaml").write_text(native.project_file("chat"))
    return YamlStack(made.directory, environment)


@pytest.mark.long
def test_an_explicit_provider_works_with_its_role_and_the_default_one_without(
    plugin: YamlStack, service: LocalService, sts: Sts
) -> None:
    role = {"roleArn": ROLE.role_arn, "externalId": "fake", "durationSeconds": 900}
    settings = {"region": REGION, "endpointUrl": service.url, "assumeRole": role}
    provider = {"type": "pulumi:providers:ivschat", "properties": settings}
    program = {"p": provider, **{n: {"type": "ivschat:Room", "options": {"provider": "${p}"}} for n in ("one", "two")}}

    plugin.yaml(resources=program).up()
    plugin.preview("--refresh", "--expect-no-changes")
    assumed = sts.asked.copy()
    refused = plugin.yaml(resources={**program, "own": {"type": "ivschat:Room"}}).up(code=1)

    assert "CreateRoom own: " in refused
    assert len(service.client().list_rooms()["rooms"]) == 2
    assert {(asked["RoleArn"][0], asked["ExternalId"][0]) for asked in assumed} == {(ROLE.role_arn, "fake")}
    assert len(assumed) == 2, "once for each command"
