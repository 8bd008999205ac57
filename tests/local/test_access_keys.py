"""Reading access keys."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from pathlib import Path

import pytest

from pulumi_ivschat.local.access_keys import LOCAL, AccessKey, by_id, from_file, from_option


def test_an_option_gives_a_key_with_or_without_a_session_token() -> None:
    assert from_option("a:b:111111111111") == AccessKey("a", "b", "111111111111")
    assert from_option("a:b:111111111111:t:x=") == AccessKey("a", "b", "111111111111", "t:x=")


@pytest.mark.parametrize(
    "text", ["", "a:hidden", "a:hidden:", ":hidden:111111111111", "a:hidden:12", "a:hidden:account"]
)
def test_another_form_is_refused_without_telling_the_secret(text: str) -> None:
    with pytest.raises(ValueError, match=r"(?i)account") as raised:
        from_option(text)

    assert "hidden" not in str(raised.value)


def test_a_file_gives_keys_with_expiry(tmp_path: Path) -> None:
    entries = [
        {"id": "a", "secret": "b", "account": "111111111111"},
        {"id": "c", "secret": "d", "account": "222222222222", "session_token": "t", "expires": "2026-01-31T08:00:00Z"},
    ]
    (tmp_path / "keys.json").write_text(json.dumps(entries))

    assert from_file(tmp_path / "keys.json") == [
        AccessKey("a", "b", "111111111111"),
        AccessKey("c", "d", "222222222222", "t", datetime(2026, 1, 31, 8, tzinfo=timezone.utc)),
    ]


@pytest.mark.parametrize("content", ["", "{}", "[1]", '[{"id": "a"}]', '[{"id":"a","secret":"b","account":"1","x":1}]'])
def test_a_file_of_another_form_is_refused(content: str, tmp_path: Path) -> None:
    (tmp_path / "keys.json").write_text(content)

    with pytest.raises(ValueError, match="id"):
        from_file(tmp_path / "keys.json")


def test_the_key_that_everybody_has_is_always_there_and_can_be_replaced() -> None:
    assert by_id([]) == {"local": LOCAL}
    mine = AccessKey("local", "mine", "111111111111")
    assert by_id([mine])["local"] == mine


def test_a_key_does_not_show_its_secret() -> None:
    assert "hidden" not in repr(AccessKey("a", "hidden", "111111111111", "hidden"))
