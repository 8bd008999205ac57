"""
The schema of the native plug-in, and names by it.

People of other languages write camelCase, as do the states of their resources; lifecycles take snake_case. Only names that the
schema has are converted, so the keys of maps (tags, attributes) stay the user's own.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Final, TypeAlias

from pulumi_ivschat.errors import Invalid
from pulumi_ivschat.model.service_model import snake_case

SCHEMA_FILE: Final = Path(__file__).parents[1] / "plugin" / "schema.json"
"""What `make schema` writes."""

TYPE_PREFIX: Final = "ivschat:index:"
DYNAMIC_TYPE_PREFIX: Final = "pulumi-python:dynamic/ivschat:"
"""The types of the Python API's resources, of which the schema has aliases."""

NOT_INPUTS: Final = frozenset({"owner_tag", "timeout_seconds"})
"""Inputs of a lifecycle that people of the plug-in do not write: the URN and custom timeouts show them."""

ValuePath: TypeAlias = tuple[Any, ...]
"""The keys and indices that lead to a value."""

Spec: TypeAlias = Mapping[str, Any]
"""A type in a schema: with `properties`, `items`, `additionalProperties` or `$ref`."""

_TYPES: Final = "#/types/"


def token(name: str) -> str:
    """Return the token of a resource, function or type."""
    return f"{TYPE_PREFIX}{name}"


@functools.cache
def camel_case(name: str) -> str:
    """Return a property's name as people write it: `maximum_message_length` → `maximumMessageLength`."""
    return re.sub(r"_([a-z0-9])", lambda found: found[1].upper(), name)


@functools.cache
def schema() -> Mapping[str, Any]:
    """Return the schema."""
    found: Mapping[str, Any] = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))
    return found


@functools.cache
def resource(name: str) -> Spec:
    """Return a resource type as one spec: its inputs and its outputs. Raises Invalid if the schema does not have it."""
    found = _member("resources", "a resource type", name)
    return {"properties": {**found["inputProperties"], **found["properties"]}}


def inputs(name: str) -> Mapping[str, Spec]:
    """Return the inputs of a resource type, by their names as people write them. Raises Invalid as `resource` does."""
    found: Mapping[str, Spec] = _member("resources", "a resource type", name)["inputProperties"]
    return found


def function(name: str) -> Mapping[str, Any]:
    """Return a function; its `inputs` and `outputs` are specs. Raises Invalid if the schema does not have it."""
    return _member("functions", "a function", name)


def _member(section: str, kind: str, name: str) -> Mapping[str, Any]:
    known: Mapping[str, Mapping[str, Any]] = schema()[section]
    if token(name) not in known:
        msg = (
            f"{token(name)} is not {kind} here; there are {', '.join(each.removeprefix(TYPE_PREFIX) for each in known)}"
        )
        raise Invalid(msg, remedy="Correct the name, or use the version of the plug-in that has it.")
    return known[token(name)]


def inward(values: Any, spec: Spec) -> Any:
    """Return values with the names that lifecycles take."""
    return _renamed(values, spec, snake_case)


def outward(values: Any, spec: Spec) -> Any:
    """Return values with the names that people write."""
    return _renamed(values, spec, camel_case)


def inward_path(path: ValuePath, spec: Spec) -> ValuePath:
    """Return the path of a value with the names that lifecycles take."""
    return _renamed_path(path, spec, snake_case)


def outward_path(path: ValuePath, spec: Spec) -> ValuePath:
    """Return the path of a value with the names that people write."""
    return _renamed_path(path, spec, camel_case)


def shown_path(path: ValuePath) -> str:
    """Return a path as the engine shows it: `messageReviewHandler.uri`, `tags["a.b"]`."""
    first, *rest = path
    return str(first) + "".join(map(_step, rest))


def _step(key: Any) -> str:
    if isinstance(key, int):
        return f"[{key}]"
    return f".{key}" if re.fullmatch(r"[A-Za-z_]\w*", key) else f"[{json.dumps(key)}]"


def _renamed(value: Any, spec: Spec, name: Callable[[str], str]) -> Any:
    members = properties(spec)
    if isinstance(value, Mapping) and members is not None:
        return {
            (name(key) if camel_case(key) in members else key): _renamed(item, members.get(camel_case(key), {}), name)
            for key, item in value.items()
        }
    if isinstance(value, list):
        return [_renamed(item, spec.get("items", {}), name) for item in value]
    return value


def _renamed_path(path: ValuePath, spec: Spec, name: Callable[[str], str]) -> ValuePath:
    if not path:
        return path
    key, *rest = path
    members = properties(spec)
    if members is None:
        return (key, *_renamed_path(tuple(rest), spec.get("items", {}), name))
    inner = members.get(camel_case(key), {})
    return (name(key) if camel_case(key) in members else key, *_renamed_path(tuple(rest), inner, name))


def properties(spec: Spec) -> Mapping[str, Spec] | None:
    """Return the properties of a structure, None if the spec is not one."""
    if "$ref" in spec:
        spec = schema()["types"][spec["$ref"].removeprefix(_TYPES)]
    found: Mapping[str, Spec] | None = spec.get("properties")
    return found


def names(spec: Spec) -> Iterable[str]:
    """Return the names of a structure's properties, as lifecycles take them."""
    return map(snake_case, properties(spec) or ())
