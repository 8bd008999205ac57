"""The docstrings' markup, which is Markdown's, as the reStructuredText that Sphinx reads them as."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

_CODE: Final = re.compile(r"(?<![`:])`([^`]+)`(?!`)")

_MEMBER: Final = re.compile(r"^    (\w+):(?= )")
"""A line of a section, such as that of attributes, whose lines form a list."""
_NO_DEFAULT: Final = ":default: ````"
_STAR: Final = re.compile(r"(?<!\*)\*(?!\*)")


def as_rst(lines: Sequence[str]) -> list[str]:
    """Return the lines of a docstring with its code in `` and its indented examples, diagrams and tables as code blocks."""
    return [*_blocks(lines)]


def help_as_rst(lines: Sequence[str]) -> list[str]:
    """Return what sphinx-click made of a help text, without empty defaults, and with * as it is."""
    return [_STAR.sub(r"\\*", _CODE.sub(r"``\1``", line)) for line in lines if line.strip() != _NO_DEFAULT]


def _blocks(lines: Sequence[str]) -> Iterator[str]:
    inside = ""
    previous = ""
    for line in lines:
        kind = _kind(line) or (inside if not line.strip() else "")
        starts = kind and not inside and not previous.strip()
        if starts:
            yield from (f".. code-block:: {'none' if kind == 'table' else _language(line)}", "")
        inside = kind if inside or starts else ""
        indent = "    " if inside == "table" and line.strip() else ""
        yield indent + line if inside else _CODE.sub(r"``\1``", _MEMBER.sub(r"    - **\1**:", line))
        if line == "Attributes:":
            yield ""
        previous = line


def _kind(line: str) -> str:
    if line.startswith("    "):
        return "example"
    return "table" if line.startswith("| ") else ""


def _language(line: str) -> str:
    return "none" if re.match(r" *\w+\(.*?\)  +\w|.*[├│└]| *IvsChatError$", line) else "python"
