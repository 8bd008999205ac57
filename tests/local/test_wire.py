"""Requests as they arrive and answers as they are sent, without a server."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import attrs
import pytest
from starlette.requests import Request

from pulumi_ivschat.local import wire
from pulumi_ivschat.local.errors import ApiError
from pulumi_ivschat.local.rest_json import Answer
from pulumi_ivschat.local.settings import Settings
from pulumi_ivschat.local.sigv4 import Received

SCOPE = {
    "type": "http",
    "method": "POST",
    "raw_path": b"/tags/a%3ab",
    "path": "/tags/a:b",
    "query_string": b"x=%20",
    "headers": [(b"a", b"1"), (b"b", b"\xe9"), (b"a", b"2")],
}


def _received(*chunks: bytes, pause: float = 0.0, **settings: Any) -> Received:
    incoming = iter(chunks)

    async def receive() -> Mapping[str, Any]:
        await asyncio.sleep(pause)
        chunk = next(incoming, b"")
        return {"type": "http.request", "body": chunk, "more_body": bool(chunk)}

    request = Request(SCOPE, receive)  # type: ignore[arg-type]
    return asyncio.run(wire.received(request, attrs.evolve(Settings(), **settings)))


def test_target_query_and_headers_are_taken_as_they_were_sent() -> None:
    received = _received(b"{", b"}")

    assert (received.method, received.target, received.query) == ("POST", "/tags/a%3ab", "x=%20")
    assert {name: received.headers.get_all(name) for name in received.headers.names()} == {"a": ["1", "2"], "b": ["é"]}
    assert received.body == b"{}"


def test_a_header_that_comes_twice_is_not_one() -> None:
    received = _received()

    assert (received.header("b"), received.header("a"), received.header("c")) == ("é", None, None)


def test_a_body_may_be_as_large_as_is_set_and_no_larger() -> None:
    assert _received(b"12", b"345", largest_body=5).body == b"12345"
    with pytest.raises(ApiError) as raised:
        _received(b"12", b"3456", largest_body=5)

    assert (raised.value.code, raised.value.status) == ("RequestEntityTooLargeException", 413)


def test_a_body_that_does_not_come_is_given_up() -> None:
    with pytest.raises(ApiError) as raised:
        _received(b"1", pause=5, slowest_request=0.01)

    assert (raised.value.code, raised.value.status) == ("RequestTimeoutException", 408)


def test_an_answer_has_a_request_id_of_its_own() -> None:
    first, second = (wire.response(Answer(200, b"{}", {"x-own": "1"})).headers for _ in range(2))

    assert first["x-amzn-requestid"] != second["x-amzn-requestid"]
    assert (first["content-type"], first["x-own"]) == ("application/json", "1")
    assert "content-type" not in wire.response(Answer(204, b"")).headers
