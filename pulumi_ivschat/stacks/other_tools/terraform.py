"""
Terraform and OpenTofu: a state (version 4, as `terraform state pull` prints it), or what `terraform show -json` prints.

Terraform's sources have the form of a state (internal/states/statefile/version4.go) and how an address spells an instance key
(internal/addrs/instance_key.go). The AWS provider uses the ARN as id of both types (internal/service/ivschat).
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

import attrs

from pulumi_ivschat.errors import SettingsError
from pulumi_ivschat.stacks.other_tools.inventory import Entry, Inventory, mapping_in, objects_in

_TYPES: Final = ("aws_ivschat_room", "aws_ivschat_logging_configuration")
_MARKS: Final = ("terraform_version", "lineage", "format_version", "encryption_version", "backend")
_VERSION: Final = 4
_OPENTOFU: Final = "registry.opentofu.org/"
"""What the providers of a state begin with that OpenTofu has written."""
_NAMES: Final = {"terraform": "Terraform", "tofu": "OpenTofu"}
_PULL: Final = "Write the state with `terraform state pull > state.json`, and name that file."

_ESCAPES: Final = {"\n": r"\n", "\r": r"\r", "\t": r"\t", '"': r"\"", "\\": r"\\"}
_LAST_OF_A_PLANE: Final = 0xFFFF
_STEP: Final = re.compile(r'module\.([^.\[]+)(?:\[(?:(\d+)|"((?:[^"\\]|\\.)*)")\])?')
_KEY: Final = re.compile(r'\[(?:\d+|"(?:[^"\\]|\\.)*")\]')


@attrs.frozen(kw_only=True)
class TerraformState(Inventory):
    """The inventory of a state; *program* is the command, `terraform` or `tofu`."""

    program: str

    def release_instructions(self, arns: Collection[str]) -> str:
        """Return the command that removes these from the state, and the blocks that do the same."""
        addresses = [shlex.quote(entry.address) for entry in self.entries if entry.arn in arns]
        return "\n".join(
            [
                f"Then let {_NAMES[self.program]} go of them. Run this in its directory and workspace:",
                " \\\n    ".join([f"{self.program} state rm", *addresses]),
                f"Before the next `{self.program} apply`, remove their blocks from its code.",
                "An apply in between would create them a second time; without the command, it would delete them.",
                *self._alternative(arns),
            ]
        )

    def _alternative(self, arns: Collection[str]) -> list[str]:
        """Return the `removed` blocks, each of which removes all instances of a resource; none if one of these stays."""
        addresses = dict.fromkeys(_configured(entry.address) for entry in self.entries if entry.arn in arns)
        if any(_configured(entry.address) in addresses for entry in self.entries if entry.arn not in arns):
            return []
        intro = f"Or replace the blocks by these, and run `{self.program} apply` ({self.program} 1.7 or later):"
        return [intro, *(_removed(address, self.program) for address in addresses)]

    def forgetting(self, arn: str) -> str:
        """Return the command with which the state forgets a resource that is gone."""
        addresses = " ".join(shlex.quote(entry.address) for entry in self.entries if entry.arn == arn)
        return f"run `{self.program} state rm {addresses}`"


def recognizes(document: Mapping[str, Any]) -> bool:
    """Return whether a document is one of Terraform's or OpenTofu's."""
    return any(mark in document for mark in _MARKS)


def read(document: Mapping[str, Any], place: str) -> TerraformState:
    """Return the inventory of a document; raise SettingsError if it is not a state that can be read."""
    _validate(document, place)
    instances = [each for each in _instances(document) if each.type in _TYPES and each.is_managed]
    program = "tofu" if any(_OPENTOFU in each.provider for each in instances) else "terraform"
    if deposed := [each.address for each in instances if each.is_deposed]:
        msg = f"{place}: {_NAMES[program]} has not yet deleted a former object of {', '.join(deposed)}"
        raise SettingsError(msg, remedy=f"Let `{program} apply` delete it. Then write the file again.")
    entries = [Entry.of(each.arn, each.address, each.resource_name, each.modules, place=place) for each in instances]
    return TerraformState(place=place, entries=entries, program=program)


def _validate(document: Mapping[str, Any], place: str) -> None:
    if "encryption_version" in document:
        msg = f"{place} is encrypted by OpenTofu"
        raise SettingsError(msg, remedy="Write the state with `tofu state pull > state.json`, and name that file.")
    if "planned_values" in document:
        msg = f"{place} is a plan, not a state"
        raise SettingsError(msg, remedy=_PULL)
    if "backend" in document and "resources" not in document:
        msg = f"{place} only names the backend that Terraform keeps the state in"
        raise SettingsError(msg, remedy=_PULL)
    if "format_version" not in document and document.get("version") != _VERSION:
        msg = f"{place} is a Terraform state of version {document.get('version')!r}, not {_VERSION}"
        raise SettingsError(msg, remedy=f"Use Terraform 0.12 or later. {_PULL}")


@attrs.frozen
class _Instance:
    """An instance of a resource, in either form of the document; *module* is the address of its module, or ""."""

    module: str
    type: str
    name: str
    key: Any
    attributes: Mapping[str, Any] = attrs.field(repr=False)
    provider: str
    is_managed: bool
    is_deposed: bool

    @property
    def arn(self) -> Any:
        return self.attributes.get("arn") or self.attributes.get("id")

    @property
    def address(self) -> str:
        resource = ".".join(filter(None, (self.module, self.type, self.name)))
        if self.key is None:
            return resource
        return f"{resource}[{_quoted(self.key) if isinstance(self.key, str) else self.key}]"

    @property
    def resource_name(self) -> str:
        return _joined(self.name, "" if self.key is None else str(self.key))

    @property
    def modules(self) -> tuple[str, ...]:
        return tuple(_joined(name, number or key) for name, number, key in _STEP.findall(self.module))


def _instances(document: Mapping[str, Any]) -> Iterator[_Instance]:
    if "format_version" in document:
        yield from _shown(mapping_in(document, "values", "root_module"))
    for resource in objects_in(document, "resources"):
        for instance in objects_in(resource, "instances"):
            yield _Instance(
                module=str(resource.get("module", "")),
                type=str(resource.get("type")),
                name=str(resource.get("name")),
                key=instance.get("index_key"),
                attributes=mapping_in(instance, "attributes"),
                provider=str(resource.get("provider")),
                is_managed=resource.get("mode") == "managed",
                is_deposed="deposed" in instance,
            )


def _shown(module: Mapping[str, Any]) -> Iterator[_Instance]:
    """Yield the instances of a module and those inside it, as `terraform show -json` has them."""
    for resource in objects_in(module, "resources"):
        yield _Instance(
            module=str(module.get("address", "")),
            type=str(resource.get("type")),
            name=str(resource.get("name")),
            key=resource.get("index"),
            attributes=mapping_in(resource, "values"),
            provider=str(resource.get("provider_name")),
            is_managed=resource.get("mode") == "managed",
            is_deposed="deposed_key" in resource,
        )
    for child in objects_in(module, "child_modules"):
        yield from _shown(child)


def _quoted(key: str) -> str:
    """Return a key as a string of Terraform's language, which is how an address spells it."""
    escaped = "".join(_ESCAPES.get(each) or (each if each.isprintable() else _escape(each)) for each in key)
    return '"' + re.sub(r"([$%])(?=\{)", r"\1\1", escaped) + '"'


def _escape(character: str) -> str:
    code = ord(character)
    return f"\\u{code:04x}" if code <= _LAST_OF_A_PLANE else f"\\U{code:08x}"


def _joined(name: str, key: str) -> str:
    """Return a name with the key of an instance, of the characters that a room's name may have."""
    return "-".join(filter(None, (name, re.sub(r"[^A-Za-z0-9_-]+", "-", key).strip("-"))))


def _configured(address: str) -> str:
    """Return the address of a resource in the code, of which an instance has the *address*."""
    return _KEY.sub("", address)


def _removed(address: str, program: str) -> str:
    # OpenTofu's block keeps the object by default, and has `lifecycle` from version 1.10 only.
    lifecycle = [] if program == "tofu" else ["  lifecycle {", "    destroy = false", "  }"]
    return "\n".join(["removed {", f"  from = {address}", *lifecycle, "}"])
