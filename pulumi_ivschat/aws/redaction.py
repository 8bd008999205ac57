"""
Hiding secrets in the text of an error of AWS's.

AWS's errors quote the values that it refuses: `Value 'alice' at 'userId' failed to satisfy constraint: …`. A secret such as a
user id is hidden everywhere. A secret that consists of AWS's own words, or of a letter or a short number, cannot be
distinguished from the text around it. It is hidden where a text has values: in quotes, braces and brackets, around an equals
sign, and after a label such as `user`. Elsewhere nothing shows a reader that the word is a secret.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Final, TypeAlias

from pulumi_ivschat.model import service_model

HIDDEN: Final = "[secret]"

_Span: TypeAlias = tuple[int, int]

_MORE_WORDS: Final = """
    again based because closed could detected doesn enum equal equals errors exceeded exist exists expected expired
    expression failure found greater https http incorrect internal later less malformed many match must null or pattern
    rate regular satisfy server such than there throttled too try unable unauthorized unexpected unknown unsupported
"""
"""Words of AWS's errors that its service model does not have."""

_SHORT: Final = r"[a-zA-Z]|\d{1,3}"
"""What is a word of AWS's own everywhere, such as an article, or the number of a limit."""

_LONG: Final = 6
"""Characters from which on a secret is hidden inside other words too."""

_VALUES: Final = r"""(?xsi)
    (?<!\w) (?: '(.*?)'(?!\w) | "(.*?)"(?!\w) | `(.*?)`(?!\w) )
    | \{ ([^{}]*) \} | \[ ([^\[\]]*) \]
    | ([^\s,;'"{}\[\]=]+) (?==)
    | (?<==) ([^\s,;'"{}\[\]]+)
    | \b (?: attributes?(?:\ value|\ key)? | identifier | key | user(?:\ ?id)? | value ) (?: \s*:\s* | \s+ )
      (?! at\b | (?:and|are|as|can|cannot|does|for|has|have|in|is|may|must|names?|not|of|on|or|that|the|to|was|with)\b \s+\w )
      ([^\s,;:'"{}\[\]=]+)
"""
_REFUSED: Final = r"(?s)(?<=\bValue ')(?:.+?)(?=' at '(?:userId|attributes)\b)"
"""The value of a secret member, which AWS may have shortened."""

_FIXED: Final = r"(?<=\bat ')[a-zA-Z]+(?=[.'\[])|\bMember must [^'\"]*"
"""AWS's own text where values could be: the member, and what is wrong with its value."""


def without(message: str, secrets: Collection[str], known: str) -> str:
    """Return AWS's *message* without *secrets*; *known*, an ARN, is not one of them."""
    own = [found.span() for found in re.finditer(re.escape(known), message)]
    fixed = [*own, *(found.span() for found in re.finditer(_FIXED, message))]
    values = [found.span(found.lastindex or 0) for found in re.finditer(_VALUES, message)]
    hidden = [found.span() for found in re.finditer(_REFUSED, message)]
    for secret in filter(None, secrets):
        if _is_ordinary(secret):
            spans = (each for each in _places(secret, message) if _is_in(each, values) and not _is_in(each, fixed))
        else:
            spans = (each for each in _places(secret, message) if not _is_in(each, own))
        hidden.extend(spans)
    return _hidden(message, hidden)


def _is_ordinary(secret: str) -> bool:
    words = re.findall(r"\w+", secret)
    known = {*service_model.words(), *_MORE_WORDS.split()}
    return secret.isascii() and all(word.lower() in known or re.fullmatch(_SHORT, word) for word in words)


def _places(secret: str, message: str) -> Iterator[_Span]:
    alone = re.escape(secret) if len(secret) >= _LONG else rf"(?<!\w){re.escape(secret)}(?!\w)"
    return (found.span() for found in re.finditer(alone, message))


def _is_in(span: _Span, others: Collection[_Span]) -> bool:
    return any(start <= span[0] and span[1] <= end for start, end in others)


def _hidden(message: str, spans: Collection[_Span]) -> str:
    """Return *message* with each run of overlapping spans replaced."""
    text, done = "", 0
    for start, end in sorted(spans):
        if start >= done:
            text += message[done:start] + HIDDEN
        done = max(done, end)
    return text + message[done:]
