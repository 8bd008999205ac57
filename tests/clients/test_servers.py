"""Servers that fork, or start, several workers: each user gets a token of their own from every worker."""

# ruff: noqa: S310 - the server under test is asked over http

from __future__ import annotations

import base64
import json
import re
import socket
import subprocess
import sys
import time
import urllib.request
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

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
    whole = [sys.executable, "-m", *command]
    with subprocess.Popen(whole, cwd=_HERE, env=environment, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        found = filter(None, (re.search(r"http://127\.0\.0\.1:\d+", line) for line in process.stderr))
        try:
            yield next(found)[0]
        finally:
            process.terminate()
            log = process.stderr.read()
    assert process.returncode == 0, log
    assert "Traceback" not in log


def is_listening(address: str) -> bool:
    place = urlsplit(address)
    with socket.socket() as connection:
        return connection.connect_ex((place.hostname, place.port)) == 0


def asked(address: str, user: str) -> dict[str, Any]:
    with urllib.request.urlopen(f"{address}/?user={user}", timeout=60) as answer:
        found: dict[str, Any] = json.load(answer)
        return found


@pytest.mark.parametrize(
    "command",
    [
        ["gunicorn", "--preload", "--workers=4", "--bind=127.0.0.1:0", "--no-control-socket", "token_server:wsgi"],
        ["uvicorn", "--workers=2", "--port=0", "token_server:asgi"],
    ],
    ids=["gunicorn", "uvicorn"],
)
def test_every_worker_gives_each_user_a_token_of_their_own(
    command: list[str], environment: dict[str, str], client: Any
) -> None:
    room = client.create_room(name="workers")["arn"]
    users = [f"user-{number}" for number in range(60)]

    with (
        running(command, {**environment, "IVSCHAT_ROOM_ARN": room, "PYTHONUNBUFFERED": "1"}) as address,
        ThreadPoolExecutor(12) as threads,
    ):
        deadline = time.monotonic() + 60
        while not is_listening(address) and time.monotonic() < deadline:
            time.sleep(0.1)  # uvicorn logs its address before it listens
        answers: list[dict[str, Any]] = []
        while not _is_of_two(answers) and time.monotonic() < deadline:  # the second worker may take longer to start
            answers += threads.map(lambda user: asked(address, user), users)

    assert [user_of(answer["token"]) for answer in answers] == users * (len(answers) // len(users))
    assert _is_of_two(answers)


def _is_of_two(answers: list[dict[str, Any]]) -> bool:
    return len({answer["pid"] for answer in answers}) > 1
