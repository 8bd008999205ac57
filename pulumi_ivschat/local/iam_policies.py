"""
Identity-based IAM policies, and what they say about a request: denied wins, and what nothing allows is not allowed.

Versions, elements, operators and condition keys that are not known here are refused, never omitted. A statement that is
about no action of IVS Chat shows nothing here, and may hold anything: a policy may be about other services too.
"""

from __future__ import annotations

import enum
import functools
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import attrs

from pulumi_ivschat.local import iam_conditions
from pulumi_ivschat.local.iam_conditions import Condition, Context, like
from pulumi_ivschat.model.service_model import operations

_VERSIONS: Final = ("2012-10-17", "2008-10-17")
_POLICY: Final = ("Version", "Id", "Statement")
_STATEMENT: Final = ("Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Condition")
_FORM: Final = "KEY_ID=FILE"


class Decision(enum.Enum):
    """The verdict of policies on a request, in IAM's words."""

    ALLOWED = "allowed"
    IMPLICIT_DENY = "implicit deny"
    EXPLICIT_DENY = "explicit deny"


@attrs.frozen
class Access:
    """What a request asks for: an action such as `ivschat:GetRoom`, on a resource, in a context."""

    action: str
    resource: str
    context: Context = attrs.field(factory=dict)


@attrs.frozen
class _Statement:
    denies: bool
    on_action: Callable[[str], bool]
    on_resource: Callable[[str], bool]
    conditions: Sequence[Condition]

    def matches(self, access: Access) -> bool:
        """Return whether it is about this access."""
        of_this = self.on_action(access.action.lower()) and self.on_resource(access.resource)
        return of_this and all(condition.holds(access.context) for condition in self.conditions)


@attrs.frozen
class Policy:
    """A policy: its *document* as it was given, and what that says."""

    document: Mapping[str, Any]
    statements: Sequence[_Statement] = attrs.field(repr=False, eq=False)


def decision(policies: Iterable[Policy], access: Access) -> Decision:
    """Return what policies together say about a request."""
    found = [each for policy in policies for each in policy.statements if each.matches(access)]
    if any(statement.denies for statement in found):
        return Decision.EXPLICIT_DENY
    return Decision.ALLOWED if found else Decision.IMPLICIT_DENY


def from_option(text: str) -> tuple[str, Policy]:
    """Read `KEY_ID=FILE`: an access key's id, and the policy in a file; raise ValueError or OSError."""
    key_id, _, file = text.partition("=")
    if not key_id or not file:
        msg = f"a policy is given as {_FORM}"
        raise ValueError(msg)
    try:
        return key_id, read(json.loads(Path(file).read_bytes()))
    except (ValueError, RecursionError) as error:
        msg = f"{file} holds no policy: {error}"
        raise ValueError(msg) from None


def read(document: Any) -> Policy:
    """Read a policy document; raise ValueError that shows what is wrong with it."""
    _check_elements(document, _POLICY, "the policy")
    # JSON cannot carry these back to a client: NaN, lone surrogates.
    json.dumps(document, allow_nan=False, ensure_ascii=False).encode()
    if document.get("Version", _VERSIONS[0]) not in _VERSIONS:
        msg = f"Version must be one of {', '.join(_VERSIONS)}"
        raise ValueError(msg)
    given = document.get("Statement")
    statements = [given] if isinstance(given, dict) else given
    if not isinstance(statements, list):
        msg = "Statement must be an object, or a list of objects"
        raise ValueError(msg)  # noqa: TRY004 - one kind of error for all that is wrong with a policy
    read = (_statement(each, f"Statement[{index}]") for index, each in enumerate(statements))
    return Policy(document, [statement for statement in read if statement is not None])


def _statement(given: Any, where: str) -> _Statement | None:
    """Read a statement; return None if it is about no action of IVS Chat, whatever its resources and conditions are."""
    _check_elements(given, _STATEMENT, where)
    if given.get("Effect") not in ("Allow", "Deny"):
        msg = f"{where}.Effect must be Allow or Deny"
        raise ValueError(msg)
    on_action = _matcher(given, "Action", where, lambda action: ":" in action, str.lower)
    if not any(map(on_action, _actions())):
        return None
    return _Statement(
        denies=given["Effect"] == "Deny",
        on_action=on_action,
        on_resource=_matcher(given, "Resource", where, lambda resource: resource.startswith("arn:"), str),
        conditions=iam_conditions.read(given.get("Condition", {}), f"{where}.Condition"),
    )


@functools.cache
def _actions() -> tuple[str, ...]:
    return tuple(f"ivschat:{operation}".lower() for operation in operations())


def _check_elements(given: Any, known: Sequence[str], where: str) -> None:
    if not isinstance(given, dict):
        msg = f"{where} must be an object"
        raise ValueError(msg)  # noqa: TRY004 - as above
    if unknown := sorted(given.keys() - set(known)):
        msg = f"{where}: {unknown[0]} is not known here; there are {', '.join(known)}"
        raise ValueError(msg)


def _matcher(
    given: Mapping[str, Any], element: str, where: str, fits: Callable[[str], bool], spelt: Callable[[str], str]
) -> Callable[[str], bool]:
    """Return the test whether a value is one of `Action`, or none of `NotAction`; the same for resources."""
    named = [name for name in (element, f"Not{element}") if name in given]
    if len(named) != 1:
        msg = f"{where} must have one of {element} and Not{element}"
        raise ValueError(msg)
    patterns = [spelt(pattern) for pattern in _patterns(given[named[0]], f"{where}.{named[0]}", fits)]
    return lambda value: any(like(value, pattern) for pattern in patterns) is (named[0] == element)


def _patterns(value: Any, where: str, fits: Callable[[str], bool]) -> list[str]:
    patterns = [value] if isinstance(value, str) else value
    if not isinstance(patterns, list) or not patterns or not all(isinstance(each, str) for each in patterns):
        msg = f"{where} must be a text, or a list of texts"
        raise ValueError(msg)
    for pattern in patterns:
        if "${" in pattern or not (pattern == "*" or fits(pattern)):
            why = "policy variables are not known here" if "${" in pattern else "it has no form that IAM knows"
            msg = f"{where} cannot be {pattern!r}: {why}"
            raise ValueError(msg)
    return patterns
