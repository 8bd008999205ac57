"""The plots of the benchmarks: they show the figures of the page's tables."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tools.docs import plots
from tools.docs.plots import Plot

PAGE = (Path(__file__).parents[2] / "docs" / "benchmarks.md").read_text(encoding="utf-8")
FAN_OUT = """\
<!-- plot of fan-out -->

<!-- fan-out -->

| figure | value | unit |
| --- | ---: | --- |
| delivery, median | 20.5 | ms |
| delivery, 99 % | 1,082.0 | ms |
| lost | 0 | deliveries |

<!-- end -->
"""


def test_a_plot_has_the_figures_of_the_table_below_it() -> None:
    assert plots.fan_out(FAN_OUT).groups == {
        "delivery, median": {plots.OWN: 20.5},
        "delivery, 99 %": {plots.OWN: 1082.0},
    }


@pytest.mark.parametrize("name", plots.PLOTS)
def test_each_plot_is_on_the_page_and_its_bars_have_the_lengths_of_its_figures(name: str) -> None:
    plot = plots.PLOTS[name](PAGE)
    figure = ET.fromstring(plots.html(plot))  # noqa: S314  it is our own
    widths = [float(bar.attrib["width"]) for bar in figure.iter("rect")][len(plot.series) :]
    values = [value for bars in plot.groups.values() for value in bars.values()]

    assert f"<!-- plot of {name} -->" in PAGE
    assert [width / max(widths) for width in widths] == pytest.approx(
        [each / max(values) for each in values], abs=0.001
    )


def test_a_plot_is_described_with_all_figures_for_screen_readers() -> None:
    figure = ET.fromstring(plots.html(Plot("Calls", "calls", {"10 rooms": {plots.OWN: 5.0, "bare": 1000.0}})))  # noqa: S314  our own
    [svg] = figure.iter("svg")

    assert svg.attrib["aria-label"] == "Calls, in calls. 10 rooms: this package 5, bare 1,000."


def test_a_page_with_plots_has_them_where_their_names_were() -> None:
    page = plots.with_plots(FAN_OUT)

    assert re.match(r'<figure class="plot">\n.*?\n</figure>\n\n<!-- fan-out -->', page, re.DOTALL)
    assert "\n\n" not in page.split("</figure>")[0]


def test_a_table_without_the_figures_of_a_plot_is_an_error_that_names_it() -> None:
    with pytest.raises(ValueError, match="the table of 'fan-out' has no figure"):
        plots.with_plots(FAN_OUT.replace("delivery, ", "latency, "))
    with pytest.raises(ValueError, match="the document has no table of 'engine'"):
        plots.engine_times(FAN_OUT)
