"""
botocore's service model of IVS Chat, as this package uses it.

Names, casing and constraints of every member come from here and are typed nowhere else. The model is read from
botocore's data file, without importing botocore: a preview that changes nothing should not pay for an AWS SDK.

`validation` and `conversion` walk its shapes.
"""

from __future__ import annotations

import functools
import gzip
import importlib.util
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import attrs

from pulumi_ivschat.model import arns

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
