"""A server that issues a token before it forks, as people write one: `wsgi` for gunicorn, `asgi` for uvicorn."""

from __future__ import annotations

import json
import os
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any
from urllib.parse import parse_qs

from pulumi_ivschat.runtime import Role, TokenIssuer

issuer = TokenIssuer(roles={"member": Role(["SEND_MESSAGE"], attributes=lambda user: {"name": user})})
issuer.issue("warm-up", "member")  # what --preload is for


def _answered(query: str, token: str) -> bytes:
    return json.dumps({"user": parse_qs(query)["user"][0], "token": token, "pid": os.getpid()}).encode()


def wsgi(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer GET /?user=… with a token."""
    query = environ["QUERY_STRING"]
    token = issuer.issue(parse_qs(query)["user"][0], "member").token
    start_response("200 OK", [("Content-Type", "application/json")])
    return [_answered(query, token)]


async def asgi(
    scope: MutableMapping[str, Any],
    _: Callable[[], Awaitable[Any]],
    send: Callable[[MutableMapping[str, Any]], Awaitable[None]],
) -> None:
    """Answer GET /?user=… with a token, without blocking the event loop."""
    assert scope["type"] == "http"
    query = scope["query_string"].decode()
    token = (await issuer.issue_async(parse_qs(query)["user"][0], "member")).token
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"application/json")]})
    await send({"type": "http.response.body", "body": _answered(query, token)})
