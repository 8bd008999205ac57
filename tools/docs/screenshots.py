"""
The pictures of the documentation: `python -m tools.docs.screenshots [FOLDER]` takes them, in Chromium, of what runs here.

FOLDER is docs/ by default. It needs Chromium and the packages in tests/clients/node_modules (`make test-setup`).
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import boto3

from pulumi_ivschat.testing import IvsChat, local_service
from tools.docs.staging import ROOT

_EXAMPLES: Final = ROOT / "examples"
_PACKAGES: Final = ROOT / "tests" / "clients"
_USERS: Final = ("ann", "mia")
_SECRET: Final = "a-secret-for-pictures-only"  # noqa: S105
_SECONDS: Final = 60


def take(folder: Path) -> None:
    """Write console.png and chat.png into a folder."""
    with local_service() as service, tempfile.TemporaryDirectory() as directory:
        room = _rooms(service)
        with _page_of_the_example(Path(directory), room) as page:
            sessions = {user: _session(user) for user in _USERS}
            chat = {"url": page, "file": str(folder / "chat.png"), "sessions": sessions}
            _picture({"console": {"url": service.url, "file": str(folder / "console.png")}, "chat": chat})


def _rooms(service: IvsChat) -> str:
    """Create rooms, and return the ARN of the one in the examples."""
    for region, name in (("eu-west-1", "quiz"), ("us-east-1", "support"), ("us-west-2", "backstage")):
        boto3.client("ivschat", region).create_room(name=name)
    lobby = {"name": "lobby", "maximumMessageLength": 200, "maximumMessageRatePerSecond": 50, "tags": {"team": "chat"}}
    service.create_room(**lobby)
    return service.create_room(name="example")


def _session(user: str) -> str:
    command = [sys.executable, "-m", "token_backend.session", user]
    environment = {**os.environ, "SESSION_SECRET": _SECRET}
    return subprocess.run(
        command, cwd=_EXAMPLES, env=environment, check=True, capture_output=True, text=True
    ).stdout.strip()


@contextmanager
def _page_of_the_example(directory: Path, room: str) -> Iterator[str]:
    """Serve the page of examples/token_backend and its back end, and yield the page's address."""
    folder = Path(shutil.copytree(_EXAMPLES / "token_backend" / "page", directory / "page"))
    page = ["http.server", "0", "--bind", "127.0.0.1", "--directory", str(folder)]
    with _serving(page, {"PYTHONUNBUFFERED": "1"}) as url:
        settings = {"IVSCHAT_ROOM_ARN": room, "ALLOWED_ORIGINS": url, "SESSION_SECRET": _SECRET}
        with _serving(["uvicorn", "--factory", "token_backend.server:app", "--port", "0"], settings) as back_end:
            index = folder / "index.html"
            index.write_text(index.read_text().replace("http://127.0.0.1:8000", back_end))
            yield url


@contextmanager
def _serving(arguments: list[str], settings: dict[str, str]) -> Iterator[str]:
    """Run a module that serves, and yield the address that it prints."""
    with subprocess.Popen(
        [sys.executable, "-m", *arguments],
        cwd=_EXAMPLES,
        env={**os.environ, **settings},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        try:
            lines = iter(process.stdout.readline, "") if process.stdout else iter(())
            yield next(found[0] for line in lines if (found := re.search(r"http://127\.0\.0\.1:\d+", line)))
        finally:
            process.terminate()


def _picture(scenes: dict[str, object]) -> None:
    chromium = shutil.which(os.environ.get("PULUMI_IVSCHAT_TEST_CHROMIUM", "chromium")) or "chromium"
    command = ["node", str(Path(__file__).with_name("screenshots.mjs")), str(_PACKAGES), chromium, json.dumps(scenes)]
    subprocess.run(command, check=True, timeout=_SECONDS)


if __name__ == "__main__":
    take(Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "docs"))
