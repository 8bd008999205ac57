"""
Run the benchmarks, and print one table.

    python -m benchmarks [--json FILE] [NAME…]
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

import attrs
import click
from rich.console import Console
from rich.table import Table

from benchmarks import fan_out, read_ahead, token_issue
from benchmarks.figures import Figure

BENCHMARKS: Final = {"fan-out": fan_out.measure, "read-ahead": read_ahead.measure, "token-issue": token_issue.measure}


@click.command()
@click.argument("names", nargs=-1, type=click.Choice(list(BENCHMARKS)))
@click.option("--json", "target", type=click.Path(path_type=Path, dir_okay=False), help="Also write the figures here.")
def main(names: tuple[str, ...], target: Path | None) -> None:
    """Run the named benchmarks, or all."""
    figures = [figure for name in names or BENCHMARKS for figure in BENCHMARKS[name]()]
    if target:
        target.write_text(json.dumps([attrs.asdict(figure) for figure in figures], indent=1) + "\n")
    Console().print(_table(figures))


def _table(figures: list[Figure]) -> Table:
    table = Table("benchmark", "figure", "value", "unit")
    for figure in figures:
        table.add_row(figure.benchmark, figure.name, f"{figure.value:,}", figure.unit)
    return table


if __name__ == "__main__":
    main()
