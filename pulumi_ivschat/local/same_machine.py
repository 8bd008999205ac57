"""Keeps other sites' pages out: a browser on this machine must not carry their requests to the service."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from starlette.types import ASGIApp, Receive, Scope, Send

from pulumi_ivschat.local import host_names
from pulumi_ivschat.local.errors import ApiError
from pulumi_ivschat.local.rest_json import write_error
from pulumi_ivschat.local.wire import response

_OTHER_SITES: Final = "The local service does not take requests from pages of other sites"


class SameMachine:
    """
    Lets a request through that has a known name in Host and comes from no page, or from a page of the service itself.

    A page of another site has its own Origin; one whose name was rebound to 127.0.0.1 has its own Host. A page of an
    *allowed* name may come over https: a proxy in front of the service speaks it.
    """

    def __init__(self, app: ASGIApp, allowed: Collection[str] = ()) -> None:
        self._app = app
        self._allowed = allowed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 403, or pass on."""
        refused = self._refusal(scope) if scope["type"] == "http" else None
        if refused is None:
            await self._app(scope, receive, send)
        else:
            error = ApiError("AccessDeniedException", refused)
            await response(write_error(error))(scope, receive, send)

    def _refusal(self, scope: Scope) -> str | None:
        hosts, origins, sites = _values(scope)
        if refused := host_names.refusal(hosts, self._allowed):
            return refused
        if origins and not {origin.lower() for origin in origins} <= self._own_origins(hosts[0]):
            return _OTHER_SITES
        if scope["path"].startswith("/_local") and not set(sites) <= {"same-origin", "none"}:
            return _OTHER_SITES
        return None

    def _own_origins(self, host: str) -> set[str]:
        schemes = ("http", "https") if host_names.is_allowed(host, self._allowed) else ("http",)
        return {f"{scheme}://{host.lower()}" for scheme in schemes}


def _values(scope: Scope) -> tuple[list[str], list[str], list[str]]:
    """Return all values of Host, Origin and Sec-Fetch-Site; the names in a scope are in lower case."""
    found: dict[bytes, list[str]] = {b"host": [], b"origin": [], b"sec-fetch-site": []}
    for name, value in scope["headers"]:
        if name in found:
            found[name].append(value.decode("latin-1"))
    return found[b"host"], found[b"origin"], found[b"sec-fetch-site"]
