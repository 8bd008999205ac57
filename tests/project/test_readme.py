"""The README is short, and the pages' tables have what they are about."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import pulumi_ivschat
from pulumi_ivschat import settings
from pulumi_ivschat.model.arns import RESOURCES
from pulumi_ivschat.program.chat_tokens import ChatGrantArgs
from tools.docs import generated

ROOT = Path(__file__).parents[2]
MOST_WORDS = 700


def written_pages() -> list[Path]:
    """Return the pages in docs/, examples/ and templates/, without those of packages that are installed there."""
    found = (file for folder in ("docs", "examples", "templates") for file in (ROOT / folder).rglob("*.md"))
    return [file for file in found if "node_modules" not in file.parts]


def section(page: str, title: str) -> str:
    """Return the text below a heading of a page in docs/."""
    return (ROOT / "docs" / page).read_text().split(f"# {title}\n", 1)[1].split("\n#", 1)[0]


def test_the_readme_is_read_in_a_minute() -> None:
    assert len((ROOT / "README.md").read_text().split()) <= MOST_WORDS


_INSTALLED_BY_NAME = re.compile(r"(?:pip install|uv tool install|uvx --from|--spec) *'?pulumi-ivschat\b")


def test_a_page_that_installs_the_package_by_its_name_shows_that_it_is_not_published_yet() -> None:
    written = {file.relative_to(ROOT).as_posix(): file.read_text() for file in written_pages()}
    texts = {**written, **generated.pages()}
    silent = [
        page for page, text in texts.items() if _INSTALLED_BY_NAME.search(text) and "not published yet" not in text
    ]

    assert "docs/rooms.md" in written
    assert silent == []


@pytest.mark.parametrize("name", RESOURCES)
def test_every_input_is_in_its_table(name: str) -> None:
    inputs = getattr(pulumi_ivschat, f"{name}Args").__annotations__

    assert set(re.findall(r"^\| `(\w+)`", section("rooms.md", name), re.MULTILINE)) == set(inputs)


def test_every_input_of_a_grant_is_in_its_table() -> None:
    assert set(
        re.findall(r"^\| `(\w+)`", section("chat-tokens.md", "Tokens in a stack's outputs"), re.MULTILINE)
    ) == set(ChatGrantArgs.__annotations__)


def test_every_setting_is_in_its_table() -> None:
    listed = re.findall(r"^\| (\w+)", settings.__doc__ or "", re.MULTILINE)[1:]

    assert re.findall(r"^\| `ivschat:(\w+)`", section("settings.md", "Settings"), re.MULTILINE) == listed
