"""The console, as people use it in Chromium."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, TypeAlias

import pytest

from tests.clients.messaging.runtime import Driver

Tried: TypeAlias = Callable[[str], Any]


@pytest.fixture
def saw(console: Driver, url: str) -> Tried:
    """Return a function that plays a scenario, and returns what was seen; no page complained of anything."""

    def played(scenario: str) -> Any:
        result = console.ask(scenario=scenario, url=url)
        assert result["problems"] == []
        return result["saw"]

    return played


def test_if_there_is_no_room_it_shows_how_to_make_one_and_makes_one(saw: Tried, url: str) -> None:
    seen = saw("nothing")

    assert f"AWS_ENDPOINT_URL_IVSCHAT={url} " in seen["commands"]
    assert "aws ivschat create-room" in seen["commands"]
    assert (seen["name"], seen["rooms"]) == ("first", 1)


def test_a_room_is_shown_with_its_settings_and_tags_and_the_calls_that_made_it(saw: Tried) -> None:
    seen = saw("listed")

    assert "at most 123 characters" in seen["settings"]
    assert re.split(r"\s+", seen["tags"]) == ["team", "chat"]
    assert "CreateRoom\t200" in seen["calls"]


def test_two_tabs_chat_and_one_deletes_and_disconnects(saw: Tried) -> None:
    seen = saw("chat")

    assert seen["connections"] == ["ada", "grace"]
    assert seen["title"] == "grace in lobby · IVS Chat console"
    assert seen["deleted"] == ["hello"]
    poll, deletion, disconnection = seen["events"]
    assert poll == "Event poll text=Tea = coffee?"
    assert re.fullmatch(r"Message \w{12} was deleted", deletion)
    assert disconnection == "ada was disconnected"
    assert seen["notice"] == "The user was disconnected"
    assert seen["focused"] in {"join-button", "user"}


def test_a_late_answer_does_not_undo_what_a_later_one_showed(saw: Tried) -> None:
    assert saw("late") == ["grace", "ken"]


@pytest.mark.long
def test_eight_tabs_of_one_browser_chat(saw: Tried) -> None:
    seen = saw("crowd")

    assert seen["messages"] == [8] * 8
    assert seen["states"] == ["Live"] * 8


def test_markup_stays_text_and_hidden_characters_are_seen(saw: Tried) -> None:
    seen = saw("markup")

    assert seen["shown"] == '<img src=x onerror="alert(1)"><script>alert(2)</script>U+202EevilU+0007'
    assert seen["elements"] == 0


def test_why_a_message_was_not_reviewed_is_shown(saw: Tried) -> None:
    seen = saw("unreviewed")

    [error] = seen["errors"]
    assert "function:nowhere failed: no handler is registered for this function" in error
    assert "the fallback result is ALLOW" in error
    assert seen["messages"] == ["hello"]


def test_what_a_token_may_not_do_is_refused_and_shown(saw: Tried) -> None:
    seen = saw("refused")

    [too_long] = seen["ada"]
    assert "400 SEND_MESSAGE" in too_long
    assert [re.findall(r"403 (\w+)", text) for text in seen["viewer"]] == [
        ["SEND_MESSAGE"],
        ["DELETE_MESSAGE"],
        ["DISCONNECT_USER"],
    ]
    assert seen["there"]


def test_a_keyboard_is_enough(saw: Tried) -> None:
    seen = saw("keyboard")

    assert "two" in seen["row"]
    assert seen["deleted"] == "one"


def test_a_lost_connection_comes_back_and_a_deleted_room_goes(saw: Tried) -> None:
    assert saw("lost")["title"] == "IVS Chat console"


def test_a_page_of_another_site_does_nothing_sees_nothing_and_shows_nothing(saw: Tried) -> None:
    assert saw("foreign") == {
        "simple": "opaque",
        "json": "nothing",
        "rooms": "nothing",
        "feed": "nothing",
        "framed": "chrome-error://chromewebdata/",
        "form": 403,
        "made": 0,
    }


def test_hundreds_of_rooms_and_a_busy_one_stay_usable(saw: Tried) -> None:
    seen = saw("busy")

    assert (seen["listed"], seen["note"]) == (200, "The newest 200 of 211. Search to find others.")
    assert (seen["rows"], seen["calls"]) == (300, 200)


def test_nothing_is_wider_than_a_small_phone(saw: Tried) -> None:
    assert saw("narrow")["width"] == 320


def test_on_a_phone_the_message_box_is_visible_once_joined(saw: Tried) -> None:
    assert saw("phone") == [{"above": 0, "below": 0}] * 2


def test_an_empty_room_explains_what_to_do(saw: Tried) -> None:
    seen = saw("empty")

    assert "Join below" in seen["before"]
    assert "second tab" in seen["joined"]
    assert "Join below" not in seen["joined"]
    assert not seen["after"]


def test_both_addresses_can_be_copied_on_a_phone_too(saw: Tried, url: str) -> None:
    assert saw("copied") == [url, url.replace("http", "ws")] * 2
