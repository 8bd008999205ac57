"""Which requests a browser may not carry to the service."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pulumi_ivschat.local.rest_json import Answer

HOST = "127.0.0.1:4566"


def _health(send: Callable[..., Answer], **headers: str) -> int:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return send("GET", "/_local/health", {"host": HOST, **named}).status


@pytest.mark.parametrize("host", [HOST, "localhost:8080"])
def test_a_host_that_is_this_machine_gets_through(host: str, send: Callable[..., Answer]) -> None:
    assert _health(send, host=host) == 200


@pytest.mark.parametrize("host", ["", "evil.example", "evil.example:4566", "chat"])
def test_another_host_does_not(host: str, send: Callable[..., Answer]) -> None:
    assert _health(send, host=host) == 403


def test_a_refused_host_is_named_with_the_option_that_accepts_it(send: Callable[..., Answer]) -> None:
    refused = send("GET", "/_local/health", {"host": "chat:8080"})

    assert b"--allowed-host chat to accept" in refused.body


@pytest.mark.parametrize("settings", [{"allowed_hosts": ["chat"]}], indirect=True)
def test_a_host_that_is_allowed_gets_through_and_so_do_its_pages_by_a_proxy_s_https_too(
    send: Callable[..., Answer],
) -> None:
    assert _health(send, host="chat:8080") == 200
    for origin in ("http://chat:8080", "https://chat:8080"):
        assert _health(send, host="chat:8080", origin=origin) == 200
    for origin in ("http://chat", "http://other:8080", "https://evil.example"):
        assert _health(send, host="chat:8080", origin=origin) == 403
    assert _health(send, host=HOST, origin=f"https://{HOST}") == 403


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
