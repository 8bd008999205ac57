"""What the README and the examples show, run as it stands there."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

from pulumi_ivschat import CreateChatTokenResult
from tests.conftest import LocalService
from tests.engine.conftest import Stack

ROOT = Path(__file__).parents[2]


def test_the_readmes_program_runs(stack: Stack, service: LocalService) -> None:
    [program] = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)

    stack.apply(program)

    [room] = service.client().list_rooms()["rooms"]
    assert (room["name"], stack.outputs()) == ("lobby", {"lobby": room["arn"]})
    assert room["tags"].items() >= {"team": "chat", "cost-center": "4711"}.items()


def test_the_readmes_logging_configuration_is_that_of_a_room(stack: Stack, service: LocalService) -> None:
    [program] = re.findall(
        r"```py\n(from pulumi_ivschat import Log.*?)```", (ROOT / "README.md").read_text(), re.DOTALL
    )

    stack.apply(program)

    [made] = service.client().list_logging_configurations()["loggingConfigurations"]
    [room] = service.client().list_rooms()["rooms"]
    assert room["loggingConfigurationIdentifiers"] == [made["arn"]]


def test_the_readmes_chat_tokens_run(stack: Stack) -> None:
    [program] = re.findall(r"```py\n(smoke = .*?)```", (ROOT / "README.md").read_text(), re.DOTALL)

    stack.apply(f'lobby = Room("lobby")\n{program}')

    assert stack.outputs()["alice"].keys() == CreateChatTokenResult.__annotations__.keys()


def test_the_quickstart_makes_two_rooms_and_a_tag_set_and_then_wants_nothing(
    stack: Stack, service: LocalService
) -> None:
    stack.apply((ROOT / "examples" / "quickstart" / "__main__.py").read_text())

    rooms = {room["name"]: room["arn"] for room in service.client().list_rooms()["rooms"]}
    assert stack.outputs() == rooms
    assert rooms.keys() == {"lobby", "quiz"}
    stack.destroy()
    assert service.client().list_rooms()["rooms"] == []


def test_the_readmes_way_for_existing_rooms_ends_in_a_clean_preview(
    environment: Mapping[str, str], service: LocalService, tmp_path: Path
) -> None:
    [commands] = re.findall(r"```sh\n(printf .*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    for number in range(3):
        service.client().create_room(name="lobby", tags={"number": str(number)})
    here = f"pulumi config set ivschat:endpointUrl {service.url}\npulumi-ivschat import"
    directory = tmp_path / "newcomer"
    directory.mkdir()

    ran = subprocess.run(
        ["bash", "-euc", commands.replace("pulumi-ivschat import", here)],
        input="y\n",
        cwd=directory,
        env=dict(environment),
        capture_output=True,
        text=True,
        check=False,
    )

    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "Imported 3 Rooms." in ran.stderr
