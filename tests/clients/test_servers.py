"""Servers that fork, or start, several workers: each user gets a token of their own from every worker."""

# ruff: noqa: S310 - the server under test is asked over http

from __future__ import annotations

import base64
import json
import re
import signal
import subprocess
import sys
import urllib.request
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

_HERE = Path(__file__).parent


def user_of(token: str) -> str:
    """Return whom the local service made a token for."""
    body = token.split(".", maxsplit=1)[0]
    claims: dict[str, str] = json.loads(zlib.decompress(base64.urlsafe_b64decode(body + "==")))
    return claims["user_id"]


@contextmanager
def running(command: list[str], environment: dict[str, str]) -> Iterator[str]:
    """Run a server; return the address that its log shows."""
    process = subprocess.Popen(
        [sys.executable, "-m", *command], cwd=_HERE, env=environment, stderr=subprocess.PIPE, text=True
    )
    assert process.stderr is not None
    try:
        address = next(filter(None, (re.search(r"http://127\.0\.0\.1:\d+", line) for line in process.stderr)))
        yield address[0]
    finally:
        process.send_signal(signal.SIGTERM)
        log = process.stderr.read()
        assert process.wait(30) == 0, log
        assert "Traceback" not in log


def asked(address: str, user: str) -> dict[str, Any]:
    with urllib.request.urlopen(f"{address}/?user={user}", timeout=60) as answer:
        found: dict[str, Any] = json.load(answer)
        return found


@pytest.mark.parametrize(
    "command",
    [
        ["gunicorn", "--preload", "--workers=4", "--bind=127.0.0.1:0", "token_server:wsgi"],
        ["gunicorn", "--preload", "--workers=2", "--threads=4", "--bind=127.0.0.1:0", "token_server:wsgi"],
        ["uvicorn", "--workers=2", "--port=0", "token_server:asgi"],
    ],
    ids=["gunicorn", "gunicorn with threads", "uvicorn"],
)
def test_every_worker_gives_each_user_a_token_of_their_own(
    command: list[str], environment: dict[str, str], client: Any
) -> None:
    room = client.create_room(name="workers")["arn"]
    users = [f"user-{number}" for number in range(120)]

    with (
        running(command, {**environment, "IVSCHAT_ROOM_ARN": room, "PYTHONUNBUFFERED": "1"}) as address,
        ThreadPoolExecutor(12) as threads,
    ):
        answers = list(threads.map(lambda user: asked(address, user), users))

    assert [user_of(answer["token"]) for answer in answers] == users
    assert len({answer["pid"] for answer in answers}) > 1
