"""
ARNs: reading the parts of one, and explaining why a value is not the ARN that it should be.

`RESOURCES` is the only list of the types that AWS gives an ARN; the names of their operations and ARNs follow from it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

import attrs

from pulumi_ivschat.errors import SettingsError

RESOURCES: Final[Mapping[str, str]] = {"LoggingConfiguration": "logging-configuration", "Room": "room"}
"""The resource types that have an ARN, and how an ARN spells each."""


def _form(resource: str) -> str:
    return rf"arn:aws:ivschat:[a-z0-9-]+:[0-9]+:{resource}/[a-zA-Z0-9-]+"


FORM: Final = _form(f"({'|'.join(RESOURCES.values())})")
"""The regular expression that the ARN of any of these resources matches; AWS's own matches no ARN that exists."""

_REGION, _ACCOUNT, _RESOURCE = 3, 4, 5
"""Their places in an ARN."""
_FUNCTION: Final = (
    r"arn:[a-z-]+:lambda:(?P<region>[a-z0-9-]+):(?P<account>[0-9]{12}):function:(?P<name>[^:]+)(:(?P<qualifier>.+))?"
)


@attrs.frozen
class FunctionArn:
    """The parts of a Lambda function's ARN; *qualifier* is a version or an alias."""

    region: str
    account: str
    name: str
    qualifier: str | None = None

    @classmethod
    def parse(cls, arn: Any) -> FunctionArn | None:
        """Return the parts of an ARN, or None if it is not the ARN of a function."""
        found = re.fullmatch(_FUNCTION, arn) if isinstance(arn, str) else None
        return cls(**found.groupdict()) if found else None


def region_of(arn: str, name: str | None = None) -> str:
    """Return the region in the ARN of a resource type such as `Room`, or of any; raise SettingsError for another value."""
    if not re.fullmatch(_form(RESOURCES[name]) if name else FORM, arn):
        msg = f"id {fault(f'{name}Arn' if name else 'ResourceArn', arn)}"
        raise SettingsError(msg)
    return arn.split(":")[_REGION]


def type_of(arn: str) -> str:
    """Return the resource type that an ARN is of, such as `Room`; raise SettingsError if it is of none."""
    region_of(arn)
    resource = arn.split(":")[_RESOURCE].partition("/")[0]
    return next(name for name, spelled in RESOURCES.items() if spelled == resource)


def account_of(arn: Any) -> str | None:
    """Return the account in an ARN of any service, or None if the value has none."""
    parts = arn.split(":") if isinstance(arn, str) else []
    return parts[_ACCOUNT] if len(parts) > _ACCOUNT and parts[_ACCOUNT].isdecimal() else None


def misplaced_function(arn: Any, region: Any, account: str | None = None) -> str | None:
    """
    Return why a room in *region* and *account* cannot use a function, or None if it can or that is not known.

    AWS: the function must be in the same account and region as the room (chat-message-review-handler.html).
    """
    function = FunctionArn.parse(arn)
    if function is None:
        return None
    if isinstance(region, str) and function.region != region:
        return f"must be a Lambda function in the room's region {region}, not in {function.region}"
    if account is not None and function.account != account:
        return f"must be a Lambda function in the room's account {account}, not in {function.account}"
    return None


def _words(name: str) -> str:
    return RESOURCES[name].replace("-", " ")


def _example(name: str) -> str:
    return f"arn:aws:ivschat:REGION:ACCOUNT:{RESOURCES[name]}/ID"


_WANTED: Final[Mapping[str, tuple[str, str, str]]] = {
    **{
        f"{name}{shape}": (_words(name), f"a {_words(name)} ARN", _example(name))
        for name in RESOURCES
        for shape in ("Arn", "Identifier")
    },
    "ResourceArn": (
        "",
        f"the ARN of a {' or a '.join(sorted(map(_words, RESOURCES), reverse=True))}",
        _example("Room"),
    ),
    "LambdaArn": ("function", "a Lambda function ARN", "arn:aws:lambda:REGION:ACCOUNT:function:NAME"),
}
"""By shape of the service model: the resource, its ARN, and the form of that ARN."""

_ID: Final = "an id"
_NAME: Final = "a name"

_KINDS: Final[Mapping[str, str]] = {
    r"\s+arn:.*|arn:.*\s+": "an ARN with white space around it",
    **{_form(resource): f"a {_words(name)} ARN" for name, resource in RESOURCES.items()},
    r"arn:aws:ivschat:.*": "an incomplete ARN of IVS Chat",
    r"arn:aws:ivs:[^:]*:[^:]*:stage/.*": "an IVS stage ARN",
    r"arn:aws:ivs:.*": "an IVS channel ARN",
    r"arn:aws:lambda:[a-z0-9-]+:[0-9]{12}:function:.+": "a Lambda function ARN",
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
