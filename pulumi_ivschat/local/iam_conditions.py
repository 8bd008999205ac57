"""
Condition operators of IAM policies: what a `Condition` element says about a request's context.

What is not known here is refused: a condition that were omitted would allow or deny the wrong thing.
"""

from __future__ import annotations

import functools
import operator
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from fnmatch import fnmatchcase
from typing import Any, Final, TypeAlias

import attrs

Context: TypeAlias = Mapping[str, Sequence[str]]
"""The values of condition keys, by key in lower case; what the request does not have is absent, or empty."""

_KEYS: Final = {
    "aws:currenttime",
    "aws:epochtime",
    "aws:principalaccount",
    "aws:principalarn",
    "aws:requestedregion",
    "aws:resourceaccount",
    "aws:securetransport",
    "aws:tagkeys",
    "aws:username",
}
_KEYS_OF_TAGS: Final = ("aws:requesttag/", "aws:resourcetag/")
_ARN_PARTS: Final = 6
_SHOWN: Final = 80
_EPOCH: Final = re.compile("[0-9]{1,11}")
_DATE: Final = re.compile(
    r"(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"(T(?P<time>[0-9]{2}:[0-9]{2}(:[0-9]{2})?)(\.(?P<fraction>[0-9]{1,9}))?(?P<zone>Z|[+-][0-9]{2}:[0-9]{2})?)?"
)
_NUMBER: Final = re.compile(r"[+-]?[0-9]{1,64}(\.[0-9]{1,64})?([eE][+-]?[0-9]{1,3})?")


def like(value: str, pattern: str) -> bool:
    """Return whether a value is as a pattern says: `*` is any text, `?` any character."""
    return fnmatchcase(value, pattern.replace("[", "[[]"))


@attrs.frozen
class Condition:
    """One operator on one condition key."""

    key: str
    meets: Callable[[str], bool]
    over: Callable[[Sequence[bool]], bool]
    when_absent: bool

    def holds(self, context: Context) -> bool:
        """Return whether it holds in a request's context."""
        given = context.get(self.key)
        return self.over([self.meets(value) for value in given]) if given else self.when_absent


def read(element: Any, where: str) -> tuple[Condition, ...]:
    """Read a `Condition` element, `{operator: {key: value or values}}`; raise ValueError that shows what is wrong."""
    if not isinstance(element, dict) or not all(isinstance(keys, dict) for keys in element.values()):
        msg = f"{where} must be an object of operators, each with an object of condition keys"
        raise ValueError(msg)
    return tuple(
        _condition(name, key, values, f"{where}.{name}")
        for name, keys in element.items()
        for key, values in keys.items()
    )


def _condition(name: str, key: str, values: Any, where: str) -> Condition:
    known = _known_key(key, where)
    wanted = [_text(value, where) for value in (values if isinstance(values, list) else [values])]
    if name == "Null":
        absent = _all(_bool, wanted, where)
        return Condition(known, lambda _: False in absent, any, when_absent=True in absent)
    operator_name = name.rpartition(":")[2]
    quantifier = name.removesuffix(operator_name)
    found = _OPERATORS.get(operator_name.removesuffix("IfExists"))
    if found is None or quantifier not in _QUANTIFIERS:
        msg = f"{where}: this operator is not known here; there are {', '.join(_OPERATORS)}, Null"
        raise ValueError(msg)
    over, when_absent = _QUANTIFIERS[quantifier](found.negated)
    return Condition(known, found.test(wanted, where), over, when_absent or name.endswith("IfExists"))


def _known_key(key: str, where: str) -> str:
    lower = key.lower()
    if lower not in _KEYS and not lower.startswith(_KEYS_OF_TAGS):
        known = ", ".join([*sorted(_KEYS), *(f"{prefix}…" for prefix in _KEYS_OF_TAGS)])
        msg = f"{where}: the condition key {key} is not known here; there are {known}"
        raise ValueError(msg)
    return lower


def _text(value: Any, where: str) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if not isinstance(value, str | int | float):
        msg = f"{where}: a value must be a text, a number, true or false, not {value!r}"
        raise ValueError(msg)  # noqa: TRY004 - one kind of error for all that is wrong with a policy
    if "${" in str(value):
        msg = f"{where}: policy variables are not known here: {value}"
        raise ValueError(msg)
    return str(value)


