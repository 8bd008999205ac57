"""
botocore's service model of IVS Chat, as this package uses it.

Names, casing and constraints of every member come from here and are typed nowhere else. The model is read from
botocore's data file, without importing botocore: a preview that changes nothing should not pay for an AWS SDK.

Two conversions live here: `to_api` and `from_api`. They walk a shape, so the keys of a map (tags, attributes) stay the
user's own.
"""

from __future__ import annotations

import difflib
import functools
import gzip
import importlib.util
import json
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, Final

import attrs

from pulumi_ivschat import arns

_MODEL: Final = "data/ivschat/2020-07-14/service-2.json.gz"

_ENDPOINTS: Final = "data/endpoints.json"

REGIONS: Final = (
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-south-1",
    "eu-central-1",
    "eu-west-1",
    "us-east-1",
    "us-west-2",
)
"""The regions of IVS Chat; botocore's own list, which `botocore_regions` reads, is in a file that takes long to read."""

_ERRATA: Final = {
    # The published pattern allows one character before the slash, so it matches no ARN that exists.
    "ResourceArn": arns.FORM,
    # AWS's rules for tags in general, which the model names in prose only.
    "TagKey": r"(?![aA][wW][sS]:)[\w .:/=+@-]+",
    "TagValue": r"[\w .:/=+@-]*",
}
_TOTALS: Final[Mapping[str, int]] = {
    # Bytes of all keys and values of a map together, as UTF-8; the model says "1 KB total" in prose.
    "ChatTokenAttributes": 1024,
    "EventAttributes": 1024,
}
_DEFAULTS: Final[Mapping[str, Any]] = {
    # The value that AWS uses if a member is omitted; the model has it in prose.
    "ChatTokenAttributes": {},
    "ChatTokenCapabilities": [],
    "FallbackResult": "ALLOW",
    "LoggingConfigurationIdentifierList": [],
    "LoggingConfigurationName": "",
    "MaxLoggingConfigurationResults": 50,
    "MaxRoomResults": 50,
    "RoomMaxMessageLength": 500,
    "RoomMaxMessageRatePerSecond": 10,
    "RoomName": "",
    "SessionDurationInMinutes": 60,
}
_RATES: Final[Mapping[str, int]] = {
    # By operation, else by the resource type in its name; the model does not have them.
    "CreateChatToken": 200,
    "DeleteMessage": 100,
    "DisconnectUser": 100,
    "ListTagsForResource": 10,
    "SendEvent": 100,
    "TagResource": 10,
    "UntagResource": 10,
    "LoggingConfiguration": 3,
    "Room": 5,
}
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


@attrs.frozen
class Shape:
    """The type of a member: its kind, its constraints, and the shapes inside it."""

    name: str
    type: str
    minimum: int | None = None
    maximum: int | None = None
    total: int | None = None
    pattern: re.Pattern[str] | None = None
    choices: tuple[str, ...] = ()
    members: Mapping[str, Shape] = attrs.field(factory=dict)
    locations: Mapping[str, str] = attrs.field(factory=dict)
    required: tuple[str, ...] = ()
    item: Shape | None = None
    key: Shape | None = None
    union: bool = False
    status: int | None = None
    default: Any = None
    nested: tuple[str, ...] = attrs.field(
        init=False, default=attrs.Factory(lambda self: self._nested(), takes_self=True), repr=False, eq=False
    )
    """Members of a structure that are structures or lists of them."""

    def _nested(self) -> tuple[str, ...]:
        inner = {name: member.item or member for name, member in self.members.items()}
        return tuple(name for name, member in inner.items() if member.type == "structure")

    def defaults(self) -> dict[str, Any]:
        """Return the values that AWS uses for omitted members of a structure, in the API's casing."""
        return {member: inner.default for member, inner in self.members.items() if inner.default is not None}


