"""Keeps other sites' pages out: a browser on this machine must not carry their requests to the service."""

from __future__ import annotations

from typing import Final

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from pulumi_ivschat.local.errors import ApiError
from pulumi_ivschat.local.rest_json import write_error
from pulumi_ivschat.local.wire import response

_NAMES: Final = ("127.0.0.1", "localhost", "[::1]")
_DEFAULT_PORT: Final = 80


class SameMachine:
    """
    Lets a request through that names this machine in Host and comes from no page, or from a page of the service itself.

    A page of another site has its own Origin; one whose name was rebound to 127.0.0.1 has its own Host.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 403, or pass on."""
        refused = _refusal(scope) if scope["type"] == "http" else None
        if refused is None:
            await self._app(scope, receive, send)
        else:
            await response(write_error(refused))(scope, receive, send)


def _refusal(scope: Scope) -> ApiError | None:
    headers = Headers(scope=scope)
    hosts, origins, sites = (headers.getlist(name) for name in ("host", "origin", "sec-fetch-site"))
    if len(hosts) != 1 or not is_own_host(hosts[0], scope["server"][1]):
        return _denied("The Host of a request to the local service must be 127.0.0.1 or localhost with its port")
    if any(origin.lower() != f"http://{hosts[0].lower()}" for origin in origins):
        return _denied("The local service does not take requests from pages of other sites")
    if scope["path"].startswith("/_local") and not set(sites) <= {"same-origin", "none"}:
        return _denied("The local service does not take requests from pages of other sites")
    return None


def is_own_host(host: str, port: int) -> bool:
    """Say whether a Host header names this machine with the service's port."""
    own = {f"{name}:{port}" for name in _NAMES} | (set(_NAMES) if port == _DEFAULT_PORT else set())
    return host.lower() in own


def _denied(message: str) -> ApiError:
    return ApiError("AccessDeniedException", message)
