"""Text from elsewhere on a terminal."""

from __future__ import annotations

import pytest

from pulumi_ivschat.plain_text import plain, plain_lines


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b]0;owned\x07", "\\x1b]0;owned\\x07"),
        ("\x9b2J", "\\x9b2J"),
        ("a\r\nb\tc", "a\\r\\nb\\tc"),
        ("\u202eevil\u2066", "\\u202eevil\\u2066"),
        ("a\u2028b", "a\\u2028b"),
        ("\ud83d", "\\ud83d"),
    ],
)
def test_what_acts_on_the_terminal_is_shown_as_an_escape(text: str, shown: str) -> None:
    assert plain(text) == shown


@pytest.mark.parametrize("text", ["Grüße, 世界", "👩\u200d🚀", "नमस्\u200cते", "[bold]no markup[/]", "a b\u00a0c"])
def test_what_people_write_stays_as_it_is(text: str) -> None:
    assert plain(text) == text


def test_lines_may_stay_lines() -> None:
    assert plain_lines("a\x1b\nb") == "a\\x1b\nb"