@attrs.frozen
class Operation:
    """One operation of the control plane: how it travels, and its shapes."""

    name: str
    method: str
    path: str
    status: int
    input: Shape
    output: Shape
    errors: tuple[Shape, ...]

    @property
    def rate(self) -> int:
        """Calls a second that AWS allows an account and region; not adjustable (service-quotas.html of the user guide)."""
        return _RATES.get(self.name) or next(rate for part, rate in _RATES.items() if part in self.name)


@attrs.frozen
class Failure:
    """A value that breaks the service model: where (a property path), why, and whether it is only too large."""

    property: str
    reason: str
    too_large: bool = False

    def __str__(self) -> str:
        return f"{self.property} {self.reason}".strip()


@functools.cache
def snake_case(member: str) -> str:
    """Return the Python name of an API member: `maximumMessageLength` → `maximum_message_length`."""
    return re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", member).lower()


@functools.cache
def operations() -> Mapping[str, Operation]:
    """Return all operations of the control plane by name."""
    return {name: _operation(name, description) for name, description in _model()["operations"].items()}


@functools.cache
def shape(name: str) -> Shape:
    """Return a shape by its name in the model; raise KeyError if there is none."""
    description = _model()["shapes"][name]
    pattern = _ERRATA.get(name, description.get("pattern"))
    members = description.get("members", {})
    return Shape(
        name=name,
        type=description["type"],
        minimum=description.get("min"),
        maximum=description.get("max"),
        total=_TOTALS.get(name),
        pattern=re.compile(pattern) if pattern else None,
        choices=tuple(description.get("enum", ())),
        members={member: shape(target["shape"]) for member, target in members.items()},
        locations={member: target["location"] for member, target in members.items() if "location" in target},
        required=tuple(description.get("required", ())),
        item=_inner(description, "member") or _inner(description, "value"),
        key=_inner(description, "key"),
        union=description.get("union", False),
        status=description.get("error", {}).get("httpStatusCode"),
        default=_DEFAULTS.get(name),
    )


@functools.cache
def botocore_regions() -> tuple[str, ...]:
    """Return the regions that the installed botocore knows for IVS Chat, sorted; reading them takes some 50 ms."""
    partitions = json.loads((_botocore() / _ENDPOINTS).read_bytes())["partitions"]
    services = (partition["services"].get("ivschat", {}) for partition in partitions)
    return tuple(sorted(region for service in services for region in service.get("endpoints", ())))


@functools.cache
def _model() -> dict[str, Any]:
    with gzip.open(_botocore() / _MODEL) as file:
        model: dict[str, Any] = json.load(file)
    return model


def _botocore() -> Path:
    package = importlib.util.find_spec("botocore")
    if package is None or package.origin is None:
        msg = "botocore is not installed: pip install boto3"
        raise ModuleNotFoundError(msg)
    return Path(package.origin).parent


@functools.cache
def words() -> frozenset[str]:
    """Return the words of AWS's own English in the model, and the names of its members, in lower case."""
    return frozenset(re.findall(r"\w+", re.sub(r"<[^>]*>", " ", " ".join(_texts(_model()["shapes"]))).lower()))


def _texts(description: Any) -> Iterator[str]:
    if not isinstance(description, dict):
        return
    for name, value in description.items():
        if name == "documentation":
            yield value
        elif isinstance(value, dict):
            yield from value if name == "members" else ()
            yield from _texts(value)


def _operation(name: str, description: Mapping[str, Any]) -> Operation:
    http = description["http"]
    return Operation(
        name=name,
        method=http["method"],
        path=http["requestUri"],
        status=http["responseCode"],
        input=_inner(description, "input") or _EMPTY,
        output=_inner(description, "output") or _EMPTY,
        errors=tuple(shape(error["shape"]) for error in description.get("errors", ())),
    )


_EMPTY: Final = Shape(name="Empty", type="structure")


def _inner(description: Mapping[str, Any], role: str) -> Shape | None:
    return shape(description[role]["shape"]) if role in description else None


