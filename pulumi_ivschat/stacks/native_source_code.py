"""YAML and TypeScript for imports: the resources of the native plug-in that a person would have written."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

import yaml

from pulumi_ivschat.lifecycle import RESOURCE_TYPES
from pulumi_ivschat.model import native
from pulumi_ivschat.stacks.importing import ResourceImport

_REFERRING: Final = ("loggingConfigurationIdentifiers", "resourceArn")
# ReservedWord of ECMAScript in strict code of modules, and names that may not be bound there.
_OF_ECMASCRIPT: Final = """
arguments await break case catch class const continue debugger default delete do else enum eval export extends false finally for
function if implements import in instanceof interface let new null package private protected public return static super switch
this throw true try typeof var void while with yield
"""
_OF_MODULES: Final = "exports globalThis require undefined"
"""Names that TypeScript does not let a module declare."""
_RESERVED: Final = frozenset(f"{_OF_ECMASCRIPT} {_OF_MODULES} ivschat pulumi".split())
"""Names that variables cannot have; programs import the last two."""


def in_yaml(resource_imports: Sequence[ResourceImport]) -> str:
    """Return the section `resources` of a program in YAML."""
    ordered, variables = _ordered(resource_imports), _variables(resource_imports)
    references = {arn: f"${{{variable}.arn}}" for arn, variable in variables.items()}
    resources = {}
    for each in ordered:
        key = variables.get(each.arn) if each.is_resource else _identifier(each.resource_name)
        named = {} if key == each.resource_name else {"name": each.resource_name}
        properties = {
            name: _in_yaml(value, references if name in _REFERRING else {}) for name, value in _arguments(each).items()
        }
        resources[str(key)] = {"type": f"ivschat:{each.type}", **named, "properties": properties}
    head = "# Resources that existed before this program, as `pulumi-ivschat import` found them.\n"
    return head + yaml.safe_dump({"resources": resources}, sort_keys=False, allow_unicode=True, width=100)


def in_typescript(resource_imports: Sequence[ResourceImport]) -> str:
    """Return a module in TypeScript."""
    variables = _variables(resource_imports)
    head = [
        "// Resources that existed before this program, as `pulumi-ivschat import` found them.",
        'import * as ivschat from "@pulumi-ivschat/ivschat";',
    ]
    declared = [_declaration(each, variables) for each in _ordered(resource_imports)]
    return "\n".join([*head, "", *declared]) + "\n"


def _declaration(each: ResourceImport, variables: Mapping[str, str]) -> str:
    members = [
        f"    {name}: {_in_typescript(value, variables if name in _REFERRING else {})},"
        for name, value in _arguments(each).items()
    ]
    arguments = "\n".join(["{", *members, "}"]) if members else "{}"
    assigned = f"export const {variables[each.arn]} = " if each.is_resource else ""
    return f"{assigned}new ivschat.{each.type}({_string(each.resource_name)}, {arguments});"


def _ordered(resource_imports: Sequence[ResourceImport]) -> list[ResourceImport]:
    """Return what others refer to first."""
    return sorted(resource_imports, key=lambda each: RESOURCE_TYPES.index(each.type))


def _arguments(each: ResourceImport) -> Mapping[str, Any]:
    spec = native.resource(each.type)
    arguments: Mapping[str, Any] = native.outward(dict(each.arguments), spec)
    return {name: value for name, value in arguments.items() if name in spec["properties"]}


def _in_yaml(value: Any, references: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return references.get(value) or value.replace("${", "$${")
    if isinstance(value, Mapping):
        return {key: _in_yaml(item, references) for key, item in value.items()}
    return [_in_yaml(item, references) for item in value] if isinstance(value, list) else value


def _in_typescript(value: Any, variables: Mapping[str, str]) -> str:
    if isinstance(value, str):
        return f"{variables[value]}.arn" if value in variables else _string(value)
    if isinstance(value, Mapping):
        pairs = (f"{_key(key)}: {_in_typescript(item, variables)}" for key, item in value.items())
        return f"{{ {', '.join(pairs)} }}" if value else "{}"
    if isinstance(value, list):
        return f"[{', '.join(_in_typescript(item, variables) for item in value)}]"
    return json.dumps(value)


def _key(text: str) -> str:
    if text == "__proto__":  # the object would get another prototype instead of this key
        return f"[{_string(text)}]"
    return text if re.fullmatch(r"[A-Za-z_]\w*", text, re.ASCII) else _string(text)


def _string(text: str) -> str:
    """Write a string; what does not print, such as a mark that turns the rest of a line round, as an escape."""
    return "".join(
        each if each.isprintable() else f"\\u{{{ord(each):x}}}" for each in json.dumps(text, ensure_ascii=False)
    )


def _variables(resource_imports: Sequence[ResourceImport]) -> dict[str, str]:
    """Return a name for the variable of each resource, by ARN; no two are the same."""
    variables: dict[str, str] = {}
    taken = {_identifier(each.resource_name) for each in resource_imports if not each.is_resource}
    for each in resource_imports:
        if each.is_resource:
            name = free = _identifier(each.resource_name)
            number = 2
            while free in taken:
                free, number = f"{name}{number}", number + 1
            variables[each.arn] = free
            taken.add(free)
    return variables


def _identifier(text: str) -> str:
    words = [word for word in re.split(r"[^A-Za-z0-9]+", text) if word] or ["resource"]
    name = words[0][0].lower() + words[0][1:] + "".join(word[0].upper() + word[1:] for word in words[1:])
    return f"r{name}" if name[0].isdigit() or name in _RESERVED else name
