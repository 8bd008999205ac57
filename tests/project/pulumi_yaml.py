"""What is wrong with a program in Pulumi YAML, or a part of one, by the schema of the native plug-in."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from jsonschema import Draft202012Validator

from pulumi_ivschat.model import native
from pulumi_ivschat.plugin.examples import EXAMPLES

_SECTIONS: Final = frozenset(
    ["name", "runtime", "description", "config", "plugins", "resources", "variables", "outputs"]
)
_OPTIONS: Final = frozenset(
    [
        "additionalSecretOutputs",
        "aliases",
        "customTimeouts",
        "deleteBeforeReplace",
        "deletedWith",
        "dependsOn",
        "ignoreChanges",
        "import",
        "parent",
        "protect",
        "provider",
        "providers",
        "replaceOnChanges",
        "retainOnDelete",
        "version",
    ]
)
"""The options of a resource, by the documentation of Pulumi YAML."""
_PROVIDER: Final = f"pulumi:providers:{native.TYPE_PREFIX.partition(':')[0]}"
_EXPRESSION: Final = re.compile(r"\$\{(\w+)(?:\.(\w+))?")
_COMPUTED: Final = [
    {"type": "string", "pattern": r"^\$\{"},
    {"type": "object", "propertyNames": {"pattern": "^fn::"}, "minProperties": 1},
]
"""The forms of a value that the engine computes."""


def examples_in_typescript() -> list[str]:
    """Return the examples of the schema in TypeScript."""
    return [example.typescript for example in EXAMPLES.values()]


def problems(program: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is wrong with a program: unknown sections, types, properties, options, functions, names and outputs."""
    yield from (f"Pulumi YAML has no section {name}" for name in program.keys() - _SECTIONS)
    for name, resource in program.get("resources", {}).items():
        yield from (f"{name}: {problem}" for problem in _problems_of(resource))
    for call in _calls(program):
        yield from _of_call(call)
    yield from _of_expressions(program)


def _problems_of(resource: Mapping[str, Any]) -> Iterator[str]:
    yield from (
        f"a resource has no {key}" for key in resource.keys() - {"type", "properties", "options", "get", "name"}
    )
    yield from (f"there is no option {key}" for key in resource.get("options", {}).keys() - _OPTIONS)
    spec = _spec(resource.get("type", ""))
    if spec is None:
        yield f"the schema has no type {resource.get('type')}"
        return
    yield from _against(spec["inputProperties"], spec.get("requiredInputs", []), resource.get("properties", {}))


def _spec(name: str) -> Any:
    """Return what the schema has for a type, or None."""
    return native.schema()["provider"] if name == _PROVIDER else native.schema()["resources"].get(_token(name))


def _token(name: str) -> str:
    return native.token(name.partition(":")[2]) if name.count(":") == 1 else name


def _calls(value: object) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, Mapping):
        if "fn::invoke" in value:
            yield value["fn::invoke"]
        yield from (call for each in value.values() for call in _calls(each))
    elif isinstance(value, list):
        yield from (call for each in value for call in _calls(each))


def _of_call(call: Mapping[str, Any]) -> Iterator[str]:
    spec = native.schema()["functions"].get(_token(call["function"]))
    if spec is None:
        yield f"the schema has no function {call['function']}"
        return
    inputs = spec.get("inputs", {})
    yield from _against(inputs.get("properties", {}), inputs.get("required", []), call.get("arguments", {}))


def _of_expressions(program: Mapping[str, Any]) -> Iterator[str]:
    resources = program.get("resources", {})
    for name, output in _EXPRESSION.findall(str(program)):
        if name not in {*resources, *program.get("variables", {}), *program.get("config", {}), "pulumi"}:
            yield f"nothing is called {name}"
        elif name in resources and output:
            outputs = (_spec(resources[name].get("type", "")) or {}).get("properties", {})
            if output not in {*outputs, "id", "urn"}:
                yield f"{name} has no output {output}"


def _against(properties: Mapping[str, Any], required: list[str], value: Any) -> Iterator[str]:
    rule = _rule({"type": "object", "properties": properties, "required": required}) | {"$defs": _definitions()}
    for error in Draft202012Validator(rule).iter_errors(value):
        yield f"{'.'.join(map(str, error.absolute_path))}: {error.message}".lstrip(": ")


@functools.cache
def _definitions() -> dict[str, Any]:
    return {name.replace(":", "-"): _rule(spec) for name, spec in native.schema()["types"].items()}


def _rule(spec: Mapping[str, Any]) -> dict[str, Any]:
    """Return the JSON schema of a type of Pulumi's, as which an expression is accepted everywhere."""
    if reference := spec.get("$ref"):
        return {"$ref": f"#/$defs/{reference.rpartition('/')[2].replace(':', '-')}"}
    rule: dict[str, Any] = {"type": spec["type"]}
    if "enum" in spec:
        rule["enum"] = [each["value"] for each in spec["enum"]]
    if "items" in spec:
        rule["items"] = _rule(spec["items"])
    if "properties" in spec:
        rule |= {"properties": {name: _rule(each) for name, each in spec["properties"].items()}}
        rule |= {"additionalProperties": False, "required": [*spec.get("required", [])]}
    elif "additionalProperties" in spec:
        rule["additionalProperties"] = _rule(spec["additionalProperties"])
    return {"anyOf": [*_COMPUTED, rule]}
