"""The code of imports: what a person would have written, in Python here, and in the languages of the native plug-in."""

from __future__ import annotations

import builtins
import json
import keyword
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

import attrs

from pulumi_ivschat.lifecycle import RESOURCE_TYPES
from pulumi_ivschat.plain_text import plain
from pulumi_ivschat.stacks import native_source_code
from pulumi_ivschat.stacks.importing import ResourceImport

_WIDTH: Final = 100

_REFERRING: Final = ("logging_configuration_identifiers", "resource_arn")


@attrs.frozen
class Language:
    """
    A language of programs.

    Attributes:
        suffix: the end of a file's name.
        is_native: whether its resources are those of the native plug-in.
        write: returns the code of imports.
        use: what a person does with a file, by its name without the end, as the rest of *put … into the program*.
    """

    suffix: str
    is_native: bool
    write: Callable[[Sequence[ResourceImport]], str]
    use: str = "the code"


_OF_RUNTIMES: Final = {"python": "python", "nodejs": "typescript", "yaml": "yaml"}


def language_of(runtime: str) -> str:
    """Return the name of the language for a project's runtime: YAML if nothing here writes the runtime's own."""
    return _OF_RUNTIMES.get(runtime, "yaml")


def advice(runtime: str) -> str:
    """Return what to do with the code in a project of this runtime, "" if the code is in the project's own language."""
    if runtime in _OF_RUNTIMES:
        return ""
    return (
        f"The runtime of this project is {plain(runtime)}, and `import` writes Python, TypeScript or YAML. The code is in YAML: "
        "declare the same resources, with the same names and properties, in your program."
    )


def module(resource_imports: Sequence[ResourceImport]) -> str:
    """Return a module that declares the imports; what refers to another of them does so by its variable."""
    ordered = sorted(resource_imports, key=lambda resource_import: RESOURCE_TYPES.index(resource_import.type))
    variables = _variables(ordered)
    types = ", ".join(sorted({resource_import.type for resource_import in ordered}))
    head = [
        '"""What existed before this program, as `pulumi-ivschat import` found it."""',
        f"from pulumi_ivschat import {types}",
    ]
    return "\n\n".join([*head, "\n".join(_calls(ordered, variables))]) + "\n"


def _calls(resource_imports: Sequence[ResourceImport], variables: Mapping[str, str]) -> Iterator[str]:
    for resource_import in resource_imports:
        arguments = [_string(resource_import.resource_name)]
        for name, value in resource_import.arguments.items():
            arguments.append(f"{name}={_literal(value, variables if name in _REFERRING else {})}")
        assigned = f"{variables[resource_import.arn]} = " if resource_import.is_resource else ""
        yield from _call(f"{assigned}{resource_import.type}", arguments)


def _call(function: str, arguments: Sequence[str]) -> list[str]:
    line = f"{function}({', '.join(arguments)})"
    if len(line) <= _WIDTH:
        return [line]
    return [f"{function}(", *(f"    {argument}," for argument in arguments), ")"]


def _literal(value: Any, variables: Mapping[str, str]) -> str:
    """Write a value as Python; an ARN that a variable means becomes an attribute of it."""
    if isinstance(value, str):
        return f"{variables[value]}.arn" if value in variables else _string(value)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_string(key)}: {_literal(item, variables)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_literal(item, variables) for item in value) + "]"
    return repr(value)


def _string(text: str) -> str:
    """Write a string; what does not print, such as a mark that turns the rest of a line round, as an escape."""
    quoted = json.dumps(text, ensure_ascii=False)
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in quoted)


def _variables(resource_imports: Sequence[ResourceImport]) -> dict[str, str]:
    """Return a name for the variable of each resource, by ARN."""
    taken = {resource_import.type for resource_import in resource_imports}
    variables: dict[str, str] = {}
    for resource_import in resource_imports:
        if resource_import.is_resource:
            variables[resource_import.arn] = _free(_identifier(resource_import.resource_name), taken)
            taken.add(variables[resource_import.arn])
    return variables


def _identifier(text: str) -> str:
    name = re.sub(r"\W+", "_", text, flags=re.ASCII).strip("_").lower() or "resource"
    is_taken = keyword.iskeyword(name) or hasattr(builtins, name)
    return f"_{name}" if name[0].isdigit() or is_taken else name


def _free(name: str, taken: set[str]) -> str:
    number = 2
    free = name
    while free in taken:
        free, number = f"{name}_{number}", number + 1
    return free


LANGUAGES: Final[Mapping[str, Language]] = {
    "python": Language("py", is_native=False, write=module, use="`import {}`"),
    "yaml": Language("yaml", is_native=True, write=native_source_code.in_yaml),
    "typescript": Language("ts", is_native=True, write=native_source_code.in_typescript, use='`import "./{}"`'),
}
"""By their names on the command line."""
