"""Which names a client may call the service by."""

from __future__ import annotations

import pytest

from pulumi_ivschat.local import host_names

OURS = [
    "127.0.0.1",
    "127.0.0.1:4566",
    "127.0.0.1:8080",
    "127.8.9.1:1",
    "localhost",
    "localhost:8080",
    "LocalHost.:8080",
    "ivs.localhost:8080",
    "[::1]:8080",
    "[0:0::1]",
    "[::ffff:127.0.0.1]:8080",
]
OTHERS = [
    "",
    ":8080",
    "evil.example",
    "localhost.evil.example:8080",
    "notlocalhost:8080",
    "127.0.0.1.evil.example",
    "128.0.0.1",
    "10.0.2.2:8080",
    "0.0.0.0:8080",
    "[::]:8080",
    "[::2]:8080",
    "::1",
    "localhost:8080:8080",
    "localhost:x",
    "localhost:-1",
    "localhost:123456",
    "localhost, evil.example",
    "localhost@evil.example",
    "user@localhost",
    "evil.example#localhost",
    "evil.example/localhost",
    "localhost;x",
    "localhost\n",
    " localhost",
    "l\u00f6calhost",
    "xn--lcalhost-n4a",
    "\u24db\u24de\u24d2\u24d0\u24db\u24d7\u24de\u24e2\u24e3",
    "\u0661\u0662\u0667.0.0.1",
]


@pytest.mark.parametrize("host", OURS)
def test_a_name_of_this_machine_is_accepted_with_any_port(host: str) -> None:
    assert host_names.refusal([host], ()) is None


@pytest.mark.parametrize("host", OTHERS)
def test_another_name_is_refused(host: str) -> None:
    assert host_names.refusal([host], ())


@pytest.mark.parametrize("hosts", [[], ["localhost", "localhost"], ["localhost", "evil.example"]])
def test_no_host_and_several_are_refused(hosts: list[str]) -> None:
    assert "one Host header" in (host_names.refusal(hosts, ()) or "")


@pytest.mark.parametrize(
    ("text", "host"),
    [
        ("chat", "chat:8080"),
        ("Chat.", "CHAT"),
        ("chat", "chat."),
        ("host.docker.internal", "host.docker.internal:4566"),
        ("my_chat", "my_chat:1"),
        ("10.0.2.2", "10.0.2.2:4566"),
        ("fe80::0:1", "[FE80::1]:4566"),
        ("[fe80::1]", "[fe80::1]"),
        ("*.chat.test", "a.chat.test:1"),
        ("*.chat.test", "a.b.Chat.test"),
        ("ch\u00e4t", "xn--cht-rla:4566"),
        ("*.CH\u00c4T.test", "a.xn--cht-rla.test"),
    ],
)
def test_an_allowed_name_is_accepted_in_any_spelling_with_any_port(text: str, host: str) -> None:
    assert host_names.refusal([host], [host_names.allowed(text)]) is None


@pytest.mark.parametrize(
    ("text", "host"),
    [
        ("chat", "chat.evil.example"),
        ("chat", "evilchat"),
        ("10.0.2.2", "10.0.2.3"),
        ("*.chat.test", "chat.test"),
        ("*.chat.test", "evilchat.test"),
        ("*.chat.test", "chat.test.evil.example"),
    ],
)
def test_an_allowed_name_allows_no_other(text: str, host: str) -> None:
    assert host_names.refusal([host], [host_names.allowed(text)])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "*",
        "*.",
        "**.chat",
        "a.*.chat",
        "*.10.0.2.2",
        "chat:8080",
        "http://chat",
        "chat/",
        "a b",
        " chat",
        "-chat",
        "ch\u00e4t/",
        f"ch\u00e4{'t' * 70}",
        "a..b",
        "10.0.2.2:1",
        "[fe80::1]:1",
        "[chat]",
        "fe80::1/64",
        "x" * 64,
    ],
)
def test_what_is_not_a_name_cannot_be_allowed(text: str) -> None:
    with pytest.raises(ValueError, match=r"\S"):
        host_names.allowed(text)


def test_every_name_at_once_cannot_be_allowed_and_the_error_says_why() -> None:
    with pytest.raises(ValueError, match="the pages of every site"):
        host_names.allowed("*")


@pytest.mark.parametrize(
    ("address", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:4566"),
        ("0.0.0.0", "http://127.0.0.1:4566"),  # noqa: S104
        ("::", "http://127.0.0.1:4566"),
        ("::1", "http://[::1]:4566"),
        ("10.0.2.2", "http://10.0.2.2:4566"),
    ],
)
def test_a_service_that_listens_on_every_address_is_reached_at_the_loopback_one(address: str, url: str) -> None:
    assert host_names.url(address, 4566) == url
