"""
The endpoint's own tests, in both of its forms, on an IVS Chat service of this machine.

    pytest token_backend
"""

from __future__ import annotations

import importlib
import json
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any

import attrs
import pytest
from starlette.testclient import TestClient

from pulumi_ivschat.testing import IvsChat

from . import server
from .policy import ROLES
from .session import SECONDS, sign_in

PAGE = "http://127.0.0.1:8080"
SECRET = b"this-is-a-test-and-no-secret"


@attrs.frozen
class Answer:
    """What a request was answered with; the names of headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def body(self) -> Any:
        """The JSON of the text."""
        return json.loads(self.text)


Ask = Callable[[str, Mapping[str, str]], Answer]


@pytest.fixture(params=["server", "lambda_function"])
def ask(request: pytest.FixtureRequest, ivschat_room: str, monkeypatch: pytest.MonkeyPatch) -> Ask:
    """Return a function that asks the endpoint with a method and headers."""
    assert ivschat_room  # IVSCHAT_ROOM_ARN is set to it
    monkeypatch.setenv("ALLOWED_ORIGINS", PAGE)
    monkeypatch.setenv("BANNED_USERS", "tom")
    monkeypatch.setenv("SESSION_SECRET", SECRET.decode())
    if request.param == "server":
        return _ask_server
    # The module reads the environment when it is imported.
    monkeypatch.delitem(sys.modules, f"{__package__}.lambda_function", raising=False)
    handler = importlib.import_module(f"{__package__}.lambda_function").handler
    return lambda method, headers: _ask_lambda(handler, method, headers)


def _ask_server(method: str, headers: Mapping[str, str]) -> Answer:
    answer = TestClient(server.app()).request(method, "/chat-token", headers=headers)
    return Answer(answer.status_code, answer.headers, answer.text)


def _ask_lambda(handler: Callable[..., Any], method: str, headers: Mapping[str, str]) -> Answer:
    answer = handler({"version": "2.0", "headers": headers, "requestContext": {"http": {"method": method}}}, None)
    return Answer(
        answer["statusCode"], {name.lower(): text for name, text in answer["headers"].items()}, answer["body"]
    )


def signed_in(user: str) -> dict[str, str]:
    """Return the headers of a user who is signed in."""
    return {"authorization": f"Bearer {sign_in(user, SECRET)}"}


def test_a_signed_in_user_gets_a_token_by_role(ask: Ask, ivschat: IvsChat) -> None:
    member, moderator = (ask("POST", {**signed_in(user), "origin": PAGE}) for user in ("ann", "mia"))

    assert (member.status, member.body["role"], moderator.body["role"]) == (200, "member", "moderator")
    assert member.body.keys() == {"token", "tokenExpirationTime", "sessionExpirationTime", "endpoint", "role"}
    assert member.body["endpoint"] == ivschat.ws_url
    assert ivschat.calls() == ["CreateChatToken", "CreateChatToken"]


def test_nobody_else_gets_a_token(ask: Ask, ivschat: IvsChat) -> None:
    forged = {"authorization": signed_in("ann")["authorization"][:-4] + "0000"}
    stale = {"authorization": f"Bearer {sign_in('ann', SECRET, time.time() - SECONDS)}"}
    refused = [ask("POST", headers) for headers in ({}, forged, stale, {"authorization": "Basic YW5uOmFubg=="})]

    assert [(answer.status, answer.headers["www-authenticate"]) for answer in refused] == [(401, "Bearer")] * 4
    assert ask("POST", signed_in("tom")).status == 403
    assert ivschat.calls() == []


def test_no_cache_keeps_an_answer(ask: Ask) -> None:
    for answer in (ask("POST", signed_in("ann")), ask("POST", {})):
        assert (answer.headers["cache-control"], answer.headers["vary"]) == ("no-store", "Origin")


def test_pages_of_the_listed_origins_may_ask(ask: Ask) -> None:
    preflight = ask("OPTIONS", {"origin": PAGE, "access-control-request-method": "POST"})
    token = ask("POST", {**signed_in("ann"), "origin": PAGE})

    assert (preflight.status, preflight.text) == (204, "")
    assert preflight.headers["access-control-allow-methods"] == "POST"
    assert "authorization" in preflight.headers["access-control-allow-headers"]
    assert token.headers["access-control-allow-origin"] == PAGE
    assert token.headers["access-control-allow-credentials"] == "true"
    assert ask("GET", signed_in("ann")).status == 405


def test_other_pages_may_not_ask(ask: Ask) -> None:
    strange = [ask(method, {**signed_in("ann"), "origin": "https://evil.example"}) for method in ("OPTIONS", "POST")]

    assert [answer.status for answer in strange] == [403, 403]
    assert [name for answer in strange for name in answer.headers if name.startswith("access-control")] == []


def test_a_failure_of_aws_is_a_502_that_shows_nothing_more(ask: Ask, ivschat: IvsChat) -> None:
    ivschat.fault("CreateChatToken", error="AccessDeniedException", message="User: arn:aws:iam::1:user/backend")

    answer = ask("POST", signed_in("ann"))

    assert (answer.status, answer.body) == (502, {"detail": "chat is not available now"})


def test_no_two_users_write_under_one_name() -> None:
    users = ["ann", "Ann", "ANN", "ann ", "ß", "SS"]

    assert len({ROLES["member"].grant(user)["attributes"]["name"] for user in users}) == len(users)
