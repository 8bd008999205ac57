"""Which requests a browser may not carry to the service."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pulumi_ivschat.local.rest_json import Answer

HOST = "127.0.0.1:4566"


def _health(send: Callable[..., Answer], **headers: str) -> int:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return send("GET", "/_local/health", {"host": HOST, **named}).status


@pytest.mark.parametrize("host", [HOST, "localhost:4566", "LOCALHOST:4566", "[::1]:4566"])
def test_a_host_that_is_this_machine_gets_through(host: str, send: Callable[..., Answer]) -> None:
    assert _health(send, host=host) == 200


@pytest.mark.parametrize(
    "host", ["", "evil.example", "evil.example:4566", "127.0.0.1", "127.0.0.1:4567", "localhost.evil.example:4566"]
)
def test_another_host_does_not(host: str, send: Callable[..., Answer]) -> None:
    assert _health(send, host=host) == 403


def test_no_host_and_two_hosts_do_not(send: Callable[..., Answer]) -> None:
    assert send("GET", "/_local/health", {}).status == 403
    assert send("GET", "/_local/health", {"host": HOST, "Host": "evil.example"}).status == 403


def test_a_page_of_the_service_itself_gets_through(send: Callable[..., Answer]) -> None:
    assert _health(send, origin=f"http://{HOST}", sec_fetch_site="same-origin") == 200


@pytest.mark.parametrize("origin", ["https://evil.example", "null", f"https://{HOST}", "http://localhost:4566", ""])
def test_a_page_of_another_origin_does_not(origin: str, send: Callable[..., Answer]) -> None:
    assert _health(send, origin=origin) == 403


@pytest.mark.parametrize(("site", "status"), [("none", 200), ("cross-site", 403), ("same-site", 403)])
def test_a_page_of_another_site_may_not_even_embed_it(site: str, status: int, send: Callable[..., Answer]) -> None:
    assert _health(send, sec_fetch_site=site) == status


def test_a_signed_request_from_another_site_s_page_does_not_get_through(
    ask: Callable[..., Answer], sign: Callable[..., dict[str, str]], send: Callable[..., Answer]
) -> None:
    headers = sign("POST", "/ListRooms", b"{}")

    assert send("POST", "/ListRooms", {**headers, "origin": "https://evil.example"}, b"{}").status == 403
    assert ask("ListRooms", host="evil.example:4566").status == 403
