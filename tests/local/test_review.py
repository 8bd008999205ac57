"""Message review: what a handler is asked, what its answer does, and what happens when it gives none."""

from __future__ import annotations

import asyncio
import http.server
import json
import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from pulumi_ivschat.local import review
from pulumi_ivschat.local.messaging import ActionRefused, Message, Session
from pulumi_ivschat.local.review import Reviewers
from pulumi_ivschat.local.tokens import Grant

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


def reviewed(handler: Callable[..., Any], given: Message | None = None) -> Message:
    return asyncio.run(Reviewers({LAMBDA: handler}).reviewed(given or message(), "127.0.0.1"))


def allow(event: Mapping[str, Any], _: None) -> dict[str, Any]:
    return {"ReviewResult": "ALLOW", "Content": event["Content"], "Attributes": event["Attributes"]}


def test_a_handler_is_asked_what_aws_asks_a_lambda_function() -> None:
    asked: list[Any] = []

    def ask(event: Mapping[str, Any], context: None) -> dict[str, Any]:
        asked.extend([event, context])
        return allow(event, context)

    reviewed(ask)

    event = {
        "Content": "hello",
        "MessageId": "abcdefghijkl",
        "RoomArn": ROOM,
        "Attributes": {"mood": "fine"},
        "Sender": {"Attributes": {"name": "Ann"}, "UserId": "ann", "Ip": "127.0.0.1"},
    }
    assert asked == [event, None]


def test_an_allowed_message_is_as_it_was() -> None:
    assert reviewed(allow).frame(NOW) == message().frame(NOW)


def test_a_handler_may_edit_content_and_attributes() -> None:
    edited = reviewed(lambda *_: {"ReviewResult": "ALLOW", "Content": "h***o", "Attributes": {"edited": "yes"}})

    assert (edited.content, edited.attributes, edited.id) == ("h***o", {"edited": "yes"}, "abcdefghijkl")


def test_attributes_that_an_answer_does_not_have_stay() -> None:
    assert reviewed(lambda *_: {"ReviewResult": "ALLOW", "Content": "x"}).attributes == {"mood": "fine"}


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ({"ReviewResult": "DENY", "Content": "x", "Attributes": {"Reason": "no swearing"}}, "no swearing"),
        ({"ReviewResult": "DENY"}, "The message was rejected by the review handler"),
    ],
)
def test_a_denied_message_is_refused_with_the_handlers_reason(answer: Any, reason: str) -> None:
    with pytest.raises(ActionRefused) as caught:
        reviewed(lambda *_: answer)

    assert (caught.value.code, caught.value.message, caught.value.request_id) == (406, reason, "7")


def raising(*_: Any) -> None:
    raise RuntimeError


def slow(event: Mapping[str, Any], _: None) -> dict[str, Any]:
    time.sleep(0.4)
    return allow(event, None)


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


@pytest.mark.parametrize("handler", [raising, slow, *[lambda *_, answer=answer: answer for answer in BAD_ANSWERS]])
def test_a_handler_that_fails_leaves_it_to_the_fallback_result(handler: Callable[..., Any]) -> None:
    assert reviewed(handler).frame(NOW) == message().frame(NOW)
    with pytest.raises(ActionRefused, match="rejected by the review handler"):
        reviewed(handler, message(fallback="DENY"))


def test_a_function_that_nobody_named_is_told_in_the_log_and_leaves_it_to_the_fallback_result(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.WARNING):
        assert asyncio.run(Reviewers({}).reviewed(message(), "127.0.0.1")).frame(NOW) == message().frame(NOW)

    assert "no such function is known here; the fallback result is ALLOW" in caplog.text
    assert "hello" not in caplog.text


def test_handlers_that_hang_do_not_keep_others_waiting() -> None:
    release = threading.Event()

    async def main() -> float:
        reviewers = Reviewers({LAMBDA: lambda *_: release.wait(5)})
        began = time.monotonic()
        await asyncio.gather(*(reviewers.reviewed(message(), "127.0.0.1") for _ in range(100)))
        waited = time.monotonic() - began
        release.set()
        return waited

    assert asyncio.run(main()) < 2


def test_reset_forgets_the_functions_that_were_named_since_the_start() -> None:
    reviewers = Reviewers({LAMBDA: lambda *_: {"ReviewResult": "ALLOW", "Content": "given"}})
    reviewers.put(LAMBDA, lambda *_: {"ReviewResult": "ALLOW", "Content": "named"})
    named = asyncio.run(reviewers.reviewed(message(), "127.0.0.1")).content
    reviewers.reset()

    assert (named, asyncio.run(reviewers.reviewed(message(), "127.0.0.1")).content) == ("named", "given")


class _Function(http.server.BaseHTTPRequestHandler):
    """Answers as an HTTP stand-in for a Lambda function: edits the content, or what its path says."""

    def do_POST(self) -> None:
        """Answer an event."""
        event = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path == "/slow":
            time.sleep(0.4)
        self.send_response(302 if self.path == "/moved" else 200)
        self.send_header("Location", "/")
        self.end_headers()
        answer = {"ReviewResult": "ALLOW", "Content": event["Content"].upper()}
        self.wfile.write(b"nonsense" if self.path == "/nonsense" else json.dumps(answer).encode())

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its own name for it
        """Say nothing."""


@pytest.fixture
def url() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Function)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_handler_may_be_an_http_address(url: str) -> None:
    arn, handler = review.from_option(f"{LAMBDA}={url}/2015-03-31/functions/function/invocations")

    assert (arn, reviewed(handler).content) == (LAMBDA, "HELLO")


@pytest.mark.parametrize("path", ["/slow", "/moved", "/nonsense"])
def test_an_address_that_is_slow_or_answers_nonsense_leaves_it_to_the_fallback_result(url: str, path: str) -> None:
    assert reviewed(review.at(url + path)).content == "hello"


def test_a_handler_may_be_a_function_in_a_file_or_a_module(tmp_path: Path) -> None:
    (tmp_path / "reviewing.py").write_text(
        "def handler(event, context):\n    return {'ReviewResult': 'ALLOW', 'Content': event['Content'][::-1]}\n"
    )

    assert reviewed(review.from_option(f"{LAMBDA}={tmp_path}/reviewing.py:handler")[1]).content == "olleh"
    assert review.from_option(f"{LAMBDA}=json:dumps")[1].__name__ == "dumps"


@pytest.mark.parametrize(
    ("option", "told"),
    [
        ("review=http://127.0.0.1:1/", "'review' is not the ARN of a Lambda function"),
        (f"{LAMBDA}", "cannot be loaded"),
        (f"{LAMBDA}=http://example.com/", "an address on this machine"),
        (f"{LAMBDA}=http://127.0.0.1.example.com/", "an address on this machine"),
        (f"{LAMBDA}=http://127.0.0.1@example.com/", "an address on this machine"),
        (f"{LAMBDA}=https://127.0.0.1/", "an address on this machine"),
        (f"{LAMBDA}=no.such.module:f", "cannot be loaded: ModuleNotFoundError"),
        (f"{LAMBDA}=json:nothing", "cannot be loaded: AttributeError"),
        (f"{LAMBDA}=no/such/file.py:f", "cannot be loaded: FileNotFoundError"),
    ],
)
def test_what_is_no_handler_is_told(option: str, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        review.from_option(option)
