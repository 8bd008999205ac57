"""`POST /chat-token`: from a request's method and headers to an answer, whichever server they came to."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

import attrs

from pulumi_ivschat.errors import IvsChatError, Refused
from pulumi_ivschat.runtime import TokenIssuer, messaging_endpoint

from .policy import ROLES, is_banned, role_of
from .session import secret_from_environment, signed_in_user

_LOG: Final = logging.getLogger(__name__)
_PREFLIGHT: Final = {
    "Access-Control-Allow-Methods": "POST",
    "Access-Control-Allow-Headers": "authorization, content-type",
    "Access-Control-Max-Age": "600",
}


@attrs.frozen
class Answer:
    """An HTTP answer; its body may hold a chat token."""

    status: int
    headers: Mapping[str, str]
    body: str = attrs.field(default="", repr=False)


@attrs.frozen
class Endpoint:
    """Issues chat tokens to signed-in users; pages of *origins* may ask, and pages of no other origin."""

    issuer: TokenIssuer
    origins: frozenset[str]
    secret: bytes = attrs.field(repr=False)

    @classmethod
    def from_environment(cls) -> Endpoint:
        """Read the room (IVSCHAT_ROOM_ARN), the pages' origins (ALLOWED_ORIGINS) and SESSION_SECRET."""
        return cls(
            issuer=TokenIssuer(roles=ROLES, refuse=is_banned),
            origins=frozenset(os.environ.get("ALLOWED_ORIGINS", "").split()),
            secret=secret_from_environment(),
        )

    def answer(self, method: str, headers: Mapping[str, str]) -> Answer:
        """Answer a request; *headers* are by their lower-case names."""
        origin = headers.get("origin")
        shared = self._shared(origin)
        if origin is not None and origin not in self.origins:
            return _refusal(HTTPStatus.FORBIDDEN, "pages of this origin may not ask", shared)
        if method == "OPTIONS":
            return Answer(HTTPStatus.NO_CONTENT, {**shared, **_PREFLIGHT})
        if method != "POST":
            return _refusal(HTTPStatus.METHOD_NOT_ALLOWED, "ask with POST", {**shared, "Allow": "POST, OPTIONS"})
        user = signed_in_user(headers, self.secret)
        if user is None:
            return _refusal(HTTPStatus.UNAUTHORIZED, "sign in first", {**shared, "WWW-Authenticate": "Bearer"})
        return self._token(user, shared)

    def _token(self, user: str, headers: Mapping[str, str]) -> Answer:
        role = role_of(user)
        try:
            token = self.issuer.issue(user, role).as_dict()
            endpoint = messaging_endpoint(self.issuer.room_arn)
        except Refused:
            return _refusal(HTTPStatus.FORBIDDEN, "you may not chat here", headers)
        except IvsChatError as error:
            _LOG.error("No chat token: %s", error)
            return _refusal(HTTPStatus.BAD_GATEWAY, "chat is not available now", headers)
        return _answer(HTTPStatus.OK, {**token, "endpoint": endpoint, "role": role}, headers)

    def _shared(self, origin: str | None) -> dict[str, str]:
        """Return the headers of every answer: no cache keeps a token, and none gives one origin's answer to another."""
        shared = {"Cache-Control": "no-store", "Vary": "Origin"}
        if origin not in self.origins:
            return shared
        return {**shared, "Access-Control-Allow-Origin": str(origin), "Access-Control-Allow-Credentials": "true"}


def _refusal(status: HTTPStatus, message: str, headers: Mapping[str, str]) -> Answer:
    return _answer(status, {"detail": message}, headers)


def _answer(status: HTTPStatus, document: Mapping[str, Any], headers: Mapping[str, str]) -> Answer:
    return Answer(status, {**headers, "Content-Type": "application/json"}, json.dumps(document))
