"""Message review, as the messaging SDK shows it."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.clients.messaging.application import served
from tests.clients.messaging.conftest import FUNCTION, REVIEW_TIMEOUT, Play
from tests.clients.messaging.review_handler import handler
from tests.conftest import LocalService


@pytest.fixture(params=["python", "node", "http"])
def reviewed(request: pytest.FixtureRequest, chat_service: LocalService) -> Iterator[str]:
    """Yield the ARN of the function, as `--review-handler` names one in each language, and as an HTTP address."""

    def answer(_: str, __: str, body: bytes) -> tuple[int, str, str]:
        return 200, "application/json", json.dumps(handler(json.loads(body), None))

    with served(answer) as url:
        chat_service.review_at(f"{FUNCTION}http", url)
        yield FUNCTION + request.param


@pytest.fixture(params=["failing", "slow", "wrong", "exiting", "unknown"])
def useless(request: pytest.FixtureRequest, chat_service: LocalService) -> Iterator[str]:
    """Yield the ARN of a function that gives no verdict."""

    def answer(_: str, path: str, __: bytes) -> tuple[int, str, str]:
        if path == "/slow":
            time.sleep(1.5 * REVIEW_TIMEOUT)
        result = {"ReviewResult": "PERHAPS" if path == "/wrong" else "DENY", "Content": ""}
        return 500 if path == "/failing" else 200, "application/json", json.dumps(result)

    with served(answer) as url:
        if request.param not in {"exiting", "unknown"}:
            chat_service.review_at(FUNCTION + request.param, f"{url}/{request.param}")
        yield FUNCTION + request.param


def _review(play: Play, uri: str, fallback: str, *contents: str) -> dict[str, Any]:
    result: dict[str, Any] = play("review", uri=uri, fallbackResult=fallback, contents=contents)
    return result


def test_a_denied_message_comes_back_with_the_handlers_reason_and_reaches_nobody(reviewed: str, play: Play) -> None:
    result = _review(play, reviewed, "ALLOW", "buy spam")

    assert result == {"outcomes": [{"errorCode": 406, "errorMessage": "No spam, please"}], "heard": []}


def test_an_edited_message_is_what_everybody_gets(reviewed: str, play: Play) -> None:
    result = _review(play, reviewed, "DENY", "darn it")

    [message] = result["heard"]
    assert message["content"] == "**** it"
    assert message["attributes"] == {"mood": "calm", "reviewed": "ann 3 127.0.0.1"}
    assert result["outcomes"] == [{"sent": message}]


def test_without_a_verdict_the_fallback_deny_holds(useless: str, play: Play) -> None:
    result = _review(play, useless, "DENY", "hello")

    shown = "The message was rejected: the review handler failed, and its fallback result is DENY"
    assert result["outcomes"] == [{"errorCode": 406, "errorMessage": shown}]
    assert result["heard"] == []


def test_without_a_verdict_the_fallback_allow_holds(useless: str, play: Play) -> None:
    result = _review(play, useless, "ALLOW", "hello", "darn it")

    assert [message["content"] for message in result["heard"]] == ["hello", "darn it"]
