"""An address as the handler of a function: what is posted, when, and what its answers mean."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from pulumi_ivschat.local.handlers import HandlerError, http_function
from tests.local.handlers.conftest import LAMBDA, LONG, answer, event, running

PATH = "/2015-03-31/functions/function/invocations"


class Emulator:
    """Behaves as Lambda's Runtime Interface Emulator: one invocation at a time; a second one breaks it for good."""

    def __init__(self, function: Callable[[Any], tuple[int, str]]) -> None:
        self.function = function
        self.broken = False
        self.asked: list[Any] = []
        self._running = threading.Lock()

    def invoke(self, path: str, body: bytes) -> tuple[int, str]:
        """Answer with status and text."""
        if path != PATH:
            return 404, "404 page not found"
        if self.broken or not self._running.acquire(blocking=False):
            self.broken = True
            return 400, ""
        try:
            self.asked.append(json.loads(body))
            return self.function(self.asked[-1])
        finally:
            self._running.release()


@contextmanager
def emulated(function: Callable[[Any], tuple[int, str]]) -> Iterator[tuple[Emulator, str]]:
    emulator = Emulator(function)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status, text = emulator.invoke(self.path, body)
            if status == 0:
                return
            self.send_response(status)
            self.send_header("Location", PATH)
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its own name for it
            """Log nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield emulator, f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def upper(asked: Any) -> tuple[int, str]:
    return 200, json.dumps({"ReviewResult": "ALLOW", "Content": asked["Content"].upper()})


def test_an_event_is_posted_and_the_answer_comes_back() -> None:
    with emulated(upper) as (emulator, url):
        assert answer(url + PATH) == {"ReviewResult": "ALLOW", "Content": "HELLO"}
        assert emulator.asked == [event()]


def test_events_are_posted_one_after_another() -> None:
    async def main(url: str) -> list[Any]:
        async with running(url + PATH) as handler:
            calls = [handler.invoke(event(str(number)), LAMBDA) for number in range(20)]
            return [each["Content"] for each in await asyncio.gather(*calls)]

    def slow(asked: Any) -> tuple[int, str]:
        time.sleep(0.01)
        return upper(asked)

    with emulated(slow) as (emulator, url):
        assert asyncio.run(main(url)) == [str(number) for number in range(20)]
        assert not emulator.broken


def test_a_cold_start_that_takes_too_long_is_waited_for_before_the_next_event_is_posted() -> None:
    started = threading.Event()

    def cold(asked: Any) -> tuple[int, str]:
        started.wait(LONG)
        return upper(asked)

    async def main(url: str) -> list[Any]:
        async with running(url + PATH, timeout=0.2) as handler:
            with pytest.raises(HandlerError, match="it took over 200 ms"):
                await handler.invoke(event("cold"), LAMBDA)
            nexts = [asyncio.create_task(handler.invoke(event(each), LAMBDA)) for each in ("warm", "warmer")]
            await asyncio.sleep(0.3)  # they wait longer than they may take themselves
            started.set()
            return [each["Content"] for each in await asyncio.gather(*nexts)]

    with emulated(cold) as (emulator, url):
        assert asyncio.run(main(url)) == ["WARM", "WARMER"]
        assert not emulator.broken


def test_an_address_that_hangs_does_not_let_every_event_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_function, "PATIENCE", 0.1)
    release = threading.Event()

    def hang(asked: Any) -> tuple[int, str]:
        release.wait(LONG)
        return upper(asked)

    async def main(url: str) -> list[Any]:
        async with running(url + PATH, timeout=0.15) as handler:
            first = await asyncio.gather(handler.invoke(event(), LAMBDA), return_exceptions=True)
            rest = [handler.invoke(event(), LAMBDA) for _ in range(50)]
            return [str(each) for each in [*first, *await asyncio.gather(*rest, return_exceptions=True)]]

    with emulated(hang) as (_, url):
        first, *rest = asyncio.run(asyncio.wait_for(main(url), 4))
        release.set()
    assert first == "it took over 150 ms"
    assert set(rest) == {f"{url}{PATH} has not answered an earlier message for 0 s"}


RAISED = {"errorMessage": "bad word list", "errorType": "KeyError", "stackTrace": ["  File x.py, line 1\n", "  there"]}


@pytest.mark.parametrize(
    ("status", "text", "reason", "details"),
    [
        (200, json.dumps(RAISED), "KeyError: bad word list", "  File x.py, line 1\n  there"),
        (200, json.dumps({"errorMessage": "x"}), "Error: x", ""),
        (200, "Task timed out after 3.00 seconds", "answered what is not JSON: 'Task timed out after 3.00 sec", ""),
        (502, "broken", "/invocations answered 502 Bad Gateway", "broken"),
        (302, "", "/invocations answered 302 Found", ""),
        (0, "", "did not answer in HTTP: ", ""),
    ],
)
def test_an_answer_that_is_not_one_is_reported_in_its_own_words(
    status: int, text: str, reason: str, details: str
) -> None:
    with emulated(lambda _: (status, text)) as (_, url), pytest.raises(HandlerError) as caught:
        answer(url + PATH)

    assert reason in caught.value.reason
    assert caught.value.details == details


def test_a_wrong_path_and_an_address_that_nobody_serves_are_reported() -> None:
    with emulated(upper) as (_, url), pytest.raises(HandlerError, match="answered 404 Not Found"):
        answer(url)
    with pytest.raises(HandlerError, match="cannot be reached: "):
        answer(url)
