"""The rooms and logging configurations that another tool manages, and their names in this package's stack."""

from __future__ import annotations

import abc
import collections
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, Final

import attrs

from pulumi_ivschat.errors import SettingsError
from pulumi_ivschat.model.arns import FORM, type_of


@attrs.frozen
class Entry:
    """
    A room or logging configuration that another tool manages.

    Attributes:
        arn: its ARN.
        address: how the tool's commands name it: a Terraform address, a URN, a logical id.
        name: its name in the tool, as a resource name.
        enclosing: the names of the modules or components that it is in, from the outside in.
    """

    arn: str
    address: str
    name: str
    enclosing: tuple[str, ...] = ()

    @classmethod
    def of(cls, arn: Any, address: str, name: str, enclosing: tuple[str, ...] = (), *, place: str) -> Entry:
        """Return an entry of a document; raise SettingsError if it has no ARN of IVS Chat."""
        if isinstance(arn, str) and re.fullmatch(FORM, arn):
            return cls(arn, address, name, enclosing)
        msg = f"{place}: {address} does not have the ARN of a room or logging configuration"
        raise SettingsError(msg, remedy="If it was never created, remove it there. Then try again with the new state.")

    @property
    def type(self) -> str:
        """Its resource type, such as `Room`."""
        return type_of(self.arn)


@attrs.frozen(kw_only=True)
class Inventory(abc.ABC):
    """
    What a tool's document has of IVS Chat; each tool has a subclass.

    Attributes:
        place: the document, as messages name it: a file, or a stack.
        entries: the resources, in the document's order.
        notes: sentences about what the document does not have.
        stack: `project/stack` of the Pulumi stack that it is of, "" for other tools.
    """

    place: str
    entries: Sequence[Entry]
    notes: Sequence[str] = ()
    stack: str = ""

    @abc.abstractmethod
    def release_instructions(self, arns: Collection[str]) -> str:
        """Return the instructions with which the tool forgets these resources, and deletes none; lines for a terminal."""

    @abc.abstractmethod
    def forgetting(self, arn: str) -> str:
        """Return what removes a resource from the tool that is gone from the cloud, as an imperative without its full stop."""


def resource_names(entries: Sequence[Entry]) -> dict[str, str]:
    """
    Return the resource name of each ARN, unique for its type: the name that it has in the tool.

    If two have that name, their modules or components come before it. If that does not distinguish them either, the id of the
    resource comes after it. If the document has an ARN twice, its first name counts.
    """
    left = list({entry.arn: entry for entry in reversed(entries)}.values())[::-1]
    names: dict[str, str] = {}
    taken: set[tuple[str, str]] = set()
    for way in _WAYS:
        counts = collections.Counter((entry.type, way(entry)) for entry in left)
        fits = [entry for entry in left if counts[key := (entry.type, way(entry))] == 1 and key not in taken]
        names |= {entry.arn: way(entry) for entry in fits}
        taken |= {(entry.type, way(entry)) for entry in fits}
        left = [entry for entry in left if entry.arn not in names]
    return names


def _own(entry: Entry) -> str:
    return entry.name


def _with_enclosing(entry: Entry) -> str:
    return "-".join((*entry.enclosing, entry.name))


def _with_id(entry: Entry) -> str:
    return f"{_with_enclosing(entry)}-{entry.arn.rpartition('/')[2]}"


_WAYS: Final[Sequence[Callable[[Entry], str]]] = (_own, _with_enclosing, _with_id)


def mapping_in(document: Any, *keys: str) -> Mapping[str, Any]:
    """Return the object under *keys* in a document from elsewhere, an empty one if it is not there."""
    for key in keys:
        document = document.get(key) if isinstance(document, Mapping) else None
    return document if isinstance(document, Mapping) else {}


def objects_in(document: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    """Return the objects in the list under a *key* in a document from elsewhere, none if it is not there."""
    found = document.get(key)
    return [each for each in found if isinstance(each, Mapping)] if isinstance(found, list) else []
