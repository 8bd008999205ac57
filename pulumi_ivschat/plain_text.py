"""Text from elsewhere, made safe for a terminal: nothing in it moves the cursor, sets the title or turns a line round."""

from __future__ import annotations

import unicodedata
from typing import Final

_UNSAFE: Final = {"Cc", "Cf", "Cs", "Zl", "Zp"}
_JOINERS: Final = "\u200c\u200d"  # emoji and several scripts need them


def plain(text: object) -> str:
    r"""Return a text as one line, with an escape such as `\x1b` for each character that would act on the terminal."""
    return "".join(map(_safe, str(text)))


def plain_lines(text: object) -> str:
    """Do as `plain`, and leave the ends of lines."""
    return "\n".join(map(plain, str(text).split("\n")))


def _safe(character: str) -> str:
    if character in _JOINERS or unicodedata.category(character) not in _UNSAFE:
        return character
    return character.encode("unicode_escape").decode()
