"""One call, however it came in: carried out by the service model's rules, answered whatever happens, and logged."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final, TypeAlias

import attrs
from starlette.requests import ClientDisconnect, Request
from starlette.types import Receive, Scope, Send

from pulumi_ivschat.local import request_log, rest_json, wire
from pulumi_ivschat.local.authorization import authorize
from pulumi_ivschat.local.connections import Dropped, drop
from pulumi_ivschat.local.control_plane import Call, identifier, perform
from pulumi_ivschat.local.errors import ApiError, check, unusable
from pulumi_ivschat.local.faults import ANY, Fault
from pulumi_ivschat.local.iam_policies import Policy
from pulumi_ivschat.local.service import Service
from pulumi_ivschat.local.store import Home, Members, StoreError
from pulumi_ivschat.model.conversion import iso8601
from pulumi_ivschat.model.service_model import Operation

_LOG: Final = logging.getLogger("pulumi_ivschat.local")
_LONGEST_ARN: Final = 128
_NO_FAULT: Final = Fault(ANY)

CarryOut: TypeAlias = Callable[[Request, request_log.Request], Awaitable[rest_json.Answer]]
"""Reads a request, carries out what it asks for, and returns the answer; notes for the log what it learns."""


class Calls:
    """An ASGI application of which every request is a call."""

    def __init__(self, service: Service, carry_out: CarryOut) -> None:
        self._service = service
        self._carry_out = carry_out

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or drop its connection if a fault asks for that."""
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
        # Before the answer is sent: who has it finds the request in the log.
        self._service.requests.add(noted)
        await wire.response(answer)(scope, receive, send)

    async def _answer(self, request: Request, noted: request_log.Request) -> rest_json.Answer:
        try:
            return await self._carry_out(request, noted)
        except ApiError as error:
            noted.error = error.code
            return rest_json.write_error(error)
        except (Dropped, ClientDisconnect):
            raise
        except StoreError as error:
            noted.error = "InternalServerException"
            return rest_json.write_error(unusable(error))
        except Exception:  # noqa: BLE001 - whatever it is, the client gets an answer and the log the rest
            _LOG.exception("The local service failed at %s", noted.operation)
            noted.error = "InternalServerException"
            return rest_json.write_error(ApiError("InternalServerException", "The local service failed: see its log"))


@attrs.frozen
class Caller:
    """Whose call it is: an IAM user, by name, in the account and region of *home*; what is to go wrong with it; its policies."""

    home: Home
    name: str
    fault: Fault | None = None
    policies: Sequence[Policy] = ()


def performed(
    service: Service, caller: Caller, operation: Operation, given: dict[str, Any], noted: request_log.Request
) -> Members:
    """Carry out an operation; raise ApiError where its input breaks the service model, or it cannot be."""
    fault = caller.fault or _NO_FAULT
    noted.identifier = (identifier(given) or "")[:_LONGEST_ARN] or None
    check(operation.input, given)
    call = Call(
        operation=operation.name,
        home=caller.home,
        user=f"arn:aws:iam::{caller.home.account}:user/{caller.name}",
        input=given,
        store=service.store,
        now=service.clock(),
        resource_quotas=service.settings.resource_quotas,
        token_lifetime=service.settings.token_lifetime,
        chat=service.chat,
        logging_delay=service.settings.logging_delay if fault.settle_seconds is None else fault.settle_seconds,
        logging_failure=fault.state,
        permitted=service.reviewers.permitted,
    )
    authorize(call, caller.policies)
    output = perform(call)
    noted.identifier = noted.identifier or output.get("arn")
    return output
