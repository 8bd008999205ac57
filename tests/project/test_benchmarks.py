"""The benchmarks run, and what they hold must be so however slow the machine is."""

from __future__ import annotations

from pathlib import Path

from benchmarks import fan_out, read_ahead


def test_everybody_in_a_room_gets_every_message_once_and_nobody_else_any() -> None:
    figures = {figure.name: figure.value for figure in fan_out.measure(connections=200, seconds=2)}

    assert (figures["messages sent"], figures["deliveries"]) == (20, 4000)
    for none in ("lost", "doubled", "heard in another room", "connections cut"):
        assert figures[none] == 0


def test_the_documented_counts_of_reading_ahead_are_those_of_the_code() -> None:
    table = (Path(__file__).parents[2] / "docs" / "read-ahead.md").read_text()

    for stack, account in read_ahead.SIZES[:-1]:
        assert f"| {stack:,} | {account:,} | {read_ahead.calls(stack, account):,} |" in table
