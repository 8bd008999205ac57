"""`/_local/console/…`: what the console asks for, unsigned, from pages of the service itself and this machine only."""

from __future__ import annotations

import functools
import json
from collections.abc import AsyncIterator, Mapping
from typing import Any, Final

import attrs
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Mount, Route

from pulumi_ivschat.local import request_log, rest_json, wire
from pulumi_ivschat.local.calls import Caller, Calls, performed
from pulumi_ivschat.local.control_plane import OPERATIONS
from pulumi_ivschat.local.errors import ApiError, check
from pulumi_ivschat.local.feed import Event
from pulumi_ivschat.local.messaging import described
from pulumi_ivschat.local.service import Service
from pulumi_ivschat.local.store import ROOM, Home, Members
from pulumi_ivschat.model.service_model import Shape, operations

_MOST_ROOMS: Final = 200
_MOST_CONNECTIONS: Final = 200
_LONGEST_SEARCH: Final = 256
_RETRY_MILLISECONDS: Final = 1000
_UNCACHED: Final = {"cache-control": "no-store", "x-content-type-options": "nosniff"}

_OPERATION: Final = Shape(name="Operation", type="string", choices=tuple(OPERATIONS))
_ACCOUNT: Final = attrs.evolve(_OPERATION, name="Account", choices=(), minimum=12, maximum=12)


def console_api(service: Service) -> Mount:
    """Return everything below `/_local/console`."""
    asked = _ConsoleApi(service)
    return Mount(
        "/_local/console",
        routes=[
            Route("/rooms", asked.rooms),
            Route("/room", asked.room),
            Route("/feed", asked.feed),
            Route("/call", Calls(service, functools.partial(_carried_out, service)), methods=["POST"]),
        ],
    )


@attrs.frozen
class _ConsoleApi:
    """The answers, by what is asked."""

    _service: Service

    async def rooms(self, request: Request) -> Response:
        """Return the newest rooms of all accounts and regions that a search finds, and how many it finds."""
        text = request.query_params.get("search", "")[:_LONGEST_SEARCH]
        total, found = self._service.store.search(ROOM, text, _MOST_ROOMS)
        return JSONResponse({"total": total, "rooms": [self._counted(room) for room in found]}, headers=_UNCACHED)

    async def room(self, request: Request) -> Response:
        """Return a room, null if it is gone, and who is in it."""
        arn = request.query_params.get("arn", "")
        room = self._service.store.get(arn)
        sessions = self._service.chat.sessions(arn)
        shown = [described(session) for session in sessions[-_MOST_CONNECTIONS:]]
        return JSONResponse({"room": room and self._counted(room), "connections": shown}, headers=_UNCACHED)

    async def feed(self, request: Request) -> Response:
        """
        Return all that happens, as Server-Sent Events, from the one after the last that the page has seen.

        With `once` the stream ends with what has happened, for pages that have no connection to spare.
        """
        after = self._number(request.headers.get("last-event-id") or request.query_params.get("after", ""))
        events = self._happened(after) if "once" in request.query_params else self._service.feed.follow(after)
        return StreamingResponse(self._written(events), media_type="text/event-stream", headers=_UNCACHED)

    def _number(self, seen: str) -> int:
        instance, _, number = seen.partition(".")
        ours = instance == self._service.identity.instance and number.isascii() and number.isdecimal()
        return int(number[:18]) if ours else 0

    async def _happened(self, after: int) -> AsyncIterator[list[Event]]:
        yield self._service.feed.after(after)

    async def _written(self, followed: AsyncIterator[list[Event]]) -> AsyncIterator[str]:
        instance = self._service.identity.instance
        yield f"retry: {_RETRY_MILLISECONDS}\n{_event('hello', self._about())}"
        async for events in followed:
            yield "".join(f"id: {instance}.{each.number}\n{_event(each.kind, each.data)}" for each in events)

    def _about(self) -> Mapping[str, Any]:
        settings = self._service.settings
        accounts = sorted({key.account for key in settings.access_keys.values()})
        return {**attrs.asdict(self._service.identity), "regions": settings.regions, "accounts": accounts}

    def _counted(self, room: Members) -> Members:
        return {**room, "connections": len(self._service.chat.sessions(room["arn"]))}


def _event(kind: str, data: Mapping[str, Any]) -> str:
    return f"event: {kind}\ndata: {json.dumps(data)}\n\n"


async def _carried_out(service: Service, request: Request, noted: request_log.Request) -> rest_json.Answer:
    """Carry out `{"operation", "region", "account", "input"}` as a signed call of that account would be."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        # A form of another site can be sent without asking first; this type cannot.
        error = ApiError("UnsupportedMediaTypeException", "The Content-Type must be application/json")
        raise error
    document = rest_json.document((await wire.received(request, service.settings)).body)
    asked = {name: document[name] for name in ("operation", "region", "account") if document.get(name) is not None}
    check(_asked(service), asked)
    noted.operation, noted.region, noted.account = asked["operation"], asked["region"], asked["account"]
    operation = operations()[asked["operation"]]
    given = rest_json.members(operation.input, document.get("input"))
    caller = Caller(Home(asked["account"], asked["region"]), "console")
    answer = rest_json.write(operation, performed(service, caller, operation, given, noted))
    return attrs.evolve(answer, headers=_UNCACHED)


def _asked(service: Service) -> Shape:
    region = attrs.evolve(_OPERATION, name="Region", choices=service.settings.regions)
    members = {"operation": _OPERATION, "region": region, "account": _ACCOUNT}
    return Shape(name="Asked", type="structure", members=members, required=tuple(members))
