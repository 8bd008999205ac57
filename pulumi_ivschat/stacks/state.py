"""What a stack's state holds of this package's resources, and what was under way when an update was interrupted."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime, timezone
from typing import Any, Final

import attrs

from pulumi_ivschat.arns import RESOURCES
from pulumi_ivschat.lifecycle import RESOURCE_TYPES
from pulumi_ivschat.properties import PROVIDER_KEY
from pulumi_ivschat.stacks.engine import time_of

TYPE_PREFIX: Final = "pulumi-python:dynamic/ivschat:"
_STACK: Final = "pulumi:pulumi:Stack"

_NONE: Final[Mapping[str, Mapping[str, Any]]] = {}

# How the engine writes a secret in an exported state (sdk/go/common/resource/properties.go).
_SIGNATURE: Final = "4dabf18193072939515e22adb298388d"
_SECRET: Final = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105  it is not a password


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
    def is_create(self) -> bool:
        """Whether it was to make something."""
        return self.operation == "creating"

    @property
    def creates_resource(self) -> bool:
        """Whether its type has an ARN of its own; otherwise it only puts tags on a resource."""
        return self.type in RESOURCES

    @property
    def is_update(self) -> bool:
        """Whether it was to change something."""
        return self.operation == "updating"

    @property
    def inputs(self) -> dict[str, Any]:
        """The checked inputs, in plain text."""
        return _properties(self.resource, "inputs")


def managed(exported: Mapping[str, Any]) -> list[Managed]:
    """
    Return the resources that a stack manages.

    Without those it only looks up, and without what is to be deleted, or is deleted and about to be replaced.
    """
    return [
        Managed(
            urn=resource["urn"],
            type=_type(resource),
            name=resource_name(resource["urn"]),
            arn=resource["id"],
            inputs=_properties(resource, "inputs"),
            outputs=_properties(resource, "outputs"),
            secrets=frozenset(name for name, value in resource.get("outputs", {}).items() if _holds_secret(value)),
        )
        for resource in _resources(exported)
        if _is_ours(resource) and not resource.get("external") and not _is_on_its_way_out(resource)
    ]


def _properties(resource: Mapping[str, Any], bag: str) -> dict[str, Any]:
    """Return a resource's inputs or outputs as lifecycles know them: in plain text, and without the provider."""
    return {name: plain(value) for name, value in resource.get(bag, {}).items() if name != PROVIDER_KEY}


def pending(exported: Mapping[str, Any]) -> list[Pending]:
    """Return the operations on this package's resources that were under way when an update was interrupted."""
    return [
        Pending(operation["type"], resource["urn"], _type(resource), resource_name(resource["urn"]), resource)
        for operation in exported["deployment"].get("pending_operations") or []
        if _is_ours(resource := operation["resource"])
    ]


@attrs.frozen
class Live:
    """A resource that a state records and that is not on its way out: its id, and when it came into the state."""

    id: str
    created: datetime | None


def live(exported: Mapping[str, Any]) -> dict[str, Live]:
    """
    Return the recorded resources of this package that live, by URN, also those that the stack only looks up.

    A state may have another resource of the URN, which was replaced and is to be deleted. One that is deleted already, and
    about to be replaced (`pendingReplacement`), does not live.
    """
    return {
        resource["urn"]: Live(resource["id"], time_of(resource.get("created")))
        for resource in _resources(exported)
        if _is_ours(resource) and not _is_on_its_way_out(resource)
    }


def since(exported: Mapping[str, Any]) -> datetime | None:
    """Return when the stack was created, to the second; None if the state has no resource that shows it."""
    times = [(resource["type"] != _STACK, time_of(resource.get("created"))) for resource in _resources(exported)]
    known = [(is_other, time) for is_other, time in times if time]
    return min(known)[1].replace(microsecond=0) if known else None


def written(exported: Mapping[str, Any]) -> datetime | None:
    """Return when the state was written."""
    return time_of((exported["deployment"].get("manifest") or {}).get("time"))


def pending_elsewhere(exported: Mapping[str, Any]) -> list[str]:
    """Return the URNs of other providers' resources with operations under way."""
    operations = exported["deployment"].get("pending_operations") or []
    return [operation["resource"]["urn"] for operation in operations if not _is_ours(operation["resource"])]


def names(exported: Mapping[str, Any]) -> set[tuple[str, str]]:
    """Return type and name of all resources of this package's that a state has, those that it only looks up too."""
    return {
        (_type(resource), resource_name(resource["urn"])) for resource in _resources(exported) if _is_ours(resource)
    }


