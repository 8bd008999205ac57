"""
Run the benchmarks, and print one table.

    python -m benchmarks [--rooms N]… [--json FILE] [--docs] [NAME…]
"""

from __future__ import annotations

import functools
import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import attrs
import click
from rich.console import Console
from rich.table import Table

from benchmarks import (
    cold_start,
    documentation,
    drift,
    engine_cost,
    engine_settings,
    fan_out,
    fleet,
    local_service,
    moto_server,
    native_plugin,
    pacing,
    pytest_fixtures,
    read_ahead,
    suites,
    token_issue,
)
from benchmarks.figures import Figure

BENCHMARKS: Final[Mapping[str, Callable[[], list[Figure]]]] = {
    "cold-start": cold_start.measure,
    "engine": engine_cost.measure,
    "engine-settings": engine_settings.measure,
    "local-service": local_service.measure,
    "fan-out": fan_out.measure,
    "fleet": fleet.measure,
    "moto": moto_server.measure,
    "native-plugin": native_plugin.measure,
    "drift": drift.measure,
    "pacing": pacing.measure,
    "pytest-fixtures": pytest_fixtures.measure,
    "read-ahead": read_ahead.measure,
    "suites": suites.measure,
    "token-issue": token_issue.measure,
}
_IF_NAMED: Final = {"moto", "suites"}
"""The benchmarks that run only if they are named."""

_LEAST_WIDTH: Final = 140


@click.command()
@click.argument("names", nargs=-1, type=click.Choice(list(BENCHMARKS)))
@click.option(
    "--rooms", type=int, multiple=True, help="Rooms in a stack, for `engine`; repeatable  [default: 10, 200, 1000]"
)
@click.option("--rounds", type=int, default=engine_cost.ROUNDS, show_default=True, help="Rounds below 1000 rooms.")
@click.option("--json", "target", type=click.Path(path_type=Path, dir_okay=False), help="Also write the figures here.")
@click.option("--docs", is_flag=True, help="Also put the tables into docs/.")
def main(
    names: tuple[str, ...],
    rooms: tuple[int, ...],
    rounds: int,
    target: Path | None,
    docs: bool,  # noqa: FBT001
) -> None:
    """Run the named benchmarks, or all but `suites` and `moto`."""
    # An installed package has bytecode. Without, each process would compile this package, and not what it is compared with.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    runs: dict[str, Callable[[], list[Figure]]] = {
        **BENCHMARKS,
        "engine": functools.partial(engine_cost.measure, rooms or engine_cost.SIZES, rounds),
    }
    usual = [name for name in BENCHMARKS if name not in _IF_NAMED]
    figures = [figure for name in names or usual for figure in runs[name]()]
    if target:
        target.write_text(json.dumps([_as_json(figure) for figure in figures], indent=1) + "\n")
    if docs:
        documentation.put(figures)
    console = Console()
    console.width = max(console.width, _LEAST_WIDTH)
    console.print(_table(figures))


def _as_json(figure: Figure) -> dict[str, object]:
    return {**attrs.asdict(figure), "ratio": figure.ratio}


def _table(figures: list[Figure]) -> Table:
    table = Table("benchmark", *documentation.COLUMNS)
    for figure in figures:
        table.add_row(figure.benchmark, *documentation.cells(figure))
    return table


if __name__ == "__main__":
    main()
