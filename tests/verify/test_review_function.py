"""The review function: each message names its answer."""

from __future__ import annotations

from typing import Any

import pytest

from verify.review_function import handler


def _event(content: str) -> dict[str, Any]:
    return {"Content": content, "MessageId": "m", "Sender": {"UserId": "user"}}


@pytest.mark.parametrize(
    ("content", "answer"),
    [
        ("plain", {"ReviewResult": "ALLOW", "Content": "plain"}),
        ("edit", {"ReviewResult": "ALLOW", "Content": "edited by the handler"}),
        ("attributes", {"ReviewResult": "ALLOW", "Content": "attributes", "Attributes": {"edited": "by the handler"}}),
        ("deny", {"ReviewResult": "DENY", "Attributes": {"Reason": "denied by the handler"}}),
        ("no result", {"Content": "no result"}),
        ("long", {"ReviewResult": "ALLOW", "Content": "x" * 101}),
        ("members", {"ReviewResult": "ALLOW", "Content": "Content MessageId Sender Sender.UserId"}),
    ],
)
def test_a_message_names_the_answer(content: str, answer: dict[str, Any]) -> None:
    assert handler(_event(content)) == answer


def test_a_message_can_ask_for_a_failure() -> None:
    with pytest.raises(ValueError, match="asks for a failure"):
        handler(_event("fails"))
