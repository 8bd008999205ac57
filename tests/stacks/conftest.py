"""States as the engine writes them, without the engine; and the control plane of a local service."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import attrs
import pytest

from pulumi_ivschat.aws.client import BotoControlPlane, shared_control_plane
from pulumi_ivschat.lifecycle import lifecycle_for
from pulumi_ivschat.model.native import outward, resource as spec, token
from pulumi_ivschat.model.owner_tag import OWNER_TAG
from pulumi_ivschat.settings import Connection, Settings
from pulumi_ivschat.stacks import engine
from tests.conftest import REGION, LocalService, serving

HANDLER = "arn:aws:lambda:us-west-2:000000000000:function:review"
PROVIDER = "the pickle"
Resource = dict[str, Any]


def secret(value: Any) -> dict[str, str]:
    """Return a secret as `pulumi stack export --show-secrets` writes it."""
    return {
        "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
        "plaintext": json.dumps(value),
    }


def urn(name: str, kind: str = "Room", parents: str = "") -> str:
    """Return the URN of a resource of the stack chat/test."""
    return f"urn:pulumi:test::chat::{parents}pulumi-python:dynamic/ivschat:{kind}::{name}"


def resource(name: str, kind: str = "Room", **members: Any) -> Resource:
    """Return a resource, as a state has it."""
    kind_of = f"pulumi-python:dynamic/ivschat:{kind}"
    inputs = {"__provider": PROVIDER, **members.pop("inputs", {})}
    outputs = {"__provider": PROVIDER, **members.pop("outputs", {})}
    return {"urn": urn(name, kind), "type": kind_of, "inputs": inputs, "outputs": outputs, **members}


def provider(name: str, **inputs: Any) -> Resource:
    """Return a Provider resource of the native plug-in, as a state has it; its program is in the stack itself."""
    kind = "pulumi:providers:ivschat"
    own = f"urn:pulumi:test::chat::{kind}::{name}"
    parent = "urn:pulumi:test::chat::pulumi:pulumi:Stack::chat-test"
    return {"urn": own, "type": kind, "id": f"id-of-{name}", "inputs": inputs, "outputs": inputs, "parent": parent}


def reference(name: str) -> str:
    """Return the reference to a Provider resource that its resources have in a state."""
    return f"urn:pulumi:test::chat::pulumi:providers:ivschat::{name}::id-of-{name}"


def native(each: Resource, provider: str = "default_1_0_0") -> Resource:
    """Return a resource of the Python API as the native plug-in writes it, with this provider."""
    kind = each["type"].rpartition(":")[2]
    found = {**each, "type": token(kind), "urn": each["urn"].replace(each["type"], token(kind))}
    bags = {
        bag: outward({name: value for name, value in each[bag].items() if name != "__provider"}, spec(kind))
        for bag in ("inputs", "outputs")
    }
    bags["inputs"].pop("ownerTag", None)
    return {**found, **bags, "provider": reference(provider)}


def exported(*resources: Resource, pending: Mapping[str, Resource] | None = None) -> dict[str, Any]:
    """Return an exported state; *pending* are operations under way, by their kind and a number: `creating 1`."""
    operations = [{"type": kind.split()[0], "resource": each} for kind, each in (pending or {}).items()]
    manifest = {"time": "2100-01-01T00:00:00Z"}
    return {
        "version": 3,
        "deployment": {"manifest": manifest, "resources": [*resources], "pending_operations": operations},
    }


@attrs.frozen
class Account:
    """A local service, with what a stack chat/test needs of it."""

    service: LocalService
    control_plane: BotoControlPlane
    settings: Settings

    def room(self, name: str = "lobby", **members: Any) -> str:
        """Make a room by hand, and return its ARN."""
        arn: str = self.service.client().create_room(name=name, **members)["arn"]
        return arn

    def owned_room(self, name: str, owner: str = "", **members: Any) -> str:
        """Make a room that has an owner tag: chat/test's."""
        tags = {**members.pop("tags", {}), OWNER_TAG: owner or f"chat/test/{name}"}
        return self.room(name, tags=tags, **members)

    def recorded(self, resource_name: str, kind: str = "Room", /, **inputs: Any) -> Resource:
        """Create a resource as an `up` does, and return it as the state then has it."""
        life = lifecycle_for(kind, self.settings, self.control_plane)
        named = {"name": resource_name, "owner_tag": f"chat/test/{resource_name}"} if kind != "TagSet" else {}
        given = {**named, **inputs}
        checked = life.check(given, {}).inputs
        arn, outputs = life.create(checked)
        return resource(resource_name, kind, id=arn, inputs=checked, outputs=outputs)


@pytest.fixture
def account(service: LocalService, monkeypatch: pytest.MonkeyPatch) -> Account:
    """Return an empty account, and the settings of a stack in it."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "local")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "local")
    connection = Connection(endpoint_url=service.url, max_attempts=2)
    return Account(service, shared_control_plane(connection), Settings(region=REGION, connection=connection))


@pytest.fixture
def stack() -> engine.Stack:
    """Return the stack chat/test, of which nobody asks the engine."""
    return engine.Stack(Path(), "chat", "test")


@pytest.fixture(scope="session")
def running_other_service() -> Iterator[LocalService]:
    """Yield a second local service for all tests of this process."""
    with serving() as service:
        yield service


@pytest.fixture
def other(account: Account, running_other_service: LocalService) -> Account:
    """Return another empty account, and the settings of a Provider resource in it."""
    running_other_service.reset()
    connection = attrs.evolve(account.settings.connection, endpoint_url=running_other_service.url)
    settings = attrs.evolve(account.settings, connection=connection)
    return Account(running_other_service, shared_control_plane(connection), settings)


def provider_of(account: Account, name: str = "p", **inputs: Any) -> Resource:
    """Return a Provider resource that leads to an account."""
    return provider(name, region=REGION, endpointUrl=account.service.url, **inputs)