_QUANTIFIERS: Final[Mapping[str, Callable[[bool], tuple[Callable[[Sequence[bool]], bool], bool]]]] = {
    "": lambda negated: (all if negated else any, negated),
    "ForAllValues:": lambda _: (all, True),
    "ForAnyValue:": lambda _: (any, False),
}
"""Over which values of a key an operator must hold, and its result for a key that is absent."""


@attrs.frozen
class _Operator:
    read: Callable[[str], Any]
    compare: Callable[[Any, Any], bool]
    negated: bool = False

    def test(self, wanted: Sequence[str], where: str) -> Callable[[str], bool]:
        """Return the test that the operator makes of one value."""
        return functools.partial(self._holds, _all(self.read, wanted, where))

    def _holds(self, patterns: Sequence[Any], value: str) -> bool:
        try:
            given = self.read(value)
        except ValueError:
            return self.negated  # such as a tag that is not a number
        return any(self.compare(given, pattern) for pattern in patterns) is not self.negated


def _all(read_value: Callable[[str], Any], wanted: Sequence[str], where: str) -> list[Any]:
    try:
        return [read_value(value) for value in wanted]
    except ValueError as error:
        msg = f"{where}: {error}"
        raise ValueError(msg) from None


def _number(text: str) -> Decimal:
    """Read a number; Python's own readers take `inf`, `0_1` and ` 5 ` too, which IAM does not."""
    if not _NUMBER.fullmatch(text):
        msg = f"{_quoted(text)} is not a number"
        raise ValueError(msg)
    return Decimal(text)


def _date(text: str) -> datetime:
    """Read a time in W3C's profile of ISO 8601, or in seconds since 1970; what Python reads varies with its version."""
    if _EPOCH.fullmatch(text):
        return datetime.fromtimestamp(0, timezone.utc) + timedelta(seconds=int(text))
    found = _DATE.fullmatch(text)
    if found is None:
        msg = f"{_quoted(text)} is not a time such as 2026-01-31T08:00:00Z, and not in seconds since 1970"
        raise ValueError(msg)
    zone = (found["zone"] or "Z").replace("Z", "+00:00")
    fraction = f"{found['fraction'] or 0:0<6}"[:6]
    seconds = found["time"] or "00:00"
    whole = seconds if seconds.count(":") > 1 else f"{seconds}:00"
    return datetime.fromisoformat(f"{found['day']}T{whole}.{fraction}{zone}")


def _quoted(text: str) -> str:
    return repr(text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…")


def _bool(text: str) -> bool:
    if text.lower() not in {"true", "false"}:
        msg = f"{_quoted(text)} is neither true nor false"
        raise ValueError(msg)
    return text.lower() == "true"


def _like_arn(given: str, pattern: str) -> bool:
    parts, patterns = given.split(":", _ARN_PARTS - 1), pattern.split(":", _ARN_PARTS - 1)
    return len(parts) == len(patterns) and all(map(like, parts, patterns))


def _ordered(kind: str, read_value: Callable[[str], Any]) -> dict[str, _Operator]:
    return {
        f"{kind}Equals": _Operator(read_value, operator.eq),
        f"{kind}NotEquals": _Operator(read_value, operator.eq, negated=True),
        f"{kind}LessThan": _Operator(read_value, operator.lt),
        f"{kind}LessThanEquals": _Operator(read_value, operator.le),
        f"{kind}GreaterThan": _Operator(read_value, operator.gt),
        f"{kind}GreaterThanEquals": _Operator(read_value, operator.ge),
    }


_OPERATORS: Final[Mapping[str, _Operator]] = {
    "StringEquals": _Operator(str, operator.eq),
    "StringNotEquals": _Operator(str, operator.eq, negated=True),
    "StringEqualsIgnoreCase": _Operator(str.lower, operator.eq),
    "StringNotEqualsIgnoreCase": _Operator(str.lower, operator.eq, negated=True),
    "StringLike": _Operator(str, like),
    "StringNotLike": _Operator(str, like, negated=True),
    "ArnEquals": _Operator(str, _like_arn),
    "ArnNotEquals": _Operator(str, _like_arn, negated=True),
    "ArnLike": _Operator(str, _like_arn),
    "ArnNotLike": _Operator(str, _like_arn, negated=True),
    "Bool": _Operator(_bool, operator.eq),
    **_ordered("Numeric", _number),
    **_ordered("Date", _date),
}
