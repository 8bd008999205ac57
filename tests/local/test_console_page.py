"""What a browser gets at `/`, and the headers that restrict it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from importlib import resources
from typing import TypeAlias

import pytest

from pulumi_ivschat.local.rest_json import Answer

Send: TypeAlias = Callable[..., Answer]
HOST = "127.0.0.1:4566"
FILES = {file.name: file for file in resources.files("pulumi_ivschat.local").joinpath("console").iterdir()}
SCRIPTS = {name: file.read_text() for name, file in FILES.items() if name.endswith(".js")}


def _page(send: Send, path: str = "/", **headers: str) -> Answer:
    return send("GET", path, {"host": HOST, **headers})


def test_the_page_is_at_the_root(send: Send) -> None:
    page = _page(send)

    assert (page.status, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert b"<title>IVS Chat console</title>" in page.body


def test_head_gives_its_headers(send: Send) -> None:
    assert send("HEAD", "/", {"host": HOST}).status == 200


def test_all_that_it_names_is_there(send: Send) -> None:
    text = _page(send).body.decode() + "".join(SCRIPTS.values())
    named = {*re.findall(r"/_local/console/files/[\w.]+", text)}
    named |= {f"/_local/console/files/{name}" for name in re.findall(r'from "\./([\w.]+)"', text)}

    assert {name.rpartition("/")[2] for name in named} == FILES.keys() - {"index.html"}
    for path in named:
        assert _page(send, path).status == 200


@pytest.mark.parametrize("name", ["nothing.js", "..%2Fapp.py", "%2e%2e/app.py", "../app.py", "index.html/", ""])
def test_other_files_are_not(name: str, send: Send) -> None:
    answer = _page(send, f"/_local/console/files/{name}")

    assert answer.status == 404
    assert b"import" not in answer.body


@pytest.mark.parametrize("path", ["/", "/_local/console/files/console.js", "/_local/console/files/icon.svg"])
def test_the_headers_let_a_browser_run_nothing_else_and_to_show_it_nowhere_else(path: str, send: Send) -> None:
    headers = _page(send, path).headers
    directives = [each.partition(" ") for each in headers["content-security-policy"].split("; ")]
    policy = {name: sources for name, _, sources in directives}

    assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == policy["form-action"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["img-src"] == "'self'"
    assert policy["connect-src"] == f"'self' ws://{HOST} wss://{HOST}"
    assert policy["require-trusted-types-for"] == "'script'"
    assert headers["x-frame-options"] == "DENY"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cross-origin-resource-policy"] == headers["cross-origin-opener-policy"] == "same-origin"


@pytest.mark.parametrize("host", ["evil.example:4566", "127.0.0.1:4566; script-src *", ""])
def test_another_host_gets_no_page_and_puts_nothing_into_its_policy(host: str, send: Send) -> None:
    answer = _page(send, host=host)

    assert answer.status == 403
    assert "content-security-policy" not in answer.headers


def test_another_site_may_link_to_the_page_but_not_take_its_parts(send: Send) -> None:
    assert _page(send, **{"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}).status == 200
    assert _page(send, "/_local/console/files/console.js", **{"sec-fetch-site": "cross-site"}).status == 403
    assert _page(send, origin="https://evil.example").status == 403


def test_no_script_or_style_is_in_the_page(send: Send) -> None:
    page = _page(send).body.decode()

    assert re.findall(r"<script(?![^>]* src=)|<style|\sstyle=|\son\w+=|javascript:", page) == []
    assert re.findall(r'(?:src|href)="(?!/_local/console/files/|#)', page) == []


@pytest.mark.parametrize("name", SCRIPTS)
def test_text_never_becomes_markup_or_code(name: str) -> None:
    sinks = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function|srcdoc|DOMParser"

    assert re.findall(sinks, SCRIPTS[name]) == []


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_keeps_the_length_of_a_source_file(name: str) -> None:
    assert len(SCRIPTS[name].splitlines()) < 350


def test_a_signed_request_to_the_root_is_still_an_unknown_operation(
    send: Send, sign: Callable[..., dict[str, str]]
) -> None:
    answer = send("POST", "/", sign("POST", "/", b"{}"), b"{}")

    assert (answer.status, answer.headers["x-amzn-errortype"]) == (404, "UnknownOperationException")
    assert "message" in json.loads(answer.body)
