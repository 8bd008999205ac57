"""What the README and the examples show, run as it is there."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

from pulumi_ivschat import CreateChatTokenResult
from tests.conftest import LocalService
from tests.engine.stories import Apply, Here, Story, Up, python_story
from tools.docs.resource_pages import python_example

ROOT = Path(__file__).parents[2]


README = (ROOT / "README.md").read_text()
ROOMS = (ROOT / "docs" / "rooms.md").read_text()
CHAT_TOKENS = (ROOT / "docs" / "chat-tokens.md").read_text()


@python_story
def test_the_readmes_program_runs(here: Here) -> Story:
    [program] = re.findall(r"```python\n(.*?)```", README, re.DOTALL)

    seen = yield Apply(program)

    room = here.service.client().get_room(identifier=seen.arn("lobby"))
    assert (room["name"], seen.outputs) == (here.name("lobby"), {"lobby": room["arn"]})
    assert room["tags"].items() >= {"team": "chat", "cost-center": "4711"}.items()


@python_story
def test_the_pages_logging_configuration_is_that_of_a_room(here: Here) -> Story:
    [program] = re.findall(r"```py\n(from pulumi_ivschat import Log.*?)```", ROOMS, re.DOTALL)

    seen = yield Apply(program)

    room = here.service.client().get_room(identifier=seen.arn("hall"))
    assert room["loggingConfigurationIdentifiers"] == [seen.arn("archive")]


@python_story
def test_the_pages_chat_tokens_run(here: Here) -> Story:
    del here
    [program] = re.findall(r"```py\n(smoke = .*?)```", CHAT_TOKENS, re.DOTALL)

    seen = yield Apply(f'lobby = Room("lobby")\n{program}')

    assert seen.outputs["alice"].keys() == CreateChatTokenResult.__annotations__.keys()


@python_story
def test_the_quickstart_creates_two_rooms_and_a_tag_set_and_then_wants_nothing(here: Here) -> Story:
    seen = yield Apply((ROOT / "examples" / "quickstart" / "__main__.py").read_text())

    assert seen.resources.keys() == {"lobby", "quiz", "lobby-cost"}
    assert seen.outputs == {name: seen.arn(name) for name in ("lobby", "quiz")}
    yield Up("")
    assert here.service.client().list_rooms(name=here.name("quiz"))["rooms"] == []


def test_the_pages_way_for_existing_rooms_ends_in_a_clean_preview(
    environment: Mapping[str, str], service: LocalService, tmp_path: Path
) -> None:
    [commands] = re.findall(r"```sh\n(printf .*?)```", ROOMS, re.DOTALL)
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


@python_story
def test_the_references_examples_in_python_run(here: Here) -> Story:
    del here
    tags = python_example("TagSet").replace('pulumi.Config().require("roomArn")', "lobby.arn")

    seen = yield Apply(
        "\n".join([python_example("Room"), python_example("LoggingConfiguration").replace("lobby", "hall"), tags])
    )

    assert seen.resources.keys() == {"lobby", "archive", "hall", "cost"}
