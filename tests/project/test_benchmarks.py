"""The benchmarks run, and what they hold must be so however slow the machine is."""

from __future__ import annotations

from benchmarks import fan_out


def test_everybody_in_a_room_gets_every_message_once_and_nobody_else_any() -> None:
    figures = {figure.name: figure.value for figure in fan_out.measure(connections=200, seconds=2)}

    assert (figures["messages sent"], figures["deliveries"]) == (20, 4000)
    for none in ("lost", "doubled", "heard in another room", "connections cut"):
        assert figures[none] == 0
