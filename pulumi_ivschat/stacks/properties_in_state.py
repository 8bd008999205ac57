"""
The properties of a resource in an exported state, as lifecycles know them; and back.

The dynamic resources of the Python API write snake_case and their provider, and the engine keeps a property secret as a whole.
The native plug-in writes camelCase, and each value may be a secret by itself.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from pulumi_ivschat.lifecycle import RESOURCE_TYPES
from pulumi_ivschat.lifecycle.sound_states import sound
from pulumi_ivschat.model import native, secret_paths
from pulumi_ivschat.model.arns import RESOURCES
from pulumi_ivschat.model.native import ValuePath
from pulumi_ivschat.model.properties import PROVIDER_KEY
from pulumi_ivschat.model.secret_paths import SECRET, SIGNATURE
from pulumi_ivschat.model.urns import Urn


def type_of(resource: Mapping[str, Any]) -> str:
    """Return the resource type, "" if it is not one of this package's."""
    prefix, _, name = str(resource["type"]).rpartition(":")
    ours = name in RESOURCE_TYPES and f"{prefix}:" in {native.DYNAMIC_TYPE_PREFIX, native.TYPE_PREFIX}
    return name if ours else ""


def is_native(resource: Mapping[str, Any]) -> bool:
    """Return whether it is the native plug-in's."""
    return str(resource["type"]).startswith(native.TYPE_PREFIX)


def plain_values(resource: Mapping[str, Any], bag: str) -> dict[str, Any]:
    """
    Return a resource's `inputs` or `outputs` as lifecycles know them: in plain text, and without the provider.

    Damaged properties are omitted.
    """
    values = {name: plain(value) for name, value in (resource.get(bag) or {}).items() if not name.startswith("__")}
    name = type_of(resource)
    if not is_native(resource):
        return sound(name, values)
    own = {"owner_tag": Urn.parse(resource["urn"]).owner_tag} if bag == "inputs" and name in RESOURCES else {}
    return {**own, **sound(name, native.inward(values, native.resource(name)))}


def secrets(resource: Mapping[str, Any], bag: str) -> set[ValuePath]:
    """Return the paths of the secrets in `inputs` or `outputs`; a dynamic resource's are whole properties."""
    if not is_native(resource):
        return {path[:1] for path in _paths(resource.get(bag, {}), ())}
    spec = native.resource(type_of(resource))
    return {native.inward_path(path, spec) for path in _paths(resource.get(bag, {}), ())}


def inputs_in_state(
    resource: Mapping[str, Any], values: Mapping[str, Any], paths: Collection[ValuePath]
) -> dict[str, Any]:
    """Return inputs as the state of such a resource has them, with secrets at these paths."""
    if not is_native(resource):
        return _bag(values, paths)
    spec = native.resource(type_of(resource))
    known = {name: value for name, value in values.items() if name in {*native.names(spec)} and name != "owner_tag"}
    return _bag(native.outward(known, spec), [native.outward_path(path, spec) for path in paths])


def outputs_in_state(
    resource: Mapping[str, Any], values: Mapping[str, Any], paths: Collection[ValuePath]
) -> dict[str, Any]:
    """Return outputs as the state of such a resource has them; *paths* are the secrets among its inputs."""
    if not is_native(resource):
        hidden = {(name,) for name in resource.get("additionalSecretOutputs") or ()}
        provider = resource.get("inputs", {}).get(PROVIDER_KEY)
        return {**({PROVIDER_KEY: provider} if provider else {}), **_bag(values, {*paths, *hidden})}
    spec = native.resource(type_of(resource))
    known = {name: value for name, value in values.items() if name in {*native.names(spec)} and value is not None}
    marks = [native.outward_path(path, spec) for path in secret_paths.of_outputs(paths, known)]
    return _bag(native.outward(known, spec), marks)


def plain(value: Any) -> Any:
    """Return a value of an exported state with its secrets in plain text."""
    if _is_secret(value):
        return plain(json.loads(value["plaintext"]))
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, list) else value


def secret(value: Any) -> dict[str, str]:
    """Return a value as an exported state has a secret."""
    return {SIGNATURE: SECRET, "plaintext": json.dumps(value)}


def _bag(values: Mapping[str, Any], paths: Collection[ValuePath]) -> dict[str, Any]:
    return {name: _marked(value, paths, (name,)) for name, value in values.items()}


def _marked(value: Any, paths: Collection[ValuePath], path: ValuePath) -> Any:
    if isinstance(value, Mapping):
        value = {key: _marked(item, paths, (*path, key)) for key, item in value.items()}
    elif isinstance(value, list):
        value = [_marked(item, paths, (*path, index)) for index, item in enumerate(value)]
    return secret(plain(value)) if path in paths else value


def _paths(value: Any, path: ValuePath) -> Iterator[ValuePath]:
    if _is_secret(value):
        yield path
    elif isinstance(value, (Mapping, list)):
        items = value.items() if isinstance(value, Mapping) else enumerate(value)
        for key, item in items:
            yield from _paths(item, (*path, key))


def _is_secret(value: Any) -> bool:
    return isinstance(value, Mapping) and value.get(SIGNATURE) == SECRET
