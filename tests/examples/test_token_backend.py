"""`examples/token_backend` and a page of another origin. The example has tests of its own for the endpoint."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import pytest

from tests.clients.messaging.application import served
from tests.clients.messaging.runtime import Driver, driver, program
from tests.conftest import LocalService
from tests.examples.conftest import EXAMPLES, PACKAGES

_FRONT_END = EXAMPLES / "browser_chat"
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
    command = [sys.executable, "-m", "token_backend.session", user]
    ran = subprocess.run(command, check=True, cwd=EXAMPLES, env=settings, stdout=subprocess.PIPE, text=True, timeout=60)
    return ran.stdout.strip()


@contextmanager
def _server(settings: Mapping[str, str]) -> Iterator[str]:
    command = [sys.executable, "-m", "uvicorn", "--factory", "token_backend.server:app", "--port", "0"]
    with subprocess.Popen(command, cwd=EXAMPLES, env=settings, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        log = iter(process.stderr.readline, "")
        yield next(found[0] for line in log if (found := re.search(r"http://[\d.:]+", line)))
        process.terminate()


@pytest.fixture
def page(settings: dict[str, str]) -> Iterator[str]:
    """Yield the address of the page of examples/browser_chat; the back end at another address lets it ask."""
    back_end: list[str] = []

    def answer(_: str, path: str, __: bytes) -> tuple[int, str, str]:
        if path == "/":
            index = (_FRONT_END / "page" / "index.html").read_text()
            named = f'name="back-end" content="{back_end[0]}"'
            return 200, "text/html", index.replace('name="back-end" content=""', named)
        folder = PACKAGES.parent if path.startswith("/node_modules/") else _FRONT_END / "page"
        return 200, "text/javascript", (folder / path[1:]).read_text()

    with served(answer) as url, _server({**settings, "ALLOWED_ORIGINS": url}) as server:
        back_end.append(server)
        yield url


@pytest.fixture
def tabs(page: str, settings: Mapping[str, str]) -> Iterator[Driver]:
    """Yield a browser with a tab for each of three users, who have tried to join."""
    with driver("tabs.mjs", program("chromium")) as tabs:
        for user in ("ann", "mia", "tom"):
            tabs.ask(step="open", tab=user, url=page)
            tabs.ask(step="fill", tab=user, label="Session", text=_session(user, settings))
            tabs.ask(step="click", tab=user, name="Join")
        yield tabs


def test_a_page_of_another_origin_chats_and_a_banned_user_gets_no_token(tabs: Driver) -> None:
    tabs.ask(step="sees", tab="ann", role="status", text="connected")
    tabs.ask(step="sees", tab="mia", role="status", text="connected")
    tabs.ask(step="sees", tab="tom", role="alert", text="you may not chat here")

    tabs.ask(step="fill", tab="ann", label="Message", text="hello")
    tabs.ask(step="click", tab="ann", name="Send")

    tabs.ask(step="sees", tab="mia", role="log", text="ann: hello")