def is_same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Return whether two exports are of the same state; the time of an empty one is that of its export."""
    parts = ("resources", "pending_operations")
    return all((one["deployment"].get(part) or []) == (other["deployment"].get(part) or []) for part in parts)


def arns(exported: Mapping[str, Any]) -> set[str]:
    """Return the ARNs that a state knows in any way: managed, looked up, or to be deleted after a replacement."""
    return {resource["id"] for resource in _resources(exported) if _is_ours(resource)}


def settled(
    exported: Mapping[str, Any],
    made: Mapping[str, Mapping[str, Any]],
    changed: Mapping[str, Mapping[str, Any]] = _NONE,
) -> dict[str, Any]:
    """
    Return the state in which nothing is under way any more.

    *made* are the outputs, an ARN among them, of what pending creates have made, by URN: these become resources, with
    parent, provider and inputs as the program gave them; a tag set, with the inputs that have come to be. One that was to
    replace a resource which is deleted already (`pendingReplacement`) is in its place. What the state records and
    lives stays, so raises ValueError if one of *made* has its URN. *changed* are the outputs, `tags` and `tags_all` of
    them, of resources whose tags a pending update has changed. The rest is forgotten: an update or delete that is repeated
    does no harm.
    """
    if taken := made.keys() & live(exported).keys():
        msg = f"the state records these already: {', '.join(sorted(taken))}"
        raise ValueError(msg)
    begun = pending(exported)
    new = {each.urn: _made(each.resource, made[each.urn]) for each in begun if each.urn in made}
    updates = {each.urn: each.resource for each in begun if each.urn in changed}
    resources = [
        _retagged(resource, updates[urn], changed[urn])
        if (urn := resource["urn"]) in updates and not resource.get("delete")
        else resource
        for resource in _resources(exported)
    ]
    deployment = {**exported["deployment"], "resources": [*_with(new, resources)], "pending_operations": []}
    return {**exported, "deployment": deployment}


def _with(new: Mapping[str, Mapping[str, Any]], resources: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """Yield the resources as the engine has them: of two with a URN the new one first, and what depends on them behind both."""
    left = dict(new)
    for resource in resources:
        urn = resource["urn"]
        if urn in left:
            yield left.pop(urn)
        if urn not in new or not resource.get("pendingReplacement"):
            yield resource
    yield from left.values()


def _made(resource: Mapping[str, Any], outputs: Mapping[str, Any]) -> dict[str, Any]:
    inputs = resource.get("inputs", {})
    secrets = {name for name, value in inputs.items() if _holds_secret(value)}
    secrets.update(resource.get("additionalSecretOutputs") or ())
    written = {name: _secret(value) if name in secrets else value for name, value in outputs.items()}
    now = f"{datetime.now(timezone.utc):%Y-%m-%dT%H:%M:%S.%fZ}"
    times = {"created": now, "modified": now}
    new = {**resource, **times, "outputs": {PROVIDER_KEY: inputs[PROVIDER_KEY], **written}}
    if _type(resource) in RESOURCES:
        return {**new, "id": outputs["arn"]}
    # The engine compares inputs with inputs: with those of the program, it would never complete the set.
    begun = {name: written[name] for name, value in inputs.items() if outputs.get(name, value) != plain(value)}
    return {**new, "id": outputs["resource_arn"], "inputs": {**inputs, **begun}}


def _retagged(resource: Mapping[str, Any], update: Mapping[str, Any], changed: Mapping[str, Any]) -> dict[str, Any]:
    """Return a resource with the tags of *changed*: as the *update* writes them, where these are all that it was to change."""
    bags = [resource["inputs"], update["inputs"], resource["outputs"]]
    tags = _secret(changed["tags"]) if any(_holds_secret(bag.get("tags")) for bag in bags) else changed["tags"]
    if plain(update["inputs"]["tags"]) == changed["tags"]:
        tags = update["inputs"]["tags"]
    hides = any("tags_all" in (each.get("additionalSecretOutputs") or ()) for each in (resource, update))
    outputs = {**resource["outputs"], "tags": tags, "tags_all": changed["tags_all"]}
    if hides or _holds_secret(resource["outputs"].get("tags_all")):
        outputs["tags_all"] = _secret(changed["tags_all"])
    return {**resource, "inputs": {**resource["inputs"], "tags": tags}, "outputs": outputs}


def hiding_tags(file: Mapping[str, Any], *, default_tags_are_secret: bool) -> dict[str, Any]:
    """
    Return an import file with tags as secrets if they are secrets in the state after an `up`.

    `tags_all` always is one; `tags` hold the stack's default tags.
    """
    hidden = {"tags_all", "tags"} if default_tags_are_secret else {"tags_all"}
    return {**file, "resources": [_hiding(entry, hidden) for entry in file["resources"]]}


def _hiding(entry: Mapping[str, Any], hidden: Collection[str]) -> dict[str, Any]:
    bags = {
        bag: {name: _secret(value) if name in hidden else value for name, value in entry[bag].items()}
        for bag in ("inputs", "outputs")
        if bag in entry
    }
    return {**entry, **bags}


def _secret(value: Any) -> dict[str, str]:
    return {_SIGNATURE: _SECRET, "plaintext": json.dumps(value)}


def resource_name(urn: str) -> str:
    """Return the last part of a URN: Pulumi's name for the resource."""
    return urn.split("::", 3)[3]


def plain(value: Any) -> Any:
    """Return a value of an exported state with its secrets in plain text."""
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


def _is_on_its_way_out(resource: Mapping[str, Any]) -> bool:
    """Return whether a resource is to be deleted, or is deleted and about to be replaced."""
    return any(map(resource.get, ("delete", "pendingReplacement")))


def _is_secret(value: Any) -> bool:
    return isinstance(value, Mapping) and value.get(_SIGNATURE) == _SECRET


def _holds_secret(value: Any) -> bool:
    if isinstance(value, Mapping):
        return _is_secret(value) or any(map(_holds_secret, value.values()))
    return isinstance(value, list) and any(map(_holds_secret, value))
