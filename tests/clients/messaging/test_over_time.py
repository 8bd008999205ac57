"""Scenarios that take a minute by the clock, with AWS's own durations; on Node alone, while the other scenarios are played."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import pytest

pytestmark = pytest.mark.long
OverTime: TypeAlias = "dict[str, Callable[[], Any]]"


@pytest.mark.early
def test_a_token_of_a_minute_is_refreshed_after_half_of_it_and_every_message_arrives_and_is_heard_once(
    over_time: OverTime,
) -> None:
    result = over_time["refresh"]()

    assert result["tokens"] == 2
    assert sorted(result["heard"]) == sorted(result["offered"])  # see test_connections.py
    assert result["states"] == ["connecting", "connect"]


@pytest.mark.early
def test_an_expired_token_opens_no_connection(over_time: OverTime) -> None:
    assert over_time["expiredToken"]() == {
        "heard": [["connecting", None], ["disconnect", "socketError"]],
        "tokens": 4,
    }


@pytest.mark.early
def test_a_session_ends_at_its_time(over_time: OverTime) -> None:
    result = over_time["sessionEnd"]()

    assert 59 < result["seconds"] < 64
    assert result["heard"][-1] == ["disconnect", "serverDisconnect"]
