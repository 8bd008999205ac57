"""What an ARN names, and how to say that a value is not the ARN that it should be."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

_ROOM: Final = "room", "a room ARN", "arn:aws:ivschat:REGION:ACCOUNT:room/ID"
_LOGGING: Final = (
    "logging configuration",
    "a logging configuration ARN",
    "arn:aws:ivschat:REGION:ACCOUNT:logging-configuration/ID",
)

_WANTED: Final[Mapping[str, tuple[str, str, str]]] = {
    "RoomArn": _ROOM,
    "RoomIdentifier": _ROOM,
    "LoggingConfigurationArn": _LOGGING,
    "LoggingConfigurationIdentifier": _LOGGING,
    "ResourceArn": ("", "the ARN of a room or a logging configuration", _ROOM[-1]),
    "LambdaArn": ("function", "a Lambda function ARN", "arn:aws:lambda:REGION:ACCOUNT:function:NAME"),
}
"""By shape of the service model: the resource, its ARN, and the form of that ARN."""

_ID: Final = "an id"
_NAME: Final = "a name"

_KINDS: Final[Mapping[str, str]] = {
    r"\s+arn:.*|arn:.*\s+": "an ARN with white space around it",
    r"arn:aws:ivschat:[a-z0-9-]+:\d+:room/[a-zA-Z0-9-]+": "a room ARN",
    r"arn:aws:ivschat:[a-z0-9-]+:\d+:logging-configuration/[a-zA-Z0-9-]+": "a logging configuration ARN",
    r"arn:aws:ivschat:.*": "an incomplete ARN of IVS Chat",
    r"arn:aws:ivs:[^:]*:[^:]*:stage/.*": "an IVS stage ARN",
    r"arn:aws:ivs:.*": "an IVS channel ARN",
    r"arn:aws:lambda:[a-z0-9-]+:\d{12}:function:.+": "a Lambda function ARN",
    r"arn:aws:lambda:.*": "an incomplete Lambda ARN",
    r"arn:aws-[a-z-]+:.*": "an ARN of another AWS partition",
    r"arn:.*": "an ARN of another service",
    r"[a-z][a-z0-9+.-]*://.*": "a URL",
    r"Calling __str__ on an Output.*": "a Pulumi output that was converted to a string",
    r"[a-zA-Z0-9]{12}": _ID,
    r"[\w-]+": _NAME,
}
"""By regular expression, the first that matches: what a value looks like. No kind shows a part of the value."""


def kind_of(value: str) -> str | None:
    """Return what a value looks like, such as "a URL"; None if it looks like nothing that people have for an ARN."""
    return next((kind for form, kind in _KINDS.items() if re.fullmatch(form, value, re.DOTALL)), None)


def is_id(value: str) -> bool:
    """Return whether a value looks like the id of a room, the last part of its ARN."""
    return kind_of(value) == _ID


def fault(shape: str, value: str) -> str | None:
    """Return why *value* is not the ARN that a *shape* of the service model is; None if that shape is not an ARN."""
    if shape not in _WANTED:
        return None
    resource, wanted, form = _WANTED[shape]
    kind = kind_of(value)
    if resource and kind in {_ID, _NAME}:
        kind = f"a {resource} {kind.split()[-1]}"
    looks = f" (it looks like {kind})" if kind else ""
    return f"is not {wanted}{looks}; it must be in the form {form}"
