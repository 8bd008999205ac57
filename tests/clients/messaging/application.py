"""An application's server, as the scenarios need one: it calls the control plane for its clients, and serves a page."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, TypeAlias

from tests.conftest import LocalService

Operation: TypeAlias = Callable[..., Any]
Page: TypeAlias = Mapping[str, tuple[str, str]]
"""Media type and text, by path."""


@contextmanager
def served(answer: Callable[[str, str, bytes], tuple[int, str, str]]) -> Iterator[str]:
    """Serve *answer* (method, path, body → status, media type, text) on 127.0.0.1; return the address."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            status, media_type, text = answer(self.command, self.path, body)
            content = text.encode()
            self.send_response(status)
            self.send_header("Content-Type", media_type)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_POST = do_GET  # noqa: N815  named by http.server

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  named by http.server
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@contextmanager
def application(service: LocalService, page: Page, **operations: Operation) -> Iterator[str]:
    """Serve a page, and boto3's methods and *operations* beside it: `POST /create_room` with the members as JSON."""
    client = service.client()

    def answer(method: str, path: str, body: bytes) -> tuple[int, str, str]:
        if method == "GET":
            return 200, *page.get(path, ("text/plain", ""))
        name = path.removeprefix("/")
        try:
            result = (operations.get(name) or getattr(client, name))(**json.loads(body))
        except Exception as error:  # noqa: BLE001  the scenario gets any error as an answer
            return 500, "text/plain", f"{type(error).__name__}: {error}"
        return 200, "application/json", json.dumps(result, default=datetime.isoformat)

    with served(answer) as url:
        yield url
