"""Types of the schema: a shape of the service model in the form that Pulumi's schema has for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from pulumi_ivschat.model.native import token
from pulumi_ivschat.model.service_model import Shape, snake_case
from pulumi_ivschat.plugin import docstrings

Spec = dict[str, Any]
STRING: Final[Mapping[str, Any]] = {"type": "string"}
FLAG: Final[Mapping[str, Any]] = {"type": "boolean"}
TAGS: Final[Mapping[str, Any]] = {"type": "object", "additionalProperties": STRING}
_SCALARS: Final = {"string": "string", "integer": "integer", "boolean": "boolean", "timestamp": "string"}
_ENUMS: Final[Mapping[str, tuple[str, Mapping[str, str]]]] = {
    "FallbackResult": (
        "What happens to a message that the function does not review.",
        {"ALLOW": "The message is delivered.", "DENY": "The message is not delivered."},
    ),
    "ChatTokenCapability": (
        "What a user may do in a room.",
        {
            "SEND_MESSAGE": "Send messages.",
            "DISCONNECT_USER": "Disconnect users.",
            "DELETE_MESSAGE": "Delete messages of any user.",
        },
    ),
}
"""The descriptions of shapes that are enumerations, and of their values."""
_SHARED_TYPES: Final = {
    "S3DestinationConfiguration": "S3",
    "CloudWatchLogsDestinationConfiguration": "CloudWatchLogs",
    "FirehoseDestinationConfiguration": "Firehose",
}
"""The types' names in the Python API, if they are not AWS's."""


def list_of(spec: Mapping[str, Any]) -> Spec:
    """Return the type of a list whose items have the type *spec*."""
    return {"type": "array", "items": dict(spec)}


def reference(name: str) -> str:
    """Return the place of a type in the schema, for `$ref`."""
    return f"#/types/{token(name)}"


def spec_of(shape: Shape, types: Spec, module: str) -> Spec:
    """Return the type of a shape, and put the types that it needs into *types*."""
    if shape.type == "structure":
        return _structure(shape, types, module)
    if shape.type == "list" and shape.item:
        return list_of(spec_of(shape.item, types, module))
    if shape.type == "map":
        return dict(TAGS)
    if shape.name in _ENUMS:
        about, words = _ENUMS[shape.name]
        types[token(shape.name)] = enum(about, {choice: words[choice] for choice in shape.choices})
        return {"$ref": reference(shape.name)}
    return {"type": _SCALARS[shape.type]}


def enum(about: str, words: Mapping[str, str]) -> Spec:
    """Return the type of an enumeration that has these values, with a description of each."""
    choices = [{"name": _enum_name(value), "value": value, "description": text} for value, text in words.items()]
    return {"type": "string", "description": about, "enum": choices}


def _enum_name(choice: str) -> str:
    """Return a value's name in the languages that name them: `SEND_MESSAGE` → `SendMessage`."""
    return choice.title().replace("_", "")


def _structure(shape: Shape, types: Spec, module: str) -> Spec:
    name = _SHARED_TYPES.get(shape.name, shape.name)
    if token(name) not in types:
        words = docstrings.attributes(module, f"{name}Args")
        types[token(name)] = {
            "type": "object",
            "description": words[""],
            "properties": {
                member: described(spec_of(inner, types, module), words[snake_case(member)], default=inner.default)
                for member, inner in shape.members.items()
            },
            "required": list(shape.required),
        }
    return {"$ref": reference(name)}


def described(spec: Mapping[str, Any], words: str, *, default: Any = None) -> Spec:
    """Return a property of the type *spec*; an empty default is not shown, and False is."""
    has_default = default not in (None, "", [], {})
    return {
        **spec,
        **({"description": words} if words else {}),
        **({"default": default} if has_default or default is False else {}),
    }


def as_outputs(inputs: Mapping[str, Spec], words: Mapping[str, str]) -> Spec:
    """Return inputs as outputs have them: with descriptions of their own, by names in Python, and without defaults."""
    return {
        name: {
            **{key: value for key, value in spec.items() if key != "default"},
            "description": words[snake_case(name)],
        }
        for name, spec in inputs.items()
    }
