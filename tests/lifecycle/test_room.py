"""What is particular to a room."""

from __future__ import annotations

from typing import Any

import pytest

from pulumi_ivschat.lifecycle.room import ROOM, canonical_review_handler
from pulumi_ivschat.service_model import UNKNOWN

HANDLER = "arn:aws:lambda:us-west-2:000000000000:function:review"


@pytest.mark.parametrize("handler", [None, {}, {"uri": ""}, {"uri": "", "fallback_result": "DENY"}])
def test_without_a_uri_there_is_no_handler(handler: Any) -> None:
    assert canonical_review_handler(handler) is None


def test_a_handler_without_fallback_result_has_awss_default() -> None:
    assert canonical_review_handler({"uri": HANDLER}) == {"uri": HANDLER, "fallback_result": "ALLOW"}


def test_an_unknown_uri_is_a_handler() -> None:
    assert canonical_review_handler({"uri": UNKNOWN}) == {"uri": UNKNOWN, "fallback_result": "ALLOW"}


def test_a_handler_is_taken_away_by_an_empty_uri() -> None:
    assert ROOM.removal == {"message_review_handler": {"uri": ""}}
