"""`examples/token_backend`: over HTTP, as a Lambda function, and from a page."""

from __future__ import annotations

import http.client
import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import attrs
import pytest

from tests.clients.messaging.application import served
from tests.clients.messaging.runtime import Driver, driver, program
from tests.conftest import LocalService
from tests.engine.conftest import Stack
from tests.examples.conftest import EXAMPLES

_PAGE = "http://127.0.0.1:8080"
_SECRET = "this-is-a-test-and-no-secret"  # noqa: S105
_Headers = Mapping[str, str]


@attrs.frozen
class Answer:
    """What an HTTP request was answered with."""

    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def body(self) -> Any:
        """Return the JSON of the text."""
        return json.loads(self.text)


Ask = Callable[..., Answer]


@pytest.fixture
def settings(service: LocalService, environment: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of the back end, for a new room."""
    return {
        **environment,
        "IVSCHAT_ROOM_ARN": service.client().create_room()["arn"],
        "PULUMI_IVSCHAT_ENDPOINT_URL": service.url,
        "ALLOWED_ORIGINS": _PAGE,
        "BANNED_USERS": "tom",
        "SESSION_SECRET": _SECRET,
    }


@pytest.fixture
def sign_in(settings: Mapping[str, str]) -> Callable[[str], dict[str, str]]:
    """Return a function that gives the headers of a signed-in user."""

    def signed_in(user: str) -> dict[str, str]:
        return {"authorization": f"Bearer {_session(user, settings)}"}

    return signed_in


def _session(user: str, settings: Mapping[str, str]) -> str:
    return _python("-m", "token_backend.session", user, settings=settings).strip()


def _python(*arguments: str, settings: Mapping[str, str], given: str = "") -> str:
    command = [sys.executable, *arguments]
    ran = subprocess.run(
        command, check=True, cwd=EXAMPLES, env=settings, input=given, stdout=subprocess.PIPE, text=True, timeout=60
    )
    return ran.stdout


@contextmanager
def _server(settings: Mapping[str, str]) -> Iterator[str]:
    command = [sys.executable, "-m", "uvicorn", "--factory", "token_backend.server:app", "--port", "0"]
    with subprocess.Popen(command, cwd=EXAMPLES, env=settings, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        log = iter(process.stderr.readline, "")
        yield next(found[0] for line in log if (found := re.search(r"http://[\d.:]+", line)))
        process.terminate()


@pytest.fixture
def server(settings: Mapping[str, str]) -> Iterator[str]:
    with _server(settings) as url:
        yield url


def _over_http(url: str) -> Ask:
    def asked(method: str, headers: _Headers) -> Answer:
        connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=10)
        connection.request(method, "/chat-token", headers=dict(headers))
        answer = connection.getresponse()
        body = answer.read().decode()
        connection.close()
        return Answer(answer.status, {name.lower(): value for name, value in answer.getheaders()}, body)

    return asked


_CALL = """\
import json, sys
from token_backend.lambda_function import handler
print(json.dumps(handler(json.load(sys.stdin), None)))
"""


def _as_lambda(settings: Mapping[str, str]) -> Ask:
    def asked(method: str, headers: _Headers) -> Answer:
        event = {"version": "2.0", "headers": headers, "requestContext": {"http": {"method": method}}}
        answer = json.loads(_python("-c", _CALL, settings=settings, given=json.dumps(event)))
        headers = {name.lower(): value for name, value in answer["headers"].items()}
        return Answer(answer["statusCode"], headers, answer["body"])

    return asked


@pytest.fixture(params=["server", "lambda"])
def ask(request: pytest.FixtureRequest, settings: Mapping[str, str]) -> Ask:
    """Return a function that asks the endpoint, in both of its forms."""
    return _as_lambda(settings) if request.param == "lambda" else _over_http(request.getfixturevalue("server"))


def test_its_program_makes_a_room_and_the_policy_for_issuing_tokens_in_it(
    deployed: Callable[[str, LocalService], Stack], service: LocalService
) -> None:
    outputs = deployed("token_backend", service).outputs()

    [room] = service.client().list_rooms()["rooms"]
    [statement] = json.loads(outputs["issuer_policy"])["Statement"]
    assert (outputs["room"], room["name"]) == (room["arn"], "lobby")
    assert (statement["Action"], statement["Resource"]) == (["ivschat:CreateChatToken"], [room["arn"]])


def test_a_signed_in_user_gets_a_token_by_role_and_nobody_else_does(
    ask: Ask, sign_in: Callable[[str], dict[str, str]]
) -> None:
    member, moderator = (ask("POST", {**sign_in(user), "origin": _PAGE}) for user in ("ann", "mia"))
    forged = {"authorization": sign_in("ann")["authorization"][:-4] + "0000"}
    refused = [ask("POST", headers) for headers in ({}, forged, {"authorization": "Basic YW5uOmFubg=="})]

    assert (member.status, member.body["role"], moderator.body["role"]) == (200, "member", "moderator")
    assert member.body.keys() == {"token", "tokenExpirationTime", "sessionExpirationTime", "endpoint", "role"}
    assert member.headers["access-control-allow-origin"] == _PAGE
    assert member.headers["access-control-allow-credentials"] == "true"
    assert [(answer.status, answer.headers["www-authenticate"]) for answer in refused] == [(401, "Bearer")] * 3
    assert ask("POST", sign_in("tom")).status == 403
    for answer in (member, *refused):
        assert (answer.headers["cache-control"], answer.headers["vary"]) == ("no-store", "Origin")


_STALE = """\
import time
from token_backend.session import SECONDS, secret_from_environment, sign_in
print(sign_in("ann", secret_from_environment(), time.time() - SECONDS))
"""


def test_a_session_that_is_over_gets_no_token(ask: Ask, settings: Mapping[str, str]) -> None:
    stale = _python("-c", _STALE, settings=settings).strip()

    assert ask("POST", {"authorization": f"Bearer {stale}"}).status == 401


def test_pages_of_the_listed_origins_may_ask_and_others_may_not(
    ask: Ask, sign_in: Callable[[str], dict[str, str]]
) -> None:
    preflight = ask("OPTIONS", {"origin": _PAGE, "access-control-request-method": "POST"})
    strange = [ask(method, {**sign_in("ann"), "origin": "https://evil.example"}) for method in ("OPTIONS", "POST")]

    assert (preflight.status, preflight.text) == (204, "")
    assert preflight.headers["access-control-allow-methods"] == "POST"
    assert "authorization" in preflight.headers["access-control-allow-headers"]
    assert [answer.status for answer in strange] == [403, 403]
    assert [name for answer in strange for name in answer.headers if name.startswith("access-control")] == []
    assert ask("GET", sign_in("ann")).status == 405


def test_a_failure_of_aws_is_a_502_that_shows_nothing_more(
    server: str, service: LocalService, sign_in: Callable[[str], dict[str, str]]
) -> None:
    service.fault("CreateChatToken", error="AccessDeniedException", message="User: arn:aws:iam::1:user/backend")

    answer = _over_http(server)("POST", sign_in("ann"))

    assert (answer.status, answer.body) == (502, {"message": "chat is not available now"})


@pytest.fixture
def page(settings: dict[str, str]) -> Iterator[str]:
    """Yield the address of the example's page; the back end lets that address ask."""
    folder = EXAMPLES / "token_backend/page"
    backend: list[str] = []

    def answer(_: str, path: str, __: bytes) -> tuple[int, str, str]:
        if path == "/chat.js":
            return 200, "text/javascript", (folder / "chat.js").read_text()
        return 200, "text/html", (folder / "index.html").read_text().replace("http://127.0.0.1:8000", backend[0])

    with served(answer) as url, _server({**settings, "ALLOWED_ORIGINS": url}) as server:
        backend.append(server)
        yield url


@pytest.fixture
def tabs(page: str, settings: Mapping[str, str]) -> Iterator[Driver]:
    """Yield a browser with a tab for each of three users, who have tried to join."""
    with driver("tabs.mjs", program("chromium")) as tabs:
        for user in ("ann", "mia", "tom"):
            tabs.ask(step="open", tab=user, url=page)
            tabs.ask(step="fill", tab=user, label="Session token", text=_session(user, settings))
            tabs.ask(step="click", tab=user, name="Join")
        yield tabs


def test_its_page_chats_from_another_origin(tabs: Driver, tmp_path: Path) -> None:
    tabs.ask(step="sees", tab="ann", role="status", text="connected as member")
    tabs.ask(step="sees", tab="mia", role="status", text="connected as moderator")
    tabs.ask(step="sees", tab="tom", role="status", text="you may not chat here")

    tabs.ask(step="fill", tab="ann", label="Message", text="<i>hello</i>")
    tabs.ask(step="click", tab="ann", name="Send")

    tabs.ask(step="sees", tab="mia", role="log", text="ann: <i>hello</i>")
    assert Path(tabs.ask(step="screenshot", tab="mia", path=str(tmp_path / "page.png"))).exists()


def test_its_page_shows_who_has_no_name_and_sends_nothing_where_nobody_has_joined(
    tabs: Driver, settings: Mapping[str, str]
) -> None:
    tabs.ask(step="sees", tab="ann", role="status", text="connected as member")
    chat = ["-m", "pulumi_ivschat", "chat", settings["IVSCHAT_ROOM_ARN"], "--user", "eve"]
    _python(*chat, settings=settings, given="from a shell\n")
    tabs.ask(step="sees", tab="ann", role="log", text="eve: from a shell")

    tabs.ask(step="fill", tab="tom", label="Message", text="hello")
    tabs.ask(step="click", tab="tom", name="Send")

    tabs.ask(step="sees", tab="tom", role="status", text="join first")


def test_no_two_users_write_under_one_name(environment: Mapping[str, str]) -> None:
    users = ["ann", "Ann", "ANN", "ann ", "ß", "SS"]

    names = _python("-c", _NAMES, settings=environment, given=json.dumps(users))

    assert len(set(json.loads(names))) == len(users)


_NAMES = """\
import json, sys
from token_backend.policy import ROLES
print(json.dumps([ROLES["member"].grant(user)["attributes"]["name"] for user in json.load(sys.stdin)]))
"""
