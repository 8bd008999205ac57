"""The ASGI application: the control plane on every path, `/_local` for the service itself."""

from __future__ import annotations

import asyncio
import logging
from typing import Any, Final

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from pulumi_ivschat.local import request_log, rest_json, wire
from pulumi_ivschat.local.connections import Dropped, drop
from pulumi_ivschat.local.control_plane import OPERATIONS, Call, perform
from pulumi_ivschat.local.errors import ApiError, invalid, unknown_operation
from pulumi_ivschat.local.faults import AFTER, BEFORE, Fault
from pulumi_ivschat.local.introspection import introspection
from pulumi_ivschat.local.same_machine import SameMachine
from pulumi_ivschat.local.service import Service
from pulumi_ivschat.local.sigv4 import Caller, authenticate
from pulumi_ivschat.local.store import Home
from pulumi_ivschat.service_model import failures, iso8601

_LOG: Final = logging.getLogger("pulumi_ivschat.local")
_IDENTIFIERS: Final = ("identifier", "roomIdentifier", "resourceArn")
_LONGEST_ARN: Final = 128


def create_app(service: Service) -> Starlette:
    """Give the application of a service."""
    everything_else = Route("/{path:path}", ControlPlane(service))
    return Starlette(
        routes=[introspection(service), everything_else],
        middleware=[Middleware(SameMachine)],
    )


class ControlPlane:
    """Takes any request as one to the control plane, and logs it."""

    def __init__(self, service: Service) -> None:
        self._service = service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or drop its connection where a fault says so."""
        request = Request(scope, receive)
        noted = request_log.Request(time=iso8601(self._service.clock()))
        try:
            answer = await self._answer(request, noted)
        except (Dropped, ClientDisconnect) as ending:
            noted.error = type(ending).__name__
            self._service.requests.add(noted)
            if isinstance(ending, Dropped):
                await drop(scope, receive)
            return
        noted.status = answer.status
        # Before the answer goes out: who has it finds the request in the log.
        self._service.requests.add(noted)
        await wire.response(answer)(scope, receive, send)

    async def _answer(self, request: Request, noted: request_log.Request) -> rest_json.Answer:
        try:
            return await self._carried_out(request, noted)
        except ApiError as error:
            noted.error = error.code
            return rest_json.write_error(error)
        except (Dropped, ClientDisconnect):
            raise
        except Exception:  # noqa: BLE001 - whatever it is, the client gets an answer and the log the rest
            _LOG.exception("The local service failed at %s", noted.operation)
            noted.error = "InternalServerException"
            return rest_json.write_error(ApiError("InternalServerException", "The local service failed: see its log"))

    async def _carried_out(self, request: Request, noted: request_log.Request) -> rest_json.Answer:
        routed = rest_json.route(request.method, wire.raw_path(request))
        noted.operation = routed.operation.name if routed else None
        received = await wire.received(request, self._service.settings)
        caller = authenticate(received, self._service.settings, self._service.clock())
        noted.region, noted.account = caller.region, caller.access_key.account
        if routed is None or routed.operation.name not in OPERATIONS:
            raise unknown_operation()
        fault = self._service.faults.take(routed.operation.name)
        await _suffer(fault, BEFORE, request)
        given = rest_json.read(routed, received.query, received.body)
        noted.identifier = _identifier(given)
        output = self._performed(routed, caller, given, fault)
        noted.identifier = noted.identifier or output.get("arn")
        await _suffer(fault, AFTER, request)
        return rest_json.write(routed.operation, output)

    def _performed(
        self, routed: rest_json.Routed, caller: Caller, given: dict[str, Any], fault: Fault | None
    ) -> dict[str, Any]:
        if found := list(failures(routed.operation.input, given, named=str)):
            raise invalid(found)
        key, settings = caller.access_key, self._service.settings
        delay = fault.settle_seconds if fault else None
        return perform(
            Call(
                operation=routed.operation.name,
                home=Home(key.account, caller.region),
                user=f"arn:aws:iam::{key.account}:user/{key.id}",
                input=given,
                store=self._service.store,
                now=self._service.clock(),
                resource_quotas=settings.resource_quotas,
                token_lifetime=settings.token_lifetime,
                chat=self._service.chat,
                logging_delay=settings.logging_delay if delay is None else delay,
                logging_failure=fault.state if fault else None,
            )
        )


def _identifier(given: dict[str, Any]) -> str | None:
    found = next((given[member] for member in _IDENTIFIERS if member in given), None)
    return found[:_LONGEST_ARN] if found else None


async def _suffer(fault: Fault | None, moment: str, request: Request) -> None:
    if fault is None or fault.when != moment:
        return
    await asyncio.sleep(fault.latency_seconds)
    if fault.hang:
        await _client_gone(request)
    if fault.hang or fault.drop:
        raise Dropped
    if error := fault.api_error():
        raise error


async def _client_gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
