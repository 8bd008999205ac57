"""What a stack's state holds of this package's resources, and what was under way when an update was interrupted."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime, timezone
from typing import Any, Final

import attrs

from pulumi_ivschat.errors import DamagedState
from pulumi_ivschat.lifecycle.sound_states import validate_id
from pulumi_ivschat.model.arns import RESOURCES, region_of
from pulumi_ivschat.model.native import ValuePath
from pulumi_ivschat.stacks.engine import time_of
from pulumi_ivschat.stacks.properties_in_state import (
    inputs_in_state,
    is_native,
    outputs_in_state,
    plain,
    plain_values,
    secret,
    secrets,
    type_of,
)
from pulumi_ivschat.stacks.providers import Providers

_STACK: Final = "pulumi:pulumi:Stack"
_PROVIDERS: Final = "pulumi:providers:"

_NONE: Final[Mapping[str, Mapping[str, Any]]] = {}


@attrs.frozen
class Managed:
    """
    A resource of this package in a state: inputs and outputs in plain text, and which outputs are secrets.

    *provider* is the reference to its explicit Provider resource, "" if it has the stack's own settings: see `providers`.
    """

    urn: str
    type: str
    name: str
    arn: str
    inputs: Mapping[str, Any] = attrs.field(repr=False)
    outputs: Mapping[str, Any] = attrs.field(repr=False)
    secrets: frozenset[str]
    provider: str = ""


@attrs.frozen
class Pending:
    """
    An operation of this package's resources that an update had begun and not ended, as the state has it.

    *provider* is the reference to its explicit Provider resource, "" if it has the stack's own settings: see `providers`.
    """

    operation: str
    urn: str
    type: str
    name: str
    resource: Mapping[str, Any] = attrs.field(repr=False)
    provider: str = ""

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
        return plain_values(self.resource, "inputs")


def managed(exported: Mapping[str, Any]) -> list[Managed]:
    """
    Return the resources that a stack manages.

    Without those it only looks up, and without what is to be deleted, or is deleted and about to be replaced. Raises
    DamagedState if the id of one is wrong.
    """
    provider_of = Providers(exported).reference_of
    return [
        _managed(resource, provider_of(resource))
        for resource in _resources(exported)
        if _is_ours(resource) and not resource.get("external") and not _is_on_its_way_out(resource)
    ]


def _managed(resource: Mapping[str, Any], provider: str) -> Managed:
    found = Managed(
        urn=resource["urn"],
        type=type_of(resource),
        name=resource_name(resource["urn"]),
        arn=str(resource.get("id", "")),
        inputs=plain_values(resource, "inputs"),
        outputs=plain_values(resource, "outputs"),
        secrets=frozenset(path[0] for path in secrets(resource, "outputs")),
        provider=provider,
    )
    try:
        validate_id(found.type, found.arn, found.outputs)
    except DamagedState as error:
        raise error.evolved(subject=f"{found.type} {found.name}") from None
    return found


def pending(exported: Mapping[str, Any]) -> list[Pending]:
    """Return the operations on this package's resources that were under way when an update was interrupted."""
    provider_of = Providers(exported).reference_of
    return [
        Pending(
            operation["type"],
            resource["urn"],
            type_of(resource),
            resource_name(resource["urn"]),
            resource,
            provider_of(resource),
        )
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
    """Return the URNs of other providers' resources with operations under way; a Provider itself has nothing in a cloud."""
    operations = exported["deployment"].get("pending_operations") or []
    resources = [operation["resource"] for operation in operations]
    return [each["urn"] for each in resources if not (_is_ours(each) or each["type"].startswith(_PROVIDERS))]


def names(exported: Mapping[str, Any]) -> set[tuple[str, str]]:
    """Return type and name of all resources of this package's that a state has, those that it only looks up too."""
    return {
        (type_of(resource), resource_name(resource["urn"])) for resource in _resources(exported) if _is_ours(resource)
    }


def is_same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Return whether two exports are of the same state; the time of an empty one is that of its export."""
    parts = ("resources", "pending_operations")
    return all((one["deployment"].get(part) or []) == (other["deployment"].get(part) or []) for part in parts)


def arns(exported: Mapping[str, Any]) -> set[str]:
    """Return the ARNs that a state knows in any way: managed, looked up, or to be deleted after a replacement."""
    return {resource["id"] for resource in _resources(exported) if _is_ours(resource)}


def regions(exported: Mapping[str, Any], provider: str) -> list[str]:
    """Return the regions of what is pending with a *provider*, then those of what the state knows with it."""
    provider_of = Providers(exported).reference_of
    known = {
        resource["id"] for resource in _resources(exported) if _is_ours(resource) and provider_of(resource) == provider
    }
    begun = [each.inputs.get("region") for each in pending(exported) if each.provider == provider]
    return [region for region in dict.fromkeys([*begun, *map(region_of, sorted(known))]) if region]


def settled(
    exported: Mapping[str, Any],
    made: Mapping[str, Mapping[str, Any]],
    changed: Mapping[str, Mapping[str, Any]] = _NONE,
) -> dict[str, Any]:
    """
    Return the state in which nothing is under way any more.

    *made* are the outputs, an ARN among them, of what pending creates have made, by URN: these become resources, with
    parent, provider and inputs as the program gave them; a tag set, with the inputs that have come to be. One that was to
    replace a resource which is deleted already (`pendingReplacement`) is in its place. A live resource
    in the state stays, so raises ValueError if one of *made* has its URN. *changed* are the outputs, `tags` and `tags_all` of
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
    hidden = secrets(resource, "inputs")
    now = f"{datetime.now(timezone.utc):%Y-%m-%dT%H:%M:%S.%fZ}"
    new = {**resource, "created": now, "modified": now, "outputs": outputs_in_state(resource, outputs, hidden)}
    if type_of(resource) in RESOURCES:
        return {**new, "id": outputs["arn"]}
    # The engine compares inputs with inputs: with those of the program, it would never complete the set.
    declared = plain_values(resource, "inputs")
    begun = {name: outputs[name] for name, value in declared.items() if outputs.get(name, value) != value}
    inputs = {**resource["inputs"], **inputs_in_state(resource, begun, hidden)}
    return {**new, "id": outputs["resource_arn"], "inputs": inputs}


def _retagged(resource: Mapping[str, Any], update: Mapping[str, Any], changed: Mapping[str, Any]) -> dict[str, Any]:
    """Return a resource with the tags of *changed*: as the *update* writes them, if these are all that it was to change."""
    bags = (secrets(resource, "inputs"), secrets(update, "inputs"), secrets(resource, "outputs"))
    hidden = {path for bag in bags for path in bag if path[0] == "tags"}
    inputs = inputs_in_state(resource, {"tags": changed["tags"]}, hidden)
    outputs = _of_tags(resource, update, changed, hidden)
    if plain(update["inputs"]["tags"]) == changed["tags"]:
        inputs, outputs = ({**bag, "tags": update["inputs"]["tags"]} for bag in (inputs, outputs))
    return {
        **resource,
        "inputs": {**resource["inputs"], **inputs},
        "outputs": {**resource["outputs"], **outputs},
    }


def _of_tags(
    resource: Mapping[str, Any], update: Mapping[str, Any], changed: Mapping[str, Any], hidden: Collection[ValuePath]
) -> dict[str, Any]:
    """Return the outputs that show tags; all tags stay a secret if they are one."""
    was = {path for path in secrets(resource, "outputs") if path == ("tags_all",)}
    asked = {("tags_all",) for each in (resource, update) if "tags_all" in (each.get("additionalSecretOutputs") or ())}
    tags = {"tags": changed["tags"], "tags_all": changed["tags_all"]}
    return outputs_in_state(resource, tags, {*hidden, *(() if is_native(resource) else was | asked)})


def hiding_tags(file: Mapping[str, Any], *, default_tags_are_secret: bool) -> dict[str, Any]:
    """
    Return an import file with tags as secrets if they are secrets in the state after an `up`.

    `tags_all` always is one; `tags` hold the stack's default tags.
    """
    hidden = {"tags_all", "tags"} if default_tags_are_secret else {"tags_all"}
    return {**file, "resources": [_hiding(entry, hidden) for entry in file["resources"]]}


def _hiding(entry: Mapping[str, Any], hidden: Collection[str]) -> dict[str, Any]:
    bags = {
        bag: {name: secret(value) if name in hidden else value for name, value in entry[bag].items()}
        for bag in ("inputs", "outputs")
        if bag in entry
    }
    return {**entry, **bags}


def resource_name(urn: str) -> str:
    """Return the last part of a URN: Pulumi's name for the resource."""
    return urn.split("::", 3)[3]


def _resources(exported: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return exported["deployment"].get("resources") or []


def _is_ours(resource: Mapping[str, Any]) -> bool:
    return bool(type_of(resource))


def _is_on_its_way_out(resource: Mapping[str, Any]) -> bool:
    """Return whether a resource is to be deleted, or is deleted and about to be replaced."""
    return any(map(resource.get, ("delete", "pendingReplacement")))
