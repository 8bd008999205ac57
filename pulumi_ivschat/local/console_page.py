"""The console at `/`: its files, and the headers under which a browser runs nothing else and shows it nowhere else."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import resources
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

_TYPES: Final[Mapping[str, str]] = {
    "html": "text/html; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
}
_POLICY: Final = (
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    # Not every browser's 'self' holds the socket of the same address.
    "connect-src 'self' ws://{host} wss://{host}",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
)
_HEADERS: Final[Mapping[str, str]] = {
    "cache-control": "no-store",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}


def console_page() -> list[BaseRoute]:
    """Return the page at `/`, and what it is made of."""
    files = {
        file.name: file.read_bytes() for file in resources.files("pulumi_ivschat.local").joinpath("console").iterdir()
    }

    async def asked(request: Request) -> Response:
        name = request.path_params.get("name", "index.html")
        if name not in files:
            raise HTTPException(404)
        return Response(files[name], media_type=_TYPES[name.rpartition(".")[2]], headers=_headers(request))

    return [Route("/", asked), Route("/_local/console/files/{name}", asked)]


def _headers(request: Request) -> dict[str, str]:
    # `SameMachine` has validated this header: it is a name or an address with a port, and nothing else.
    policy = "; ".join(_POLICY).format(host=request.headers["host"])
    return {**_HEADERS, "content-security-policy": policy}
