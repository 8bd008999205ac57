"""What a stack's state holds of this package's resources, and what was under way when an update died."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

import attrs

from pulumi_ivschat.dynamic import RESOURCE_TYPES

TYPE_PREFIX: Final = "pulumi-python:dynamic/ivschat:"
PROVIDER_KEY: Final = "__provider"

# How the engine writes a secret in an exported state (sdk/go/common/resource/properties.go).
_SIGNATURE: Final = "4dabf18193072939515e22adb298388d"
_SECRET: Final = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105  it is no password


@attrs.frozen
class Managed:
    """A resource of this package in a state: inputs and outputs in plain text, and which outputs are secrets."""

    urn: str
    type: str
    name: str
    arn: str
    inputs: Mapping[str, Any] = attrs.field(repr=False)
    outputs: Mapping[str, Any] = attrs.field(repr=False)
    secrets: frozenset[str]


@attrs.frozen
class Pending:
    """An operation of this package's resources that an update had begun and not ended, as the state has it."""

    operation: str
    urn: str
    type: str
    name: str
    resource: Mapping[str, Any] = attrs.field(repr=False)

    @property
    def inputs(self) -> dict[str, Any]:
        """The checked inputs, in plain text."""
        return plain(self.resource.get("inputs", {}))


def managed(exported: Mapping[str, Any]) -> list[Managed]:
    """Give the resources that a stack manages: without those it only looks up, and without what is to be deleted."""
    return [
        Managed(
            urn=resource["urn"],
            type=_type(resource),
            name=resource_name(resource["urn"]),
            arn=resource["id"],
            inputs=plain(resource.get("inputs", {})),
            outputs=plain(resource.get("outputs", {})),
            secrets=frozenset(name for name, value in resource.get("outputs", {}).items() if _holds_secret(value)),
        )
        for resource in _resources(exported)
        if _is_ours(resource) and not resource.get("external") and not resource.get("delete")
    ]


def pending(exported: Mapping[str, Any]) -> list[Pending]:
    """Give the operations on this package's resources that were under way when an update died."""
    return [
        Pending(operation["type"], resource["urn"], _type(resource), resource_name(resource["urn"]), resource)
        for operation in exported["deployment"].get("pending_operations") or []
        if _is_ours(resource := operation["resource"])
    ]


def urns(exported: Mapping[str, Any]) -> Iterator[str]:
    """Give the URNs of everything in a state."""
    return (resource["urn"] for resource in _resources(exported))


def resource_name(urn: str) -> str:
    """Give the last part of a URN: Pulumi's name for the resource."""
    return urn.split("::", 3)[3]


def plain(value: Any) -> Any:
    """Give a value of an exported state with its secrets in plain text."""
    if _is_secret(value):
        return plain(json.loads(value["plaintext"]))
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, list) else value


def _resources(exported: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return exported["deployment"].get("resources") or []


def _type(resource: Mapping[str, Any]) -> str:
    return str(resource["type"]).removeprefix(TYPE_PREFIX)


def _is_ours(resource: Mapping[str, Any]) -> bool:
    return resource["type"].startswith(TYPE_PREFIX) and _type(resource) in RESOURCE_TYPES


def _is_secret(value: Any) -> bool:
    return isinstance(value, Mapping) and value.get(_SIGNATURE) == _SECRET


def _holds_secret(value: Any) -> bool:
    if isinstance(value, Mapping):
        return _is_secret(value) or any(map(_holds_secret, value.values()))
    return isinstance(value, list) and any(map(_holds_secret, value))
