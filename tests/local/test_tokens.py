"""Chat tokens alone: what they carry, and what is never treated as one."""

from __future__ import annotations

import base64
import re
import string
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from pulumi_ivschat.local.tokens import Grant, TokenRefused, granted, in_seconds, opened, signed

NOW = datetime(2026, 1, 31, 8, 0, 0, 123000, tzinfo=timezone.utc)
ROOM = "arn:aws:ivschat:us-west-2:000000000000:room/abcdefghijkl"
SECRET = "secret"  # noqa: S105


def _granted(**asked: Any) -> Grant:
    whole = {"userId": "ann", "capabilities": [], "attributes": {}, "sessionDurationInMinutes": 60, **asked}
    return granted(ROOM, whole, NOW, 60)


def test_a_token_gives_back_what_was_granted() -> None:
    grant = _granted(userId="änn ☃", capabilities=["SEND_MESSAGE"], attributes={"naïve key": "☃"})

    assert opened(signed(grant, SECRET), SECRET, NOW) == grant


def test_both_times_are_whole_seconds_and_never_after_the_time_that_was_asked_for() -> None:
    grant = _granted(sessionDurationInMinutes=180)

    assert in_seconds(grant.expires) == "2026-01-31T08:01:00Z"
    assert in_seconds(grant.session_expires) == "2026-01-31T11:00:00Z"


def test_a_token_does_not_outlive_its_session() -> None:
    asked = {"userId": "ann", "capabilities": [], "attributes": {}, "sessionDurationInMinutes": 1}

    grant = granted(ROOM, asked, NOW, 3600)

    assert grant.expires == grant.session_expires


def test_a_token_is_one_to_a_connection_so_two_of_one_user_differ() -> None:
    assert _granted().id != _granted().id


@pytest.mark.parametrize("character", ["x", "☃", "😀", '"', "\x01", "\u0080"])
def test_the_largest_token_fits_in_a_header_line_and_in_a_sub_protocol(character: str) -> None:
    text = character * (1024 // len(character.encode()))

    token = signed(_granted(userId=character * 128, attributes={"": text}), SECRET)

    assert len(token) < 7900
    assert re.fullmatch(r"[A-Za-z0-9._-]+", token)


def test_a_token_expires_at_its_time() -> None:
    grant = _granted()
    token = signed(grant, SECRET)

    assert opened(token, SECRET, grant.expires - timedelta(milliseconds=1)) == grant
    with pytest.raises(TokenRefused, match="expired"):
        opened(token, SECRET, grant.expires)


def test_a_token_signed_with_another_secret_is_not_one() -> None:
    with pytest.raises(TokenRefused):
        opened(signed(_granted(), "other"), SECRET, NOW)


def test_no_character_of_a_token_can_be_changed_dropped_or_added() -> None:
    token = signed(_granted(), SECRET)
    alphabet = string.ascii_letters + string.digits + "-_.="

    for place in range(len(token)):
        others = {alphabet[(alphabet.index(token[place]) + step) % len(alphabet)] for step in (1, 2, 4, 7)}
        for altered in (token[:place], token[:place] + token[place + 1 :], *(_put(token, place, o) for o in others)):
            with pytest.raises(TokenRefused):
                opened(altered, SECRET, NOW)


def _put(token: str, place: int, character: str) -> str:
    return token[:place] + character + token[place + 1 :]


def test_two_tokens_cannot_be_mixed() -> None:
    first, second = (signed(_granted(userId=user), SECRET).split(".") for user in ("ann", "bob"))

    with pytest.raises(TokenRefused):
        opened(f"{first[0]}.{second[1]}", SECRET, NOW)


@pytest.mark.parametrize(
    "text",
    [
        "",
        ".",
        "x",
        "é.é",
        "a.b.c",
        "e30.",
        "\x00",
        "x" * 100_000,
        base64.urlsafe_b64encode(b"{}").decode() + ".x",
        "eyJhbGciOiJub25lIn0.e30.",
    ],
)
def test_what_is_not_a_token_is_refused(text: str) -> None:
    with pytest.raises(TokenRefused):
        opened(text, SECRET, NOW)


def test_neither_user_nor_attributes_are_in_a_repr_nor_the_token_in_a_refusal() -> None:
    grant = _granted(userId="canary", attributes={"canary": "canary"})

    assert "canary" not in repr(grant)
    with pytest.raises(TokenRefused) as refusal:
        opened("canary.canary", SECRET, NOW)
    assert "canary" not in str(refusal.value)
