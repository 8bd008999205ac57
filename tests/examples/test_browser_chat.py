"""`examples/browser_chat` in Chromium: two users of its page chat by way of `examples/fastapi_backend`."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path

import attrs
import pytest

from tests.clients.messaging.runtime import Driver, driver, program
from tests.conftest import LocalService
from tests.examples.conftest import EXAMPLES, PACKAGES

USERS = ("ann", "ben")


@attrs.frozen
class Page:
    """The page in a tab for each user."""

    tabs: Driver

    def join(self) -> None:
        """Let the users join, and wait until they have."""
        for user in USERS:
            self.tabs.ask(step="fill", tab=user, label="Session", text=user)
            self.tabs.ask(step="click", tab=user, name="Join")
        for user in USERS:
            self.sees(user, "status", "connected")

    def send(self, user: str, text: str) -> None:
        """Write a message and press Send."""
        self.tabs.ask(step="fill", tab=user, label="Message", text=text)
        self.tabs.ask(step="click", tab=user, name="Send")

    def click(self, user: str, name: str) -> None:
        """Press a button."""
        self.tabs.ask(step="click", tab=user, name=name)

    def sees(self, user: str, role: str, text: str) -> None:
        """Wait until a user sees a text."""
        self.tabs.ask(step="sees", tab=user, role=role, text=text)


@pytest.fixture
def room(service: LocalService) -> str:
    """Return the ARN of the room that the back end issues tokens for."""
    return str(service.client().create_room(maximumMessageLength=20)["arn"])


@pytest.fixture
def address(room: str, service: LocalService, environment: Mapping[str, str], tmp_path: Path) -> Iterator[str]:
    """Yield the address of the back end with its sign-in for a demo, which serves the page."""
    for example in ("fastapi_backend", "browser_chat"):
        shutil.copytree(EXAMPLES / example, tmp_path / example)
    (tmp_path / "browser_chat" / "node_modules").symlink_to(PACKAGES)
    settings = {**environment, "IVSCHAT_ROOM_ARN": room, "PULUMI_IVSCHAT_ENDPOINT_URL": service.url}
    command = [sys.executable, "-m", "uvicorn", "demo:app", "--port", "0"]
    with subprocess.Popen(
        command, cwd=tmp_path / "fastapi_backend", env=settings, stderr=subprocess.PIPE, text=True
    ) as server:
        assert server.stderr is not None
        log = iter(server.stderr.readline, "")
        yield next(found[0] for line in log if (found := re.search(r"http://[\d.:]+", line)))
        server.terminate()


@pytest.fixture(scope="module")
def browser() -> Iterator[Driver]:
    with driver("tabs.mjs", program("chromium")) as tabs:
        yield tabs


@pytest.fixture
def page(browser: Driver, address: str) -> Page:
    """Return the page, open in new tabs."""
    for user in USERS:
        browser.ask(step="open", tab=user, url=address)
    return Page(browser)


def _message(service: LocalService, room: str) -> str:
    """Return the id of the first message in a room."""
    with urllib.request.urlopen(f"{service.url}/_local/frames?room={room}") as answer:  # noqa: S310
        return str(json.load(answer)["frames"][0]["Id"])


def test_two_users_chat_until_a_message_is_deleted(page: Page, service: LocalService, room: str) -> None:
    page.join()
    page.send("ann", "<i>hello</i>")
    page.sees("ben", "log", "ann: <i>hello</i>")
    page.send("ben", "hello ann")
    page.sees("ann", "log", "ben: hello ann")

    service.client().delete_message(roomIdentifier=room, id=_message(service, room))

    for user in USERS:
        page.tabs.ask(step="misses", tab=user, role="log", text="ann: <i>hello</i>")
        page.sees(user, "log", "ben: hello ann")


def test_a_user_leaves_and_rejoins_with_a_fresh_token(page: Page, service: LocalService) -> None:
    page.join()
    page.click("ann", "Leave")
    page.sees("ann", "status", "disconnected (clientDisconnect)")
    assert service.calls().count("CreateChatToken") == 2

    page.click("ann", "Rejoin")
    page.sees("ann", "status", "connected")

    assert service.calls().count("CreateChatToken") == 3
    page.send("ben", "welcome back")
    page.sees("ann", "log", "ben: welcome back")


def test_a_connection_that_breaks_is_repeated_with_a_fresh_token(page: Page, service: LocalService) -> None:
    page.join()
    service.fault("CreateChatToken", latency_seconds=0.3, count=1)

    service.drop_connections(user="ann")
    page.sees("ann", "status", "connecting")
    page.sees("ann", "status", "connected")

    assert service.calls().count("CreateChatToken") == 3


def test_errors_of_the_room_and_of_the_back_end_are_shown(page: Page, service: LocalService) -> None:
    page.send("ann", "hello")
    page.sees("ann", "alert", "join first")
    page.join()

    page.send("ann", "more than twenty characters")
    page.click("ben", "Leave")
    service.fault("CreateChatToken", error="AccessDeniedException", count=None)
    page.click("ben", "Rejoin")

    page.sees("ben", "alert", "chat is not available now")
    page.sees("ben", "status", "disconnected (fetchTokenError)")
    assert page.tabs.ask(step="texts", tab="ann", role="alert") != [""]


def test_a_request_without_a_session_gets_no_token(address: str, service: LocalService) -> None:
    request = urllib.request.Request(f"{address}/chat-token", method="POST")  # noqa: S310

    with pytest.raises(urllib.error.HTTPError, match="401"):
        urllib.request.urlopen(request)  # noqa: S310
    assert "CreateChatToken" not in service.calls()
