"""
The stories' programs in YAML, so that the native plug-in is held to what the Python front end is held to.

A program in Python runs with resources that only record what they are given, and what they recorded is written as YAML. Printed
lines and states are read with the Python front end's names.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent
from types import SimpleNamespace
from typing import Any, Final

import attrs
import pytest
import yaml

from pulumi_ivschat.lifecycle import RESOURCE_TYPES
from pulumi_ivschat.model import native
from pulumi_ivschat.model.service_model import snake_case
from tests.engine.conftest import Stack

_OPTIONS: Final = (
    "depends_on",
    "protect",
    "ignore_changes",
    "delete_before_replace",
    "retain_on_delete",
    "replace_on_changes",
)


_OUTPUTS_ONLY: Final = re.compile(r" {4}~ \S+ \(refresh\)\n( +\[.*\n)* +--outputs:--\n")


in_both: Final = pytest.mark.parametrize(
    "stack", ["python", pytest.param("yaml", marks=[pytest.mark.long, pytest.mark.nightly])], indirect=True
)
"""Marks a test that runs in both front ends, with the program that it has in Python."""


class NotInYaml(Exception):
    """Raised for a program that YAML cannot express."""


@attrs.frozen
class NativeStack(Stack):
    """A stack whose programs are YAML, and whose resources are the plug-in's."""

    def program(self, source: str) -> Stack:
        """Make the same program in YAML the program."""
        document = {**project(self.directory), **in_yaml(source)}
        (self.directory / "Pulumi.yaml").write_text(yaml.safe_dump(document, sort_keys=False))
        return self

    def validate(self, source: str) -> None:
        """Raise NotInYaml for a program that YAML cannot express."""
        in_yaml(source)

    def tried(self, *arguments: str, environment: Mapping[str, str] | None = None) -> tuple[int, str]:
        """Run the CLI; return its exit code, and its output with Python's names."""
        code, output = super().tried(*arguments, environment=environment)
        return code, output if output.startswith("{") else in_words_of_python(output)

    def unsettled(self, printed: str) -> str:
        """Return what shows that something would change; other people's tags, which are outputs only, are not drift."""
        blocks = re.split(r"^(?= {4}\S)", printed, flags=re.MULTILINE)
        return "".join(block for block in blocks if not _OUTPUTS_ONLY.match(block))

    def outputs(self) -> dict[str, Any]:
        """Return the stack's outputs, with Python's names in them."""
        return {name: _with_names_of_python(value) for name, value in super().outputs().items()}

    def resources(self) -> list[dict[str, Any]]:
        """Return this package's resources as the state has them, with Python's names."""
        return [_as_dynamic(each) for each in super().resources()]

    def plain_resources(self) -> list[dict[str, Any]]:
        """Return the same, secrets in plain text."""
        return [_as_dynamic(each) for each in super().plain_resources()]


def of_stack(stack: Stack) -> NativeStack:
    """Make a new stack one of the plug-in."""
    (stack.directory / "Pulumi.yaml").write_text(project_file("chat"))
    return NativeStack(stack.directory, stack.environment)


def project_file(name: str) -> str:
    """Return the project file of a stack of the plug-in that this interpreter runs."""
    provider = {"name": "ivschat", "path": str(Path(sys.executable).parent)}
    return yaml.safe_dump({"name": name, "runtime": "yaml", "plugins": {"providers": [provider]}})


def project(directory: Path) -> dict[str, Any]:
    """Return a project file without its program."""
    whole = yaml.safe_load((directory / "Pulumi.yaml").read_text())
    return {key: whole[key] for key in ("name", "runtime", "plugins")}


def in_yaml(source: str) -> dict[str, Any]:
    """Return a program in Python as the sections of one in YAML; raise NotInYaml if it cannot be said."""
    recorder = _Recorder()
    exec(compile(dedent(source), "program", "exec"), recorder.names())  # noqa: S102  a test's own program
    return {"resources": recorder.resources, "outputs": recorder.outputs}


_SPECS: Final = [*map(native.resource, RESOURCE_TYPES), *native.schema()["types"].values()]
_NAMES: Final = {name for spec in _SPECS for name in spec.get("properties", {}) if name != name.lower()}
_CAMEL: Final = re.compile(rf"\b({'|'.join(sorted(_NAMES))})\b")
_TYPE: Final = re.compile(rf"\bivschat:index:(?={'|'.join(RESOURCE_TYPES)})")


