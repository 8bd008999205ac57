"""Between ASGI and the protocol's own terms: requests as received, answers as sent."""

from __future__ import annotations

import asyncio
import os

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from pulumi_ivschat.local import connections
from pulumi_ivschat.local.errors import ApiError
from pulumi_ivschat.local.rest_json import Answer
from pulumi_ivschat.local.settings import Settings
from pulumi_ivschat.local.sigv4 import Headers, Received


async def received(request: Request, settings: Settings) -> Received:
    """Read a request whole; raise ApiError where its body is too large or too slow."""
    slowest = settings.slowest_request
    seconds = connections.time_left(request.scope, slowest)
    reading = _body(request, settings.largest_body)
    try:
        body = await (reading if seconds is None else asyncio.wait_for(reading, seconds))
    except asyncio.TimeoutError:
        message = f"The request did not arrive within {slowest:g} seconds"
        error = ApiError("RequestTimeoutException", message)
        raise error from None
    return Received(
        method=request.method,
        target=raw_path(request),
        query=request.scope["query_string"].decode("latin-1"),
        headers=Headers((name.decode("latin-1"), value.decode("latin-1")) for name, value in request.scope["headers"]),
        body=body,
    )


def raw_path(request: Request) -> str:
    """Return the path as it was sent, undecoded."""
    raw: bytes = request.scope["raw_path"]
    return raw.decode("latin-1")


async def _body(request: Request, largest: int) -> bytes:
    body, more = b"", True
    while more:
        message = await request.receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        body, more = body + message.get("body", b""), message.get("more_body", False)
        if len(body) > largest:
            error = ApiError("RequestEntityTooLargeException", f"The body is larger than {largest} bytes")
            raise error
    return body


def response(answer: Answer) -> Response:
    """Return the HTTP response for an answer, with AWS's headers."""
    headers = {"x-amzn-RequestId": _request_id(), "x-content-type-options": "nosniff", **answer.headers}
    return Response(answer.body, answer.status, headers, media_type="application/json" if answer.body else None)


def _request_id() -> str:
    """Return a random UUID (RFC 9562, version 4), as AWS's request ids are; `uuid.uuid4` takes four times as long."""
    drawn = os.urandom(16).hex()
    return f"{drawn[:8]}-{drawn[8:12]}-4{drawn[13:16]}-8{drawn[17:20]}-{drawn[20:]}"
