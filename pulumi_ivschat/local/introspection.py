"""`/_local/…`: what tests and people ask of the service itself, unsigned, from this machine only."""

from __future__ import annotations

import os
from typing import Any

import attrs
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route

from pulumi_ivschat.local.faults import from_json
from pulumi_ivschat.local.service import Service


def introspection(service: Service) -> Mount:
    """Give everything below `/_local`."""

    async def health(_: Request) -> Response:
        return JSONResponse({"status": "ok", "pid": os.getpid(), **attrs.asdict(service.identity)})

    async def requests(request: Request) -> Response:
        after = request.query_params.get("after", "0")
        if not after.isascii() or not after.isdigit():
            return _refusal("after must be a whole number")
        return JSONResponse({"requests": [attrs.asdict(each) for each in service.requests.after(int(after[:18]))]})

    async def reset(_: Request) -> Response:
        service.reset()
        return Response(status_code=204)

    async def list_faults(_: Request) -> Response:
        return JSONResponse({"faults": [attrs.asdict(fault) for fault in service.faults.waiting()]})

    async def add_fault(request: Request) -> Response:
        try:
            fault = from_json(await _document(request))
        except ValueError as error:
            return _refusal(str(error))
        service.faults.add(fault)
        return JSONResponse(attrs.asdict(fault), status_code=201)

    async def clear_faults(_: Request) -> Response:
        service.faults.clear()
        return Response(status_code=204)

    return Mount(
        "/_local",
        routes=[
            Route("/health", health),
            Route("/requests", requests),
            Route("/reset", reset, methods=["POST"]),
            Route("/faults", list_faults),
            Route("/faults", add_fault, methods=["POST"]),
            Route("/faults", clear_faults, methods=["DELETE"]),
        ],
    )


async def _document(request: Request) -> Any:
    try:
        return await request.json()
    except (ValueError, RecursionError):
        msg = "the body must be JSON"
        raise ValueError(msg) from None


def _refusal(message: str) -> Response:
    return JSONResponse({"message": message}, status_code=400)