def to_api(structure: Shape, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """
    Convert snake_case inputs into the members of a structure, for a call.

    What the structure does not have, and what is None, is omitted.
    """
    return {
        member: _outward(inner, inputs[snake_case(member)])
        for member, inner in structure.members.items()
        if inputs.get(snake_case(member)) is not None
    }


def from_api(structure: Shape, response: Mapping[str, Any]) -> dict[str, Any]:
    """
    Convert an answer into snake_case outputs that JSON can hold.

    Times become AWS's own form (`2026-01-31T08:00:00.123Z`). What the structure does not have is omitted.
    """
    return {
        snake_case(member): _inward(inner, response[member])
        for member, inner in structure.members.items()
        if response.get(member) is not None
    }


def _outward(inner: Shape, value: Any) -> Any:
    if inner.type == "structure" and isinstance(value, Mapping):
        return to_api(inner, value)
    if inner.type == "list" and inner.item is not None:
        return [_outward(inner.item, item) for item in value]
    if inner.type == "integer":
        return int(value)  # Pulumi's numbers are all floats
    return dict(value) if inner.type == "map" else value


def _inward(inner: Shape, value: Any) -> Any:
    if inner.type == "structure":
        return from_api(inner, value)
    if inner.type == "list" and inner.item is not None:
        return [_inward(inner.item, item) for item in value]
    if inner.type == "map":
        return dict(value)
    return iso8601(value) if isinstance(value, datetime) else value


def iso8601(time: datetime) -> str:
    """Write a time as AWS does: UTC, milliseconds, `Z`."""
    return time.astimezone(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


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
    if not isinstance(value, _PYTHON_TYPES[inner.type]) or (isinstance(value, bool) and inner.type != "boolean"):
        yield Failure(path, f"must be {_WORDS[inner.type]}, not {_kind_of(value)}")
    else:
        yield from _CHECKS[inner.type](inner, value, path, names)


def validate(inner: Shape, value: Any, name: str, error: Callable[[str], Exception]) -> None:
    """Raise the *error* that is made from everything in *value*, which people know as *name*, that breaks *inner*."""
    if problems := "; ".join(map(str, failures(inner, value, name))):
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
    shown = [names.shown(member) for member in inner.members]
    for member in inner.required:
        if value.get(names.key(member)) is None:
            yield Failure(_joined(path, names.shown(member)), "is required")
    for name, item in value.items():
        if name not in members:
            yield Failure(_joined(path, name), f"is not a property here; {_meant(name, shown)}")
        elif item is not None:
            member = members[name]
            yield from failures(inner.members[member], item, _joined(path, names.shown(member)), names)
    if inner.union and members.keys() >= value.keys() and not _may_be_one([value.get(name) for name in members]):
        yield Failure(path, f"must have exactly one of {', '.join(shown)}")


def _may_be_one(values: list[Any]) -> bool:
    """Return whether exactly one of these is given, or may turn out to be; what is unknown may turn out to be None."""
    given = sum(value is not None and value is not UNKNOWN for value in values)
    return given == 1 or (given == 0 and UNKNOWN in values)


def _meant(name: str, members: Collection[str]) -> str:
    close = difflib.get_close_matches(name, members, n=1)
    return f"did you mean {close[0]}?" if close else f"there are {', '.join(members)}"


def _size_failures(inner: Shape, size: int, path: str, unit: str = "") -> Iterator[Failure]:
    """Compare a length, in a *unit*, with its limits, or a number, which is the value itself and is not shown."""
    counted, found = (f" {unit}", f", not {size}") if unit else ("", "")
    if inner.minimum is not None and size < inner.minimum:
        yield Failure(path, f"must be at least {inner.minimum}{counted}{found}")
    if inner.maximum is not None and size > inner.maximum:
        yield Failure(path, f"must be at most {inner.maximum}{counted}{found}", too_large=True)


def _joined(path: str, name: str) -> str:
    if not re.fullmatch(r"\w+", name):
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
