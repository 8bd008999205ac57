"""
Plots of the tables in docs/benchmarks.md, for the site: bars in SVG.

The page has `<!-- plot of NAME -->` where a plot belongs, and the site's copy gets the plot there. It is made from the page's own
tables each time, so it cannot show other figures. Text and bars have the colour of the page's text, in light and dark mode.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from html import escape
from typing import Final

import attrs

from benchmarks.documentation import rows

OWN: Final = "this package"
_PLACE: Final = re.compile(r"<!-- plot of ([\w-]+) -->")
_OPACITY: Final = {OWN: 1, "native plug-in": 1, "bare": 0.5, "dynamic resources": 0.5, "no-op": 0.3}
"""By the name of a series: how strong its bars are."""
_WIDTH, _BARS, _BAR, _LABEL, _LINE, _BASE = 480, 390, 13, 20, 17, 4
"""Sizes: the plot, the longest bar, a bar's height, a label's line, a bar's line, and the way from a line's end to its text."""


@attrs.frozen
class Plot:
    """
    Groups of bars.

    Attributes:
        title: what the plot shows.
        unit: the unit of all values.
        groups: by label, the values of its bars, by series.
    """

    title: str
    unit: str
    groups: Mapping[str, Mapping[str, float]]

    @property
    def series(self) -> list[str]:
        """The names of the series, in their order."""
        return list(dict.fromkeys(name for bars in self.groups.values() for name in bars))


def engine_times(page: str) -> Plot:
    """Return the times of the operations of the engine on 200 rooms."""
    found = _named(page, "engine", r"200 rooms: ([\w -]+)", "s")
    groups = {name: {OWN: row["value"], "bare": row["bare"], "no-op": row["no-op"]} for name, row in found.items()}
    return Plot("Time for 200 rooms", "s", _numbers(groups))


def refresh_calls(page: str) -> Plot:
    """Return the calls of a refresh, by the number of rooms."""
    found = _named(page, "engine", r"([\d,]+ rooms): refresh", "calls")
    return Plot("Refresh", "calls", _numbers({n: {OWN: r["value"], "bare": r["bare"]} for n, r in found.items()}))


def native_plugin_times(page: str) -> Plot:
    """Return the times of the native plug-in on 200 rooms beside those of dynamic resources."""
    found = _named(page, "native-plugin", r"200 rooms, (\w+: [\w -]+)", "s")
    groups = {name: {"native plug-in": row["value"], "dynamic resources": row["bare"]} for name, row in found.items()}
    return Plot("Time for 200 rooms, by the native plug-in", "s", _numbers(groups))


def fan_out(page: str) -> Plot:
    """Return how long the local service takes to deliver a message."""
    found = _named(page, "fan-out", r"(delivery, .+)", "ms")
    return Plot("Delivery of a message", "ms", _numbers({name: {OWN: row["value"]} for name, row in found.items()}))


PLOTS: Final[Mapping[str, Callable[[str], Plot]]] = {
    "engine-times": engine_times,
    "refresh-calls": refresh_calls,
    "native-plugin-times": native_plugin_times,
    "fan-out": fan_out,
}
"""By the name that the page has."""


def with_plots(page: str) -> str:
    """Return a page with its plots. Raises ValueError if a table lacks the figures of a plot, and KeyError for an unknown plot."""
    return _PLACE.sub(lambda place: html(PLOTS[place[1]](page)), page)


def html(plot: Plot) -> str:
    """Return a plot as an HTML figure without empty lines, as Markdown needs it. Its label has all figures, for screen readers."""
    lines = [*_legend(plot), *_bars(plot)]
    height = _LABEL * (1 + len(plot.groups)) + _LINE * sum(map(len, plot.groups.values())) + _BASE
    opened = f'<svg role="img" aria-label="{escape(description(plot))}" viewBox="0 0 {_WIDTH} {height}" font-size="13">'
    caption = f"<figcaption>{escape(plot.title)}, in {escape(plot.unit)}</figcaption>"
    return "\n".join(['<figure class="plot">', caption, opened, *lines, "</svg>", "</figure>"])


def description(plot: Plot) -> str:
    """Return all figures of a plot as a sentence for each group."""
    groups = (
        f"{label}: {', '.join(f'{name} {value:,.6g}' for name, value in bars.items())}."
        for label, bars in plot.groups.items()
    )
    return f"{plot.title}, in {plot.unit}. {' '.join(groups)}"


def _legend(plot: Plot) -> Iterator[str]:
    for number, name in enumerate(plot.series):
        x = number * _WIDTH // 3
        yield _rectangle(name, x, 2, _BAR)
        yield _text(name, x + _BAR + _BASE, _LABEL - _BASE)


def _bars(plot: Plot) -> Iterator[str]:
    longest = max(value for bars in plot.groups.values() for value in bars.values())
    y = _LABEL
    for label, bars in plot.groups.items():
        y += _LABEL
        yield _text(label, 0, y - _BASE)
        for name, value in bars.items():
            width = round(_BARS * value / longest, 1)
            yield _rectangle(name, 0, y, width)
            yield _text(f"{value:,.6g}", width + _BASE, y + _BAR - 2)
            y += _LINE


def _rectangle(series: str, x: float, y: float, width: float) -> str:
    shape = f'x="{x}" y="{y}" width="{width}" height="{_BAR}"'
    return f'<rect class="{series.replace(" ", "-")}" {shape} fill="currentColor" fill-opacity="{_OPACITY[series]}"/>'


def _text(text: str, x: float, y: float) -> str:
    return f'<text x="{x}" y="{y}" fill="currentColor">{escape(text)}</text>'


def _named(page: str, table: str, name: str, unit: str) -> dict[str, dict[str, str]]:
    """Return the rows of a table whose whole name fits and which have the unit, by the part of the name in parentheses."""
    found = [(re.fullmatch(name, row["figure"]), row) for row in rows(page, table) if row["unit"] == unit]
    if named := {fits[1]: row for fits, row in found if fits}:
        return named
    msg = f"the table of {table!r} has no figure {name!r} in {unit}; tools/docs/plots.py names it"
    raise ValueError(msg)


def _numbers(groups: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, float]]:
    return {
        label: {name: float(value.replace(",", "")) for name, value in bars.items() if value}
        for label, bars in groups.items()
    }
