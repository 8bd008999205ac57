"""A page for each resource, from the schema of the native plug-in and the docstrings of the Python API."""

from __future__ import annotations

import inspect
import re
from collections.abc import Collection, Iterator, Mapping
from textwrap import dedent
from typing import Any, Final

import pulumi_ivschat
from pulumi_ivschat import errors
from pulumi_ivschat.lifecycle import RESOURCE_TYPES
from pulumi_ivschat.model.native import TYPE_PREFIX, schema, token
from pulumi_ivschat.model.service_model import snake_case
from pulumi_ivschat.plugin.examples import EXAMPLES
from tools.docs.aws_errors import error_codes
from tools.docs.markdown import code, definitions, page, table, tabs
from tools.docs.search_words import entries

_OPERATIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "TagSet": ("ListTagsForResource", "TagResource", "UntagResource"),
}
"""The operations of a resource, if they are not Create…, Get…, Update… and Delete… with its name."""


def resource_pages() -> dict[str, str]:
    """Return the text of each resource's page by its path on the site."""
    names = [each.removeprefix(TYPE_PREFIX) for each in schema()["resources"]]
    return {f"reference/{snake_case(name).replace('_', '-')}.md": resource_page(name) for name in names}


def resource_page(name: str) -> str:
    """Return the page of a resource."""
    spec = schema()["resources"][token(name)]
    about = spec["description"].partition("{{%")[0].strip()
    inputs: Mapping[str, Any] = spec["inputProperties"]
    outputs = {key: each for key, each in spec["properties"].items() if key not in inputs}
    return page(
        name,
        entries(*(snake_case(key) for key in inputs), *(key for key in inputs if key != snake_case(key))),
        about,
        "## Example",
        _examples(name),
        "## Inputs",
        "Names are those of Python; other languages write them in camelCase: `resource_arn` is `resourceArn`.",
        properties(inputs, spec["requiredInputs"]),
        *_types(inputs),
        "## Outputs",
        "All inputs are outputs too, with the values that AWS has. A resource also has these:",
        properties(outputs),
        "## Import",
        _import(name),
        "## Errors",
        f"{{doc}}`errors` lists why each is raised, and what to do. AWS answers the calls of a {name} with these:",
        _errors(name),
    )


def _examples(name: str) -> str:
    example = EXAMPLES[name]
    return tabs(
        ("Python", code("python", python_example(name))),
        ("TypeScript", code("typescript", example.typescript)),
        ("YAML", code("yaml", example.yaml)),
    )


def python_example(name: str) -> str:
    """Return the program in the docstring of a resource, with the imports that it needs."""
    docstring = inspect.getdoc(getattr(pulumi_ivschat, name)) or ""
    [block] = re.findall(r"\n\n((?:    .*\n)+)", docstring)
    program = dedent(block)
    used = sorted(each for each in RESOURCE_TYPES if re.search(rf"\b{each}\(", program))
    third_party = "import pulumi\n\n" if "pulumi." in program else ""
    setting = 'room_arn = pulumi.Config().require("roomArn")\n' if "room_arn," in program else ""
    third_party = "import pulumi\n\n" if setting else third_party
    return f"{third_party}from pulumi_ivschat import {', '.join(used)}\n\n{setting}{program}"


def properties(specs: Mapping[str, Any], required: Collection[str] = (), *, python: bool = True) -> str:
    """Return the properties of a structure, with their types and descriptions; *python* spells their names in snake_case."""
    return definitions(
        (
            snake_case(key) if python else key,
            type_name(spec) + (", **required**" if key in required else ""),
            spec.get("description", ""),
        )
        for key, spec in specs.items()
    )


def _types(inputs: Mapping[str, Any]) -> Iterator[str]:
    """Yield each structure in the inputs, and in those."""
    for spec in inputs.values():
        found = schema()["types"].get(spec.get("$ref", "").removeprefix("#/types/"), {})
        if inner := found.get("properties"):
            yield f"### {type_name(spec)}"
            yield str(found["description"])
            yield properties(inner, found["required"])
            yield from _types(inner)


def type_name(spec: Mapping[str, Any]) -> str:
    """Return the type of a property as people call it: `string`, `list of string`, `map of string`, or a structure's name."""
    if reference := spec.get("$ref"):
        found = schema()["types"][reference.removeprefix("#/types/")]
        choices = [f"`{each['value']}`" for each in found.get("enum", [])]
        return " or ".join(choices) or str(reference.rpartition(":")[2])
    if spec["type"] == "array":
        return f"list of {type_name(spec['items'])}"
    if spec["type"] == "object":
        return f"map of {type_name(spec['additionalProperties'])}"
    return str(spec["type"])


_IMPORTS: Final[Mapping[str, tuple[str, str]]] = {
    "Room": ("lobby=arn:aws:ivschat:us-west-2:123456789012:room/AbCdEfGhIjKl", ""),
    "LoggingConfiguration": ("archive=arn:aws:ivschat:us-west-2:123456789012:logging-configuration/AbCdEfGhIjKl", ""),
    "TagSet": (
        "lobby=arn:aws:ivschat:us-west-2:123456789012:room/AbCdEfGhIjKl",
        "In Python the command imports the room, with its tags in a `TagSet`. In other languages the tag set is imported by itself.",
    ),
}
"""By resource: a name and an ARN, and what the commands import if they differ."""


def _import(name: str) -> str:
    named, about = _IMPORTS[name]
    options = "--tag-sets " if name == "TagSet" else ""
    commands = tabs(
        ("Python", code("sh", f"pulumi-ivschat import {options}{named}")),
        ("Other languages", code("sh", f"pulumi import ivschat:index:{name} {named.replace('=', ' ')}")),
    )
    return f"{about}\n\n{commands}".lstrip()


def _errors(name: str) -> str:
    return error_table(_OPERATIONS.get(name) or [f"{verb}{name}" for verb in ("Create", "Get", "Update", "Delete")])


def error_table(operations: Collection[str]) -> str:
    """Return the errors that AWS answers operations with, with their classes."""
    rows: dict[str, list[str]] = {}
    for operation in operations:
        for aws_code in error_codes(operation):
            rows.setdefault(aws_code, []).append(operation)
    answers = ((aws_code, errors.from_answer({"Error": {"Code": aws_code}}, "", "")) for aws_code in sorted(rows))
    return table(
        ("AWS's code", "class", "calls"),
        (
            (
                f"`{each}`",
                f"[`{type(error).__name__}`](errors.md#{type(error).__name__.lower()})",
                ", ".join(rows[each]),
            )
            for each, error in answers
        ),
    )
