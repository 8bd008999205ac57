"""What is left of texts of an account."""

from __future__ import annotations

import pytest

from verify.redaction import redacted


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Resource arn:aws:ivschat:us-west-2:123456789012:room/AbCdEfGhIjK1 is gone", "Resource <arn> is gone"),
        ("User 123456789012 may not", "User <account> may not"),
        ("key AKIAIOSFODNN7EXAMPLE", "key <access key>"),
        ("id AbCdEfGhIjK1", "id <id>"),
        ("request 12345678-1234-1234-1234-123456789abc", "request <request>"),
        ("at 2024-01-31T16:22:35Z", "at <time>"),
        ("ivschat-verify-abcd-room-1", "<run>-room-1"),
        ("aQ" * 40, "<token>"),
        ("DELETE_MESSAGE", "DELETE_MESSAGE"),
        ("maximumMessageRatePerSecond", "maximumMessageRatePerSecond"),
    ],
)
def test_a_text_loses_what_is_of_the_account(text: str, left: str) -> None:
    assert redacted(text, "ivschat-verify-abcd") == left


def test_values_are_redacted_inside_lists_and_maps() -> None:
    assert redacted({"AbCdEfGhIjK1": ["123456789012", 5, None]}) == {"<id>": ["<account>", 5, None]}
