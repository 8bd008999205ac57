"""Reading what another tool manages: from a file, or from a stack of the same state backend."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, TypeAlias

from pulumi_ivschat.errors import SettingsError
from pulumi_ivschat.stacks import engine
from pulumi_ivschat.stacks.other_tools import cloudformation, pulumi_state, terraform
from pulumi_ivschat.stacks.other_tools.inventory import Inventory

_Document: TypeAlias = Mapping[str, Any]
_TOOLS: Final[Sequence[tuple[Callable[[_Document], bool], Callable[[_Document, str], Inventory]]]] = (
    (terraform.recognizes, terraform.read),
    (cloudformation.recognizes, cloudformation.read),
    (pulumi_state.recognizes, pulumi_state.read),
)
_SUFFIXES: Final = (".json", ".tfstate")
"""The ends of names that are those of files, and not of stacks."""
_FORMS: Final = """\
Write it with one of these, and name the file:
`terraform state pull`; `pulumi stack export`; `aws cloudformation list-stack-resources --stack-name STACK`."""


def inventory(named: str, stack: engine.Stack) -> Inventory:
    """
    Return the inventory of a file, or of the other Pulumi stack that is *named*, in the backend of *stack*.

    Raises SettingsError if it cannot be read, is of an unknown form, is not finished, or has no resources of IVS Chat.
    """
    path = Path(named)
    is_file = path.is_file() or path.suffix in _SUFFIXES
    found = _of_file(path) if is_file else _of_stack(named, stack)
    if not found.entries:
        msg = f"{found.place} has no rooms or logging configurations of IVS Chat"
        raise SettingsError(msg, remedy="\n".join(found.notes))
    return found


def _of_file(path: Path) -> Inventory:
    document = _document(path)
    for recognizes, read in _TOOLS:
        if recognizes(document):
            return read(document, str(path))
    msg = f"{path} is not a state of Terraform or Pulumi, nor a list of a CloudFormation stack's resources"
    raise SettingsError(msg, remedy=_FORMS)


def _document(path: Path) -> _Document:
    """Return the object in a file, in any encoding of JSON: PowerShell writes UTF-16."""
    try:
        document = json.loads(path.read_bytes())
    except OSError as error:
        msg = f"{path}: {error.strerror}"
        raise SettingsError(msg) from None
    except (ValueError, RecursionError):
        msg = f"{path} is not JSON"
        raise SettingsError(msg, remedy=_FORMS) from None
    return document if isinstance(document, dict) else {}


def _of_stack(name: str, stack: engine.Stack) -> Inventory:
    other = engine.Stack(stack.directory, stack.project, name)
    try:
        exported = other.exported()
    except SettingsError as error:
        if Path(name).is_dir():
            msg = f"{name} is a directory, and not the name of a Pulumi stack"
            raise SettingsError(msg, remedy=_FORMS) from None
        msg = f"{name} is not a file, and reading it as a Pulumi stack failed: {error.message}"
        raise SettingsError(msg, remedy="`pulumi stack ls --all` lists the stacks.") from None
    return pulumi_state.read(exported, f"the stack {name}", name)
