"""The tables of docs/benchmarks.md: each benchmark's stands between `<!-- NAME -->` and `<!-- end -->`."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from benchmarks.figures import Figure

COLUMNS: Final = ("figure", "value", "unit", "no-op", "bare", "ratio", "target")
"""The ratio is to the bare one."""

_FILE: Final = Path(__file__).parents[1] / "docs" / "benchmarks.md"


def put(figures: Iterable[Figure], file: Path = _FILE) -> None:
    """Put the figures in place of those that the file has of the same benchmarks."""
    text = file.read_text(encoding="utf-8")
    for name, own in itertools.groupby(figures, lambda figure: figure.benchmark):
        table = "\n".join(markdown(list(own)))
        text = re.sub(rf"(<!-- {name} -->\n).*?(<!-- end -->)", rf"\g<1>\n{table}\n\n\g<2>", text, flags=re.DOTALL)
    file.write_text(text, encoding="utf-8")


def markdown(figures: list[Figure]) -> list[str]:
    """Give a table, without the columns that nothing stands in."""
    rows = [cells(figure) for figure in figures]
    used = [number for number, _ in enumerate(COLUMNS) if any(row[number] for row in rows)]
    ruled = ("---:" if COLUMNS[number] in {"value", "no-op", "bare", "ratio"} else "---" for number in used)
    lines = [[COLUMNS[number] for number in used], list(ruled), *([row[number] for number in used] for row in rows)]
    return [f"| {' | '.join(line)} |" for line in lines]


def cells(figure: Figure) -> list[str]:
    """Give a figure's row."""
    numbers = (figure.no_op, figure.bare, figure.ratio)
    return [figure.name, f"{figure.value:,}", figure.unit, *map(_number, numbers), figure.target]


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:,}"
