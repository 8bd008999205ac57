"""
The tables of figures in the documents.

A benchmark's stands between `<!-- NAME -->` and `<!-- end -->`; `<!-- NAME: WORDS -->` takes the figures with these words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from benchmarks.figures import Figure

COLUMNS: Final = ("figure", "value", "unit", "no-op", "bare", "ratio", "target")
"""The ratio is to the bare one."""

_DOCS: Final = Path(__file__).parents[1] / "docs"
_END: Final = "<!-- end -->"
_HEAD: Final = 2
"""Lines of a table before its rows."""
_PLACE: Final = re.compile(rf"(?P<begin><!-- (?P<name>[\w-]+)(: (?P<words>[^>]+))? -->)\n.*?{_END}", re.DOTALL)


def put(figures: Sequence[Figure], directory: Path = _DOCS) -> None:
    """Put the figures instead of those of the same benchmarks that the documents have."""

    def table(place: re.Match[str]) -> str:
        named = [figure for figure in figures if figure.benchmark == place["name"]]
        own = [figure for figure in named if (place["words"] or "") in figure.name]
        return "\n".join([place["begin"], "", *markdown(own), "", _END]) if named else place[0]

    for file in directory.glob("*.md"):
        text = file.read_text(encoding="utf-8")
        file.write_text(_PLACE.sub(table, text), encoding="utf-8")


def rows(text: str, name: str) -> list[dict[str, str]]:
    """Return the rows of the table that a document has of benchmark *name*, by column. Raises ValueError if it has none."""
    for place in _PLACE.finditer(text):
        lines = [line for line in place[0].splitlines() if line.startswith("| ")]
        if place["name"] == name and len(lines) > _HEAD:
            table = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
            return [dict(zip(table[0], row, strict=True)) for row in table[_HEAD:]]
    msg = f"the document has no table of {name!r}; `make bench ARGS='{name} --docs'` writes it"
    raise ValueError(msg)


def markdown(figures: list[Figure]) -> list[str]:
    """Return a table, without empty columns."""
    rows = [cells(figure) for figure in figures]
    used = [number for number, _ in enumerate(COLUMNS) if any(row[number] for row in rows)]
    ruled = ("---:" if COLUMNS[number] in {"value", "no-op", "bare", "ratio"} else "---" for number in used)
    lines = [[COLUMNS[number] for number in used], list(ruled), *([row[number] for number in used] for row in rows)]
    return [f"| {' | '.join(line)} |" for line in lines]


def cells(figure: Figure) -> list[str]:
    """Return a figure's row."""
    numbers = (figure.no_op, figure.bare, figure.ratio)
    return [figure.name, f"{figure.value:,}", figure.unit, *map(_number, numbers), figure.target]


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:,}"
