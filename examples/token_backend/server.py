"""
The endpoint as a server.

    uvicorn --factory token_backend.server:app
"""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from .endpoint import Endpoint


def app() -> Starlette:
    """Return the application, set up from the environment."""
    endpoint = Endpoint.from_environment()

    async def chat_token(request: Request) -> Response:
        answer = await run_in_threadpool(endpoint.answer, request.method, request.headers)
        return Response(answer.body, answer.status, answer.headers)

    methods = ["GET", "POST", "OPTIONS", "PUT", "PATCH", "DELETE"]
    return Starlette(routes=[Route("/chat-token", chat_token, methods=methods)])
