"""The ASGI application: the console at `/`, `/_local` for the service itself, the control plane on every other path."""

from __future__ import annotations

import asyncio
import functools

import attrs
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from pulumi_ivschat.local import request_log, rest_json, wire
from pulumi_ivschat.local.calls import Caller, Calls, performed
from pulumi_ivschat.local.connections import Dropped
from pulumi_ivschat.local.console_api import console_api
from pulumi_ivschat.local.console_page import console_page
from pulumi_ivschat.local.control_plane import OPERATIONS
from pulumi_ivschat.local.errors import ApiError, throttling, unknown_operation, unusable
from pulumi_ivschat.local.faults import AFTER, BEFORE, Fault
from pulumi_ivschat.local.introspection import introspection
from pulumi_ivschat.local.same_machine import SameMachine
from pulumi_ivschat.local.service import Service
from pulumi_ivschat.local.sigv4 import authenticate
from pulumi_ivschat.local.store import Home, StoreError


def create_app(service: Service) -> ASGIApp:
    """Return the application of a service."""
    control_plane = Calls(service, functools.partial(_carried_out, service))
    routed = Starlette(
        routes=[*console_page(), console_api(service), introspection(service), Route("/{path:path}", control_plane)],
        exception_handlers={ApiError: _refused, StoreError: _failed},
    )
    return SameMachine(_Split(control_plane, routed), allowed=service.settings.allowed_hosts)


@attrs.frozen
class _Split:
    """Sends a request that can only be the control plane's straight there, without a search for its route."""

    _control_plane: ASGIApp
    _routed: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        only = scope["type"] == "http" and scope["path"] != "/" and not scope["path"].startswith("/_local")
        await (self._control_plane if only else self._routed)(scope, receive, send)


async def _refused(_: Request, error: Exception) -> Response:
    assert isinstance(error, ApiError)  # noqa: S101 - for type checkers
    return wire.response(rest_json.write_error(error))


async def _failed(_: Request, error: Exception) -> Response:
    assert isinstance(error, StoreError)  # noqa: S101 - for type checkers
    return wire.response(rest_json.write_error(unusable(error)))


async def _carried_out(service: Service, request: Request, noted: request_log.Request) -> rest_json.Answer:
    """Carry out a signed request to the control plane."""
    routed = rest_json.route(request.method, wire.raw_path(request))
    noted.operation = routed.operation.name if routed else None
    received = await wire.received(request, service.settings)
    now = service.clock()
    signer = authenticate(received, service.settings, now)
    home = Home(signer.access_key.account, signer.region)
    noted.region, noted.account = home.region, home.account
    if routed is None or routed.operation.name not in OPERATIONS:
        raise unknown_operation()
    if not service.rates.take(home.account, home.region, routed.operation.name, now):
        raise throttling(home.account, service.rates.rates[routed.operation.name])
    fault = service.faults.take(routed.operation.name)
    if fault and (answer := await _suffered(fault, BEFORE, request)):
        return answer
    given = rest_json.read(routed, received.query, received.body)
    caller = Caller(home, signer.access_key.id, fault, service.policies.of(signer.access_key.id))
    output = performed(service, caller, routed.operation, given, noted)
    answer = await _suffered(fault, AFTER, request) if fault else None
    return answer or rest_json.write(routed.operation, output)


async def _suffered(fault: Fault, moment: str, request: Request) -> rest_json.Answer | None:
    """Let a fault that is for this moment happen, and return the answer that it puts instead of the call's, if any."""
    if fault.when != moment:
        return None
    await asyncio.sleep(fault.latency_seconds)
    if fault.hang:
        await _client_gone(request)
    if fault.hang or fault.drop:
        raise Dropped
    if error := fault.api_error():
        raise error
    return None if fault.body is None else rest_json.Answer(fault.status, fault.body.encode())


async def _client_gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
