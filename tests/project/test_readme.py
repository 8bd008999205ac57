"""The README's tables, beside what they are about."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pulumi_ivschat import settings
from pulumi_ivschat.program.chat_tokens import ChatGrantArgs
from pulumi_ivschat.program.logging_configuration import LoggingConfigurationArgs
from pulumi_ivschat.program.room import RoomArgs

README = (Path(__file__).parents[2] / "README.md").read_text()


def section(title: str) -> str:
    return README.split(f"# {title}\n", 1)[1].split("\n#", 1)[0]


@pytest.mark.parametrize(("title", "args"), [("Room", RoomArgs), ("LoggingConfiguration", LoggingConfigurationArgs)])
def test_every_input_is_in_its_table(title: str, args: type) -> None:
    assert set(re.findall(r"^\| `(\w+)`", section(title), re.MULTILINE)) == set(args.__annotations__)


def test_every_input_of_a_grant_is_in_its_table() -> None:
    assert set(re.findall(r"^\| `(\w+)`", section("Chat tokens"), re.MULTILINE)) == set(ChatGrantArgs.__annotations__)


def test_every_setting_is_in_its_table() -> None:
    listed = re.findall(r"^\| (\w+)", settings.__doc__ or "", re.MULTILINE)[1:]

    assert re.findall(r"^\| `ivschat:(\w+)`", section("Settings"), re.MULTILINE) == listed
