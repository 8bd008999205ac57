"""
Values that break the service model: all of them at once, each at its property.

No reason repeats the value: nothing here knows whether it is a secret.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import datetime
from typing import Any, Final

import attrs

from pulumi_ivschat.model import arns
from pulumi_ivschat.model.service_model import Shape, snake_case

_IN_WORDS: Final = {
    "BucketName": "the name of an S3 bucket, not its ARN: lower-case letters, digits, - and dots",
    "DeliveryStreamName": "the name of a Firehose stream, not its ARN: letters, digits and _ . -",
    "LogGroupName": "the name of a log group, not its ARN: letters, digits and . - _ / #",
    "LoggingConfigurationName": "made of letters, digits, - and _",
    "Region": "a region such as us-west-2",
    "RoomName": "made of letters, digits, - and _",
    "TagKey": "made of letters, digits, spaces and _ . : / = + - @, and not begin with aws:, which AWS keeps",
    "TagValue": "made of letters, digits, spaces and _ . : / = + - @",
}


class _Unknown:
    """A value that a preview cannot know yet: it satisfies every constraint and equals nothing."""

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = _Unknown()

# How the engine writes unknown values, in messages and states (sdk/go/common/resource/plugin/rpc.go).
UNKNOWN_STRING: Final = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
UNKNOWN_FORMS: Final = frozenset(
    {
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
        UNKNOWN_STRING,
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
        "030794c1-ac77-496b-92df-f27374a8bd58",
        "e48ece36-62e2-4504-bad9-02848725956a",
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
    }
)
"""Of each kind: boolean, number, string, array, asset, archive, object."""


@attrs.frozen
class Failure:
    """A value that breaks the service model: where (a property path), why, and whether it is only too large."""

    property: str
    reason: str
    too_large: bool = False

    def __str__(self) -> str:
        return f"{self.property} {self.reason}".strip()


@attrs.frozen
class Naming:
    """
    The names of a structure's members.

    Attributes:
        key: returns a member's key in the value.
        shown: returns a member's name as the value's author writes it.
    """

    key: Callable[[str], str]
    shown: Callable[[str], str]


PYTHON_NAMES: Final = Naming(snake_case, snake_case)
API_NAMES: Final = Naming(str, str)


def failures(inner: Shape, value: Any, path: str = "", names: Naming = PYTHON_NAMES) -> Iterator[Failure]:
    """
    Find everything in *value* that breaks *inner*, nested too; what is `UNKNOWN` passes.

    *path* is the property that the value belongs to; *names* are those of members in it. Patterns are full matches, lengths
    count code points. No reason repeats the value: nothing here knows whether it is a secret.
    """
    if value is UNKNOWN:
        return
    if not _is_of(inner.type, value):
        yield Failure(path, f"must be {_WORDS[inner.type]}, not {_kind_of(value)}")
    else:
        yield from _CHECKS[inner.type](inner, value, path, names)


def is_of_type(inner: Shape, value: Any) -> bool:
    """
    Return whether a value in a state is of the type of a shape, nested too, with members in snake_case.

    Limits and patterns do not matter, nor do members that the shape does not have.
    """
    if value is UNKNOWN:
        return True
    if not _is_of(inner.type, value):
        return False
    if inner.type == "structure":
        members = {snake_case(member): shape for member, shape in inner.members.items()}
        return all(
            is_of_type(members[name], item) for name, item in value.items() if name in members and item is not None
        )
    items = value.values() if inner.type == "map" else value if inner.type == "list" else ()
    return inner.item is None or all(is_of_type(inner.item, item) for item in items)


def _is_of(kind: str, value: Any) -> bool:
    return isinstance(value, _PYTHON_TYPES[kind]) and (kind == "boolean" or not isinstance(value, bool))


def unknown_property(name: str, known: Collection[str], path: str = "") -> Failure:
    """Return the failure of a property, in the structure at *path*, that is not one of the *known* ones."""
    return Failure(_joined(path, name), f"is not a property here; {_meant(name, known)}")


def validate(
    inner: Shape, value: Any, name: str, error: Callable[[str], Exception], names: Naming = PYTHON_NAMES
) -> None:
    """
    Raise the *error* that is made from everything in *value*, which people know as *name*, that breaks *inner*.

    *names* are those of members in it.
    """
    if problems := "; ".join(map(str, failures(inner, value, name, names))):
        raise error(problems)


def _string_failures(inner: Shape, value: str, path: str, _: Naming) -> Iterator[Failure]:
    if inner.choices:
        if value not in inner.choices:
            capitals = ", in capitals" if value.upper() in inner.choices else ""
            yield Failure(path, f"must be {' or '.join(inner.choices)}{capitals}")
        return
    wrong_size = list(_size_failures(inner, len(value), path, "characters"))
    yield from wrong_size
    if inner.pattern and not wrong_size and not inner.pattern.fullmatch(value):
        form = _IN_WORDS.get(inner.name) or f"in the form {inner.pattern.pattern.lstrip('$|^')}"
        yield Failure(path, arns.fault(inner.name, value) or f"must be {form}")


def _integer_failures(inner: Shape, value: float, path: str, _: Naming) -> Iterator[Failure]:
    if value != value // 1:
        yield Failure(path, "must be a whole number")
        return
    yield from _size_failures(inner, int(value), path)


def _list_failures(inner: Shape, value: list[Any], path: str, names: Naming) -> Iterator[Failure]:
    yield from _size_failures(inner, len(value), path, "items")
    for index, item in enumerate(value):
        if inner.item is not None:
            yield from failures(inner.item, item, f"{path}[{index}]", names)


def _map_failures(inner: Shape, value: Mapping[str, Any], path: str, names: Naming) -> Iterator[Failure]:
    yield from _size_failures(inner, len(value), path, "entries")
    if inner.total is not None and (size := _bytes(value)) > inner.total:
        reason = f"must be at most {inner.total} bytes in all, keys and values together, not {size}"
        yield Failure(path, reason, too_large=True)
    for key, item in value.items():
        if inner.key is not None:
            yield from failures(inner.key, key, f"{_joined(path, key)} (the key)", names)
        if inner.item is not None:
            yield from failures(inner.item, item, _joined(path, key), names)


def _bytes(strings: Mapping[str, Any]) -> int:
    known = [text for pair in strings.items() for text in pair if isinstance(text, str)]
    return sum(len(text.encode(errors="surrogatepass")) for text in known)


def _structure_failures(inner: Shape, value: Mapping[str, Any], path: str, names: Naming) -> Iterator[Failure]:
    members = {names.key(member): member for member in inner.members}
    for member in inner.required:
        if value.get(names.key(member)) is None:
            yield Failure(_joined(path, names.shown(member)), "is required")
    for name, item in value.items():
        if name not in members:
            yield unknown_property(name, _shown(inner, names), path)
        elif item is not None:
            member = members[name]
            yield from failures(inner.members[member], item, _joined(path, names.shown(member)), names)
    if inner.union and members.keys() >= value.keys() and not _may_be_one([value.get(name) for name in members]):
        yield Failure(path, f"must have exactly one of {', '.join(_shown(inner, names))}")


def _shown(structure: Shape, names: Naming) -> list[str]:
    return [names.shown(member) for member in structure.members]


def _may_be_one(values: list[Any]) -> bool:
    """Return whether exactly one of these is given, or may turn out to be; what is unknown may turn out to be None."""
    given = sum(value is not None and value is not UNKNOWN for value in values)
    return given == 1 or (given == 0 and UNKNOWN in values)


def _meant(name: str, members: Collection[str]) -> str:
    import difflib  # noqa: PLC0415  only an error needs it

    close = difflib.get_close_matches(name, members, n=1)
    return f"did you mean {close[0]}?" if close else f"there are {', '.join(members)}"


def _size_failures(inner: Shape, size: int, path: str, unit: str = "") -> Iterator[Failure]:
    """Compare a length, in a *unit*, with its limits, or a number, which is the value itself and is not shown."""
    counted, found = (f" {unit}", f", not {size}") if unit else ("", "")
    if inner.minimum is not None and size < inner.minimum:
        yield Failure(path, f"must be at least {inner.minimum}{counted}{found}")
    if inner.maximum is not None and size > inner.maximum:
        yield Failure(path, f"must be at most {inner.maximum}{counted}{found}", too_large=True)


_PLAIN: Final = re.compile(r"\w+")


def _joined(path: str, name: str) -> str:
    if not _PLAIN.fullmatch(name):
        return f"{path}[{json.dumps(name, ensure_ascii=False)}]"
    return f"{path}.{name}" if path else name


def _kind_of(value: Any) -> str:
    """Name the type of a value, which may be a secret."""
    kinds = ((type(None), "null"), (bool, "a boolean"), (str, "a string"), ((int, float), "a number"), (list, "a list"))
    return next((kind for types, kind in kinds if isinstance(value, types)), "an object")


_PYTHON_TYPES: Final[Mapping[str, Any]] = {
    "boolean": bool,
    "string": str,
    "integer": (int, float),
    "list": list,
    "map": Mapping,
    "structure": Mapping,
    "timestamp": (str, datetime),
}

_WORDS: Final[Mapping[str, str]] = {
    "boolean": "true or false",
    "string": "a string",
    "integer": "a whole number",
    "list": "a list",
    "map": 'a map of strings, such as {"team": "chat"}',
    "structure": "an object",
    "timestamp": "a time",
}

_CHECKS: Final[Mapping[str, Callable[[Shape, Any, str, Naming], Iterator[Failure]]]] = {
    "boolean": lambda *_: iter(()),
    "string": _string_failures,
    "integer": _integer_failures,
    "list": _list_failures,
    "map": _map_failures,
    "structure": _structure_failures,
    "timestamp": lambda *_: iter(()),
}
