"""Message review: what a handler is asked, what its answer does, and what happens when it gives none."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import attrs
import pytest

from pulumi_ivschat.local import review
from pulumi_ivschat.local.handlers import HandlerError
from pulumi_ivschat.local.messaging import ActionRefused, Frame, Message, Session
from pulumi_ivschat.local.review import Reviewers
from pulumi_ivschat.local.settings import ReviewHandler
from pulumi_ivschat.local.tokens import Grant
from tests.local.conftest import Scripted

LAMBDA = "arn:aws:lambda:us-west-2:000000000000:function:review"
ROOM = "arn:aws:ivschat:us-west-2:000000000000:room/abcdefghijkl"
NOW = datetime(2026, 1, 31, 8, tzinfo=timezone.utc)


def message(fallback: str = "ALLOW", content: str = "hello", uri: str = LAMBDA) -> Message:
    room = {
        "arn": ROOM,
        "maximumMessageLength": 10,
        "messageReviewHandler": {"uri": uri, "fallbackResult": fallback},
    }
    later = NOW + timedelta(hours=1)
    grant = Grant("id", ROOM, "ann", ("SEND_MESSAGE",), {"name": "Ann"}, later, later)
    connection: Any = None
    return Message("abcdefghijkl", room, Session(grant, connection, NOW), "7", content, {"mood": "fine"})


def reviewed(answer: Callable[..., Any], given: Message | None = None, **options: Any) -> Message:
    """Review a message by a function that only the test knows."""
    return asyncio.run(Reviewers({LAMBDA: Scripted.handler_of(answer)}, **options).reviewed(given or message(), "::1"))


def allow(event: Mapping[str, Any]) -> dict[str, Any]:
    return {"ReviewResult": "ALLOW", "Content": event["Content"], "Attributes": event["Attributes"]}


def test_a_handler_is_asked_what_aws_asks_a_lambda_function() -> None:
    asked: list[Any] = []

    def ask(event: Any) -> dict[str, Any]:
        asked.append(event)
        return allow(event)

    reviewed(ask)

    event = {
        "Content": "hello",
        "MessageId": "abcdefghijkl",
        "RoomArn": ROOM,
        "Attributes": {"mood": "fine"},
        "Sender": {"Attributes": {"name": "Ann"}, "UserId": "ann", "Ip": "::1"},
    }
    assert asked == [event]


def test_an_allowed_message_is_as_it_was() -> None:
    assert reviewed(allow).frame(NOW) == message().frame(NOW)


def test_a_handler_may_edit_content_and_attributes() -> None:
    edited = reviewed(lambda _: {"ReviewResult": "ALLOW", "Content": "h***o", "Attributes": {"edited": "yes"}})

    assert (edited.content, edited.attributes, edited.id) == ("h***o", {"edited": "yes"}, "abcdefghijkl")


def test_attributes_that_an_answer_does_not_have_stay() -> None:
    assert reviewed(lambda _: {"ReviewResult": "ALLOW", "Content": "x"}).attributes == {"mood": "fine"}


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ({"ReviewResult": "DENY", "Content": "x", "Attributes": {"Reason": "no swearing"}}, "no swearing"),
        ({"ReviewResult": "DENY"}, "The message was rejected by the review handler"),
    ],
)
def test_a_denied_message_is_refused_with_the_handlers_reason(answer: Any, reason: str) -> None:
    with pytest.raises(ActionRefused) as caught:
        reviewed(lambda _: answer)

    assert (caught.value.code, caught.value.message, caught.value.request_id) == (406, reason, "7")


def raising(_: Any) -> None:
    msg = "KeyError: 'mood'"
    raise HandlerError(msg, "Traceback …\n  in handler\x1b[31m")


def breaking(_: Any) -> None:
    raise RecursionError


BAD_ANSWERS: list[Any] = [
    None,
    "ALLOW",
    {},
    {"ReviewResult": "allow", "Content": "x"},
    {"ReviewResult": "ALLOW"},
    {"ReviewResult": "ALLOW", "Content": ""},
    {"ReviewResult": "ALLOW", "Content": "x" * 11},
    {"ReviewResult": "ALLOW", "Content": 5},
    {"ReviewResult": "ALLOW", "Content": "\ud800"},
    {"ReviewResult": "ALLOW", "Content": "x", "Attributes": {"a": 1}},
    {"ReviewResult": "ALLOW", "Content": "x", "Attributes": {"a": "x" * 1024}},
]


@pytest.mark.parametrize("handler", [raising, breaking, *[lambda _, answer=answer: answer for answer in BAD_ANSWERS]])
def test_a_handler_that_fails_leaves_it_to_the_fallback_result(handler: Callable[..., Any]) -> None:
    assert reviewed(handler).frame(NOW) == message().frame(NOW)
    with pytest.raises(ActionRefused) as caught:
        reviewed(handler, message(fallback="DENY"))
    shown = "The message was rejected: the review handler failed, and its fallback result is DENY"
    assert (caught.value.code, caught.value.message, caught.value.request_id) == (406, shown, "7")


@pytest.mark.parametrize(
    ("handler", "shown"),
    [
        (raising, "KeyError: 'mood'; the fallback result is ALLOW\nTraceback …\n  in handler\\x1b[31m"),
        (breaking, "the local service failed with RecursionError; the fallback result is ALLOW"),
        (
            lambda _: '{"a": 1}',
            'its answer must be an object with a ReviewResult of ALLOW or DENY, not "{\\"a\\": 1}"; ',
        ),
        (
            lambda _: {"ReviewResult": "ALLOW", "Content": 5},
            "Content of its answer must be 1 to 10 characters, not 5; ",
        ),
        (lambda _: ["x" * 500], 'not ["' + "x" * 198 + "…; "),
    ],
)
def test_why_a_handler_failed_is_in_the_log_and_the_console_and_its_sender_does_not_learn_it(
    handler: Callable[..., Any], shown: str, caplog: pytest.LogCaptureFixture
) -> None:
    reports: list[tuple[str, Frame]] = []

    with caplog.at_level(logging.WARNING):
        reviewed(handler, report=lambda room, frame: reports.append((room, frame)))

    logged = caplog.records[-1].getMessage()
    assert f"Review handler {LAMBDA} failed: " in logged
    assert shown in logged
    [(room, frame)] = reports
    assert (room, frame["Type"]) == (ROOM, "unreviewed")
    assert "\n".join(filter(None, [frame["text"], frame["details"]])) == logged


def test_a_function_without_a_handler_is_reported_without_the_message(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.WARNING):
        assert asyncio.run(Reviewers({}).reviewed(message(), "127.0.0.1")).frame(NOW) == message().frame(NOW)

    assert "no handler is registered for this function; register it with --review-handler; the fallback" in caplog.text
    assert "hello" not in caplog.text


def answering(content: str) -> ReviewHandler:
    return Scripted.handler_of(lambda _: {"ReviewResult": "ALLOW", "Content": content})


def test_a_handler_is_used_for_versions_and_aliases_that_have_none_of_their_own() -> None:
    reviewers = Reviewers({LAMBDA: answering("all"), f"{LAMBDA}:7": answering("seven")})

    def content(uri: str) -> str:
        return asyncio.run(reviewers.reviewed(message(uri=uri), "::1")).content

    assert [content(f"{LAMBDA}{suffix}") for suffix in ("", ":live", ":7")] == ["all", "all", "seven"]


def test_reset_forgets_and_ends_the_functions_that_were_registered_since_the_start() -> None:
    given, other = answering("given"), answering("registered")
    reviewers = Reviewers({LAMBDA: given})
    reviewers.put(LAMBDA, other)
    registered = asyncio.run(reviewers.reviewed(message(), "::1")).content
    reviewers.reset()

    assert (registered, asyncio.run(reviewers.reviewed(message(), "::1")).content) == ("registered", "given")
    assert [each.target.closed for each in (given, other)] == [0, 1]  # type: ignore[attr-defined]
    asyncio.run(reviewers.close())
    assert given.target.closed == 1  # type: ignore[attr-defined]


def test_a_permission_is_there_some_seconds_after_the_first_room_names_the_function() -> None:
    delayed = attrs.evolve(answering("x"), permission_after=5)
    reviewers = Reviewers({LAMBDA: delayed})

    def permitted(seconds: float, arn: str = LAMBDA) -> bool:
        return reviewers.permitted(arn, NOW + timedelta(seconds=seconds))

    assert [permitted(seconds) for seconds in (100, 104.9, 105, 0)] == [False, False, True, False]
    assert permitted(0, f"{LAMBDA}2")
    reviewers.reset()
    assert [permitted(seconds) for seconds in (200, 205)] == [False, True]


def test_a_real_function_reviews(tmp_path: Path) -> None:
    (tmp_path / "reviewing.py").write_text(
        "def handler(event, context):\n    return {'ReviewResult': 'ALLOW', 'Content': event['Content'][::-1]}\n"
    )
    arn, handler = review.from_option(f"{LAMBDA}={tmp_path}/reviewing.py:handler")

    async def main() -> str:
        reviewers = Reviewers({arn: handler}, timeout=30)
        await reviewers.start()
        content = (await reviewers.reviewed(message(), "::1")).content
        await reviewers.close()
        return content

    assert asyncio.run(main()) == "olleh"


def test_a_function_that_cannot_be_loaded_is_an_error_at_the_start(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "index.js").write_text("throw new Error('no words')")
    reviewers = Reviewers(dict([review.from_option(f"{LAMBDA}={tmp_path}/index.js:handler")]))

    async def main() -> None:
        try:
            await reviewers.start()
        finally:
            await reviewers.close()

    with pytest.raises(HandlerError, match=f"the review handler {LAMBDA} cannot be loaded: Error: no words"):
        asyncio.run(main())
    assert f"{tmp_path}/index.js:1" in caplog.text


def test_an_option_may_have_a_delay_of_the_permission() -> None:
    option = f"{LAMBDA}=http://127.0.0.1:1/a,b,permission-after="

    assert review.from_option(option + "2.5")[1].permission_after == 2.5
    assert (
        review.from_option(option + "2.5")[1].target == review.from_option(f"{LAMBDA}=http://127.0.0.1:1/a,b")[1].target
    )
    with pytest.raises(ValueError, match=r"permission-after must be 0 to 3600 seconds, not '1\.1\.1'"):
        review.from_option(option + "1.1.1")


@pytest.mark.parametrize("delay", [-1, "x", None, True, float("nan"), pytest.param(10**400, id="huge")])
def test_a_delay_is_a_number_of_seconds(delay: Any) -> None:
    document = {"arn": LAMBDA, "url": "http://127.0.0.1:1"}

    assert review.from_document(document)[0] == LAMBDA
    with pytest.raises(ValueError, match="permission-after must be 0 to 3600 seconds"):
        review.from_document({**document, "permission_after": delay})


@pytest.mark.parametrize("arn", ["", "review", "http://x", "arn:aws:lambda:us-west-2:000000000000:function:"])
def test_what_is_not_a_functions_arn_is_refused(arn: str) -> None:
    with pytest.raises(ValueError, match=re.escape(f"{arn!r} is not the ARN of a Lambda function")):
        review.from_option(f"{arn}=http://127.0.0.1:1/")
