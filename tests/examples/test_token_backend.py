"""`examples/token_backend`: its Pulumi program, and its page. The example has tests of its own for the endpoint."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.clients.messaging.application import served
from tests.clients.messaging.runtime import Driver, driver, program
from tests.conftest import LocalService
from tests.engine.conftest import Stack
from tests.examples.conftest import EXAMPLES

_PAGE = "http://127.0.0.1:8080"
_SECRET = "this-is-a-test-and-no-secret"  # noqa: S105


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


def test_its_program_makes_a_room_and_the_policy_for_issuing_tokens_in_it(
    deployed: Callable[[str, LocalService], Stack], service: LocalService
) -> None:
    outputs = deployed("token_backend", service).outputs()

    [room] = service.client().list_rooms()["rooms"]
    [statement] = json.loads(outputs["issuer_policy"])["Statement"]
    assert (outputs["room"], room["name"]) == (room["arn"], "lobby")
    assert (statement["Action"], statement["Resource"]) == (["ivschat:CreateChatToken"], [room["arn"]])


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
