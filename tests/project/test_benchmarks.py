"""The benchmarks run, and what they hold must be so however slow the machine is."""

from __future__ import annotations

from pathlib import Path

import attrs
import pytest

from benchmarks import (
    cold_start,
    documentation,
    drift,
    engine_cost,
    fan_out,
    fleet,
    native_plugin,
    pacing,
    pytest_fixtures,
    read_ahead,
    suites,
)
from benchmarks.figures import Figure


@pytest.mark.long
@pytest.mark.nightly
def test_what_the_engine_asks_for_has_its_price_in_calls_state_and_modules() -> None:
    figures = {(figure.name, figure.unit): figure for figure in engine_cost.measure(sizes=(2,), rounds=1)}

    calls = {name.removeprefix("2 rooms: "): each.value for (name, unit), each in figures.items() if unit == "calls"}
    assert calls["up"] == 1 + 2  # one look for what a crash left
    assert calls["preview"] == calls["no-change up"] == 0
    assert calls["refresh"] == calls["destroy"] == 2
    assert figures["2 rooms: state of each, above the no-op's", "kB"].target == "≤ 1.5: met"
    assert figures["2 rooms: preview", "modules of boto3 loaded"].value == 0


def test_a_figure_shows_its_ratio_and_whether_its_target_is_met() -> None:
    figure = Figure("engine", "up", 2.0, "s", no_op=1.0, bare=1.6, ratio_at_most=1.2)

    assert documentation.cells(figure) == ["up", "2.0", "s", "1.0", "1.6", "1.25", "ratio ≤ 1.2: missed"]
    assert Figure("engine", "memory", 75.0, "MB", at_most=80).target == "≤ 80: met"
    both = attrs.evolve(figure, no_op_ratio_at_most=2.0)
    assert both.target == "ratio ≤ 1.2: missed; over no-op 2 ≤ 2: met"


def test_a_table_takes_the_place_of_the_one_before(tmp_path: Path) -> None:
    file = tmp_path / "benchmarks.md"
    file.write_text("<!-- fan-out -->\nold\n<!-- end -->\n\n<!-- engine -->\nkept\n<!-- end -->\n")

    documentation.put([Figure("fan-out", "lost", 0, "deliveries")], tmp_path)

    table = "| figure | value | unit |\n| --- | ---: | --- |\n| lost | 0 | deliveries |"
    assert file.read_text() == (f"<!-- fan-out -->\n\n{table}\n\n<!-- end -->\n\n<!-- engine -->\nkept\n<!-- end -->\n")


def test_a_document_may_take_the_figures_with_some_words_only(tmp_path: Path) -> None:
    file = tmp_path / "scale.md"
    file.write_text("<!-- engine: for each -->\n<!-- end -->\n")

    documentation.put([Figure("engine", "up", 2, "s"), Figure("engine", "up, for each", 9, "ms")], tmp_path)

    assert [line.split()[1] for line in file.read_text().splitlines() if line.startswith("| up")] == ["up,"]


def test_a_cold_start_is_measured_beside_boto3_alone() -> None:
    [figure] = cold_start.measure(rounds=1)

    assert figure.value > 0
    assert figure.target.startswith("ratio ≤ 1.05")


@pytest.mark.long
def test_everybody_in_a_room_gets_every_message_once_and_nobody_else_any() -> None:
    figures = {figure.name: figure.value for figure in fan_out.measure(connections=100, messages=10)}

    assert (figures["messages sent"], figures["deliveries"]) == (10, 1000)
    for none in ("lost", "doubled", "heard in another room", "connections cut"):
        assert figures[none] == 0


@pytest.mark.early
@pytest.mark.long
def test_the_native_plugin_is_measured_beside_dynamic_resources() -> None:
    figures = native_plugin.measure(rooms=2, rounds=1)

    assert len(figures) == 2 * 6 + 1
    assert all(figure.value > 0 and (figure.bare or figure.name.startswith("start")) for figure in figures)
    assert [figure.target for figure in figures if figure.unit == "MB"] == ["≤ 80: met"] * 2


@pytest.mark.long
@pytest.mark.nightly
def test_at_awss_quotas_stacks_come_and_go_and_a_refresh_reads_pages() -> None:
    figures = {(figure.name, figure.unit): figure.value for figure in pacing.measure(3, (1, 2), refreshed=60)}

    assert figures["3 rooms: up", "calls refused"] == 0
    assert figures["2 stacks of 3 rooms at once: destroy", "s"] > 0
    assert figures["60 rooms: refresh", "calls"] < 60 / 5


@pytest.mark.long
@pytest.mark.nightly
def test_a_fleet_is_measured_by_engines_by_providers_and_by_simulation() -> None:
    figures = {(figure.name, figure.unit): figure for figure in fleet.measure(2, 2, 3, simulated=((10, 50),))}

    assert figures["2 engines, 3 rooms each: destroy", "s"].value > 0
    assert figures["2 providers, 3 rooms each: up", "s"].value > 0
    assert figures["10 simulated, 50 rooms each", "of the quota's time"].target == "≤ 1.2: met"
    assert figures["10 simulated, 50 rooms each, failed", "calls"].value == 0


def test_the_fixtures_of_pytest_are_measured_each_beside_a_test_without_one() -> None:
    figures = pytest_fixtures.measure(rounds=3)

    assert [(figure.name, figure.unit) for figure in figures] == [("ivschat", "ms"), ("ivschat_room", "ms")]
    assert all(figure.value > 0 and "≤ 10" in figure.target for figure in figures)


def test_every_test_is_in_one_part_of_the_suites() -> None:
    tests = Path(__file__).parents[1]
    parts = [Path(word) for command in suites.commands().values() for word in command if word.startswith(str(tests))]

    found = [[*part.rglob("test_*.py")] if part.is_dir() else [part] for part in parts]
    assert sorted(file for files in found for file in files) == sorted(tests.rglob("test_*.py"))


def test_the_documented_counts_of_reading_ahead_are_those_of_the_code() -> None:
    table = (Path(__file__).parents[2] / "docs" / "read-ahead.md").read_text()

    for stack, account in read_ahead.SIZES[:-1]:
        assert f"| {stack:,} | {account:,} | {read_ahead.calls(stack, account):,} |" in table


def test_reading_ahead_meets_its_targets_and_20_percent_in_every_drawn_case() -> None:
    assert {sizes: read_ahead.calls(*sizes) <= most for sizes, most in read_ahead.TARGETS.items()} == dict.fromkeys(
        read_ahead.TARGETS, True
    )
    assert max(read_ahead.ratios()) <= 1.2


def test_broken_promises_cost_no_more_than_is_proved() -> None:
    assert 4.8 <= max(read_ahead.broken_ratios(1000)) <= read_ahead.BROKEN_AT_MOST


@pytest.mark.long
def test_drift_of_a_stack_reads_its_pages_and_no_room_by_itself() -> None:
    figures = {figure.unit: figure.value for figure in drift.measure(60)}

    assert figures["pages, refused ones too"] == 2
    assert figures["rooms read by themselves"] == 0
