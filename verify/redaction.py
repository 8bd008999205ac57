"""
Answers without anything of the account or the person: ARNs, account ids, tokens, ids, principals, names.

What a run saw is replaced literally, as `Seen` collects it. Forms that give themselves away are replaced by pattern as well.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

_ARN: Final = r"arn:aws[a-z-]*:[a-z0-9-]*:[a-z0-9-]*:[0-9]*:"
_PATTERNS: Final[Mapping[str, str]] = {
    rf"{_ARN}[^\s\"']*[^\s\"',.;:)\]}}]": "<arn>",
    r"\bA(?:ROA|IDA|GPA|NPA|NVA|SCA|BIA|CCA)[A-Z0-9]{12,}(?::[\w+=,.@-]*[\w+=@-])?": "<principal>",
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}": "<request>",
    r"\b[0-9]{12}\b": "<account>",
    r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b": "<access key>",
    r"[A-Za-z0-9_.=-]{60,}": "<token>",
    r"\b(?=[A-Za-z0-9]{12}\b)(?=[A-Za-z0-9]*[0-9])(?=[A-Za-z0-9]*[A-Za-z])[A-Za-z0-9]{12}\b": "<id>",
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)": "<time>",
}
"""By regular expression, in this order."""
_ID: Final = re.compile(r"[A-Za-z0-9]{12}")
_ID_MEMBERS: Final = {"id", "resourceid", "messageid"}


class Identities:
    """The ids that a run saw, and the names of the person's own: each is replaced by a word in each text."""

    def __init__(self, names: Mapping[str, str] | None = None) -> None:
        self._words = {text: word for text, word in (names or {}).items() if text}

    def see(self, value: Any) -> None:
        """Remember the ids in an answer or a frame."""
        if isinstance(value, Mapping):
            for name, inner in value.items():
                if isinstance(inner, str):
                    self._see(str(name), inner)
                else:
                    self.see(inner)
        elif isinstance(value, (list, tuple)):
            for inner in value:
                self.see(inner)

    def _see(self, name: str, text: str) -> None:
        if name.lower() in _ID_MEMBERS and _ID.fullmatch(text):
            self._words.setdefault(text, "<id>")
        elif re.match(_ARN, text):
            self.name(text.rpartition("/")[2], "<id>", of=_ID)

    def name(self, text: str, word: str, of: re.Pattern[str] | None = None) -> None:
        """Let a text be replaced by a word, if it has the form *of*."""
        if text and (of is None or of.fullmatch(text)):
            self._words.setdefault(text, word)

    def replaced(self, text: str) -> str:
        """Return a text without them; longer ones are replaced first."""
        for known in sorted(self._words, key=len, reverse=True):
            text = re.sub(rf"(?<![A-Za-z0-9]){re.escape(known)}(?![A-Za-z0-9])", self._words[known], text)
        return text


def redacted(value: Any, identities: Identities) -> Any:
    """Return JSON without anything of the account, the person or the run."""
    if isinstance(value, Mapping):
        return {redacted(key, identities): redacted(inner, identities) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [redacted(each, identities) for each in value]
    return _text(value, identities) if isinstance(value, str) else value


def _text(text: str, identities: Identities) -> str:
    for pattern, instead in list(_PATTERNS.items())[:2]:
        text = re.sub(pattern, instead, text)  # whole ARNs and principals, before names inside them are replaced
    text = identities.replaced(text)
    for pattern, instead in _PATTERNS.items():
        text = re.sub(pattern, instead, text)
    return text
