"""`/_local/…`: what tests and people ask of the service itself, unsigned, from this machine only."""

from __future__ import annotations

import json
import os
from typing import Any, Final

import attrs
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route

from pulumi_ivschat.local import iam_policies, review, wire
from pulumi_ivschat.local.faults import from_json
from pulumi_ivschat.local.feed import FRAME
from pulumi_ivschat.local.service import Service

_ALL: Final = "9" * 18
_DEEPEST: Final = 50


def introspection(service: Service) -> Mount:
    """Return everything below `/_local`."""
    asked = _Introspection(service)
    return Mount(
        "/_local",
        routes=[
            Route("/health", asked.health),
            Route("/requests", asked.requests),
            Route("/frames", asked.frames),
            Route("/reset", asked.reset, methods=["POST"]),
            Route("/faults", asked.list_faults),
            Route("/faults", asked.add_fault, methods=["POST"]),
            Route("/faults", asked.clear_faults, methods=["DELETE"]),
            Route("/connections", asked.drop_connections, methods=["DELETE"]),
            Route("/review-handlers", asked.put_review_handler, methods=["POST"]),
            Route("/policies", asked.list_policies),
            Route("/policies", asked.put_policies, methods=["POST"]),
            Route("/policies", asked.reset_policies, methods=["DELETE"]),
        ],
    )


@attrs.frozen
class _Introspection:
    """The answers, by what is asked."""

    _service: Service

    async def health(self, _: Request) -> Response:
        return JSONResponse({"status": "ok", "pid": os.getpid(), **attrs.asdict(self._service.identity)})

    async def requests(self, request: Request) -> Response:
        asked = {"after": "0", "latest": _ALL, **request.query_params}
        for name in ("after", "latest"):
            if not asked[name].isascii() or not asked[name].isdigit():
                return _refusal(f"{name} must be a whole number")
        found = self._service.requests.after(int(asked["after"][:18]))
        first = max(0, len(found) - int(asked["latest"][:18]))
        return JSONResponse({"requests": [each.document() for each in found[first:]]})

    async def frames(self, request: Request) -> Response:
        """Return the messages and events that the clients of a room were sent, oldest first, and whether that is all."""
        room, feed = request.query_params.get("room"), self._service.feed
        found = [each.data["frame"] for each in feed.after(0) if each.kind == FRAME and each.data["room"] == room]
        return JSONResponse(
            {
                "frames": [frame for frame in found if frame["Type"] in {"MESSAGE", "EVENT"}],
                "complete": feed.is_complete(),
            }
        )

    async def reset(self, _: Request) -> Response:
        self._service.reset()
        return Response(status_code=204)

    async def list_faults(self, _: Request) -> Response:
        return JSONResponse({"faults": [attrs.asdict(fault) for fault in self._service.faults.waiting()]})

    async def add_fault(self, request: Request) -> Response:
        try:
            fault = from_json(await self._document(request))
        except ValueError as error:
            return _refusal(str(error))
        self._service.faults.add(fault)
        return JSONResponse(attrs.asdict(fault), status_code=201)

    async def clear_faults(self, _: Request) -> Response:
        self._service.faults.clear()
        return Response(status_code=204)

    async def drop_connections(self, request: Request) -> Response:
        """Cut connections as a network that fails does: all, or those to a room, or those of a user."""
        room, user = request.query_params.get("room"), request.query_params.get("user")
        sessions = [each for each in self._service.chat.sessions(room) if user in {None, each.grant.user_id}]
        for session in sessions:
            session.connection.abort()
        return JSONResponse({"dropped": len(sessions)})

    async def put_review_handler(self, request: Request) -> Response:
        try:
            given = await self._members(request)
            self._service.reviewers.put(*review.from_document(given))
        except ValueError as error:
            return _refusal(str(error))
        return Response(status_code=204)

    async def list_policies(self, _: Request) -> Response:
        return JSONResponse({"policies": self._service.policies.documents()})

    async def put_policies(self, request: Request) -> Response:
        try:
            given = await self._members(request)
            policies = given.get("policies")
            documents = policies if isinstance(policies, list) else [policies]
            self._service.policies.put(str(given.get("access_key")), [iam_policies.read(each) for each in documents])
        except ValueError as error:
            return _refusal(str(error))
        return Response(status_code=204)

    async def reset_policies(self, _: Request) -> Response:
        self._service.policies.reset()
        return Response(status_code=204)

    async def _document(self, request: Request) -> Any:
        received = await wire.received(request, self._service.settings)
        try:
            document = json.loads(received.body)
        except (ValueError, RecursionError):
            document = None
        if document is None or not _within(document, _DEEPEST):
            msg = f"the body must be JSON, nested no deeper than {_DEEPEST}"
            raise ValueError(msg)
        return document

    async def _members(self, request: Request) -> dict[str, Any]:
        document = await self._document(request)
        return document if isinstance(document, dict) else {}


def _within(value: Any, depth: int) -> bool:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return depth > 0 and all(_within(each, depth - 1) for each in inner)


def _refusal(message: str) -> Response:
    return JSONResponse({"message": message}, status_code=400)
