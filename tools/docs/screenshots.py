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
_USERS: Final = ("ann", "ben")
_SECONDS: Final = 60


def take(folder: Path) -> None:
    """Write console.png and chat.png into a folder."""
    with local_service() as service, tempfile.TemporaryDirectory() as directory:
        room = _rooms(service)
        with _page_of_the_example(Path(directory), room) as page:
            chat = {"url": page, "file": str(folder / "chat.png"), "users": _USERS}
            _picture({"console": {"url": service.url, "file": str(folder / "console.png")}, "chat": chat})


def _rooms(service: IvsChat) -> str:
    """Create rooms, and return the ARN of the one in the examples."""
    for region, name in (("eu-west-1", "quiz"), ("us-east-1", "support"), ("us-west-2", "backstage")):
        boto3.client("ivschat", region).create_room(name=name)
    lobby = {"name": "lobby", "maximumMessageLength": 200, "maximumMessageRatePerSecond": 50, "tags": {"team": "chat"}}
    service.create_room(**lobby)
    return service.create_room(name="example")


@contextmanager
def _page_of_the_example(directory: Path, room: str) -> Iterator[str]:
    """Serve the page of examples/browser_chat with its back end, and yield the page's address."""
    for example in ("browser_chat", "fastapi_backend"):
        shutil.copytree(_EXAMPLES / example, directory / example, ignore=shutil.ignore_patterns("node_modules"))
    (directory / "browser_chat" / "node_modules").symlink_to(_PACKAGES / "node_modules")
    back_end = ["uvicorn", "demo:app", "--port", "0"]
    with _serving(back_end, directory / "fastapi_backend", {"IVSCHAT_ROOM_ARN": room}) as url:
        yield url


@contextmanager
def _serving(arguments: list[str], folder: Path, settings: dict[str, str]) -> Iterator[str]:
    """Run a module that serves, and yield the address that it prints."""
    with subprocess.Popen(
        [sys.executable, "-m", *arguments],
        cwd=folder,
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