def in_words_of_python(text: str) -> str:
    """Return what the engine printed with the names of properties and types that the Python front end has."""
    named = _CAMEL.sub(lambda found: snake_case(found[1]), text)
    return _TYPE.sub("pulumi-python:dynamic/ivschat:", named)


def _with_names_of_python(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {in_words_of_python(key): _with_names_of_python(item) for key, item in value.items()}
    return value


def _as_dynamic(resource: Mapping[str, Any]) -> dict[str, Any]:
    if not resource["type"].startswith("ivschat:"):
        return dict(resource)
    name = resource["type"].rpartition(":")[2]
    bags = {
        bag: native.inward(resource.get(bag, {}), native.resource(name))
        for bag in ("inputs", "outputs")
        if bag in resource
    }
    return {
        **resource,
        **bags,
        "type": in_words_of_python(resource["type"]),
    }


class _Reference(str):
    """A value that another resource has: `${lobby.arn}`."""

    __slots__ = ()

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if name in {"apply", "timeout_seconds"}:
            msg = f"`{name}` of a resource"
            raise NotInYaml(msg)
        return _Reference(f"{self[:-1]}.{native.camel_case(name)}}}")

    def __getitem__(self, key: Any) -> Any:
        return super().__getitem__(key) if isinstance(key, (int, slice)) else _Reference(f'{self[:-1]}["{key}"]}}')


@attrs.define
class _Recorder:
    """Resources and outputs that a program declares."""

    resources: dict[str, Any] = attrs.field(factory=dict)
    outputs: dict[str, Any] = attrs.field(factory=dict)

    def names(self) -> dict[str, Any]:
        """Return what a program finds: the package's names, and `pulumi`."""
        types = {name: self._type(name) for name in RESOURCE_TYPES}
        output = SimpleNamespace(secret=lambda value: {"fn::secret": _plain(value)})
        pulumi = SimpleNamespace(export=self._export, ResourceOptions=lambda **given: given, Output=output)
        return {**types, "pulumi": _Refusing(pulumi), "__builtins__": __builtins__, "__name__": "__main__"}

    def _export(self, name: str, value: Any) -> None:
        self.outputs[name] = _plain(value)

    def _type(self, name: str) -> Any:
        def declare(resource_name: str, opts: Any = None, **arguments: Any) -> _Reference:
            spec = native.resource(name)
            given = {key: _plain(value) for key, value in arguments.items() if value is not None}
            options = _options(opts, given.pop("timeout_seconds", None))
            entry = {"type": f"ivschat:{name}", "properties": native.outward(given, spec), "options": options}
            return self._add(resource_name, {key: value for key, value in entry.items() if value})

        def get(resource_name: str, arn: Any, opts: Any = None) -> _Reference:
            del opts
            return self._add(resource_name, {"type": f"ivschat:{name}", "get": {"id": _plain(arn)}})

        return type(
            name, (), {"__new__": lambda _, *args, **kwargs: declare(*args, **kwargs), "get": staticmethod(get)}
        )

    def _add(self, name: str, entry: Mapping[str, Any]) -> _Reference:
        self.resources[name] = dict(entry)
        return _Reference(f"${{{name}}}")


class _Refusing:
    """The part of `pulumi` that YAML has."""

    def __init__(self, names: SimpleNamespace) -> None:
        self._names = names

    def __getattr__(self, name: str) -> Any:
        try:
            return getattr(self._names, name)
        except AttributeError:
            raise NotInYaml(name) from None


def _options(opts: Mapping[str, Any] | None, timeout: Any) -> dict[str, Any]:
    given = dict(opts or {})
    if unknown := given.keys() - set(_OPTIONS):
        raise NotInYaml(", ".join(unknown))
    options = {native.camel_case(name): _plain(value) for name, value in given.items()}
    for name in ("ignoreChanges", "replaceOnChanges"):
        if name in options:
            options[name] = [native.camel_case(each) for each in options[name]]
    limits = {"customTimeouts": dict.fromkeys(("create", "update", "delete"), f"{timeout}s")} if timeout else {}
    return {**options, **limits}


def _plain(value: Any) -> Any:
    """Return a value as YAML writes it."""
    if isinstance(value, str):
        return str(value)
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if value is None or isinstance(value, (bool, int, float)):
        return value
    msg = f"a {type(value).__name__}"
    raise NotInYaml(msg)
