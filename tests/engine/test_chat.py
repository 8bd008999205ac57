"""From `pulumi up` to a message in a real browser, with the official messaging SDK."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pulumi_ivschat.runtime import Role, TokenIssuer
from pulumi_ivschat.settings import Connection
from tests.clients.messaging.application import application
from tests.clients.messaging.runtime import HERE, Driver, bundled, driver, program
from tests.conftest import LocalService
from tests.engine.conftest import Stack

_PAGE = HERE / "chat_page"


@pytest.fixture
def issuer(stack: Stack, service: LocalService, monkeypatch: pytest.MonkeyPatch) -> TokenIssuer:
    """Return what issues tokens for the room in the stack's outputs."""
    stack.program('pulumi.export("lobby", Room("lobby").arn)').up()
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "local")
    return TokenIssuer(
        stack.outputs()["lobby"],
        roles={"member": Role(["SEND_MESSAGE"], attributes=lambda user: {"name": user.capitalize()})},
        connection=Connection(endpoint_url=service.url),
    )


@pytest.fixture
def url(issuer: TokenIssuer, service: LocalService) -> Iterator[str]:
    """Yield the address of a page that chats in the room."""
    page = {
        "/page.js": ("text/javascript", bundled(_PAGE / "page.mjs")),
        **{f"/?user={user}": ("text/html", (_PAGE / "index.html").read_text()) for user in ("ann", "ben")},
    }
    place = {"name": "Lobby", "messaging": service.url.replace("http", "ws")}

    def token(user: str) -> dict[str, str]:
        return issuer.issue(user, "member").as_dict()

    with application(service, page, place=lambda: place, token=token) as url:
        yield url


@pytest.fixture
def tabs(url: str) -> Iterator[Driver]:
    """Yield a browser in which Ann and Ben have a tab each, connected."""
    with driver("tabs.mjs", program("chromium")) as tabs:
        for user in ("ann", "ben"):
            tabs.ask(step="open", tab=user, url=f"{url}/?user={user}")
            tabs.ask(step="sees", tab=user, role="status", text="connected")
        yield tabs


def _say(tabs: Driver, user: str, text: str) -> None:
    tabs.ask(step="fill", tab=user, label="Message", text=text)
    tabs.ask(step="click", tab=user, name="Send")


def _messages(tabs: Driver, user: str) -> Any:
    return tabs.ask(step="texts", tab=user, role="listitem")


def test_two_browser_tabs_chat_in_a_room_that_pulumi_made_until_it_is_destroyed(
    tabs: Driver, stack: Stack, tmp_path: Path
) -> None:
    _say(tabs, "ann", "Hi Ben, do you see me?")
    tabs.ask(step="sees", tab="ben", role="log", text="Hi Ben, do you see me?")
    _say(tabs, "ben", "I do! <b>Grüezi</b> 😀")
    tabs.ask(step="sees", tab="ann", role="log", text="I do! <b>Grüezi</b> 😀")

    assert _messages(tabs, "ann") == _messages(tabs, "ben")
    assert _messages(tabs, "ann") == ["Ann\nHi Ben, do you see me?", "Ben\nI do! <b>Grüezi</b> 😀"]
    for user in ("ann", "ben"):
        assert Path(tabs.ask(step="screenshot", tab=user, path=str(tmp_path / f"{user}.png"))).exists()
    stack.destroy()
    for user in ("ann", "ben"):
        tabs.ask(step="sees", tab=user, role="status", text="serverDisconnect")
