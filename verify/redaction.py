"""Answers without anything of the account: ARNs, account ids, tokens, resource ids, request ids, names of a run."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

_REPLACEMENTS: Final[Mapping[str, str]] = {
    r"arn:aws[a-z-]*:[a-z0-9-]*:[a-z0-9-]*:[0-9]*:[^\s\"',;)]*": "<arn>",
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}": "<request>",
    r"\b[0-9]{12}\b": "<account>",
    r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b": "<access key>",
    r"[A-Za-z0-9_.=-]{60,}": "<token>",
    r"\b(?=[A-Za-z0-9]{12}\b)(?=[A-Za-z0-9]*[0-9])(?=[A-Za-z0-9]*[A-Za-z])[A-Za-z0-9]{12}\b": "<id>",
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)": "<time>",
}
"""By regular expression, in this order."""


def redacted(value: Any, *names: str) -> Any:
    """Return JSON without anything of the account; *names* are texts of the run that are replaced as well."""
    if isinstance(value, Mapping):
        return {redacted(key, *names): redacted(inner, *names) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [redacted(each, *names) for each in value]
    return _text(value, names) if isinstance(value, str) else value


def _text(text: str, names: tuple[str, ...]) -> str:
    for pattern, instead in _REPLACEMENTS.items():
        text = re.sub(pattern, instead, text)
    for name in names:
        text = text.replace(name, "<run>")
    return text
