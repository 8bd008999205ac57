"""The contract with people's state: what today's provider wrote is refreshed and destroyed for years."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import pulumi_ivschat
from tests.conftest import LocalService
from tests.engine.conftest import Stack
from tests.engine.stories import Apply, Here, Preview, Story, Up, python_story

PROGRAM = 'room = Room("lobby", tags={"team": "chat"})\nTagSet("cost", resource_arn=room.arn, tags={"cost": "1"})'


@pytest.fixture
def moved(tmp_path: Path) -> dict[str, str]:
    """Return an environment in which everything but `provider_for` has another name."""
    site = tmp_path / "site"
    elsewhere = site / "elsewhere"
    shutil.copytree(Path(pulumi_ivschat.__file__).parent, elsewhere, ignore=shutil.ignore_patterns("__pycache__"))
    for file in elsewhere.rglob("*.py"):
        file.write_text(file.read_text().replace("pulumi_ivschat", "elsewhere"))
    (elsewhere / "dynamic.py").rename(elsewhere / "adapter.py")
    for file in elsewhere.rglob("*.py"):
        text = re.sub(r"elsewhere\.dynamic\b", "elsewhere.adapter", file.read_text())
        text = re.sub(r"from elsewhere import dynamic\b", "from elsewhere import adapter as dynamic", text)
        file.write_text(text)
    (site / "pulumi_ivschat").mkdir()
    (site / "pulumi_ivschat" / "__init__.py").write_text("")
    (site / "pulumi_ivschat" / "dynamic.py").write_text("from elsewhere.adapter import provider_for\n")
    return {"PYTHONPATH": str(site)}


def test_state_outlives_everything_but_the_name_in_the_pickle(
    stack: Stack, service: LocalService, moved: dict[str, str]
) -> None:
    stack.program(PROGRAM).up()
    service.client().update_room(identifier=stack.resource("lobby")["id"], maximumMessageLength=7)

    stack.run("refresh", "--yes", environment=moved)
    assert stack.resource("lobby")["outputs"]["maximum_message_length"] == 7
    stack.run("destroy", "--yes", environment=moved)

    assert service.client().list_rooms()["rooms"] == []


def test_a_state_whose_provider_is_of_another_version_is_repaired_by_one_up(stack: Stack) -> None:
    stack.program(PROGRAM).up()
    written = json.loads(stack.run("stack", "export"))
    for resource in written["deployment"]["resources"]:
        if "ivschat" in resource["type"]:
            resource["inputs"]["__provider"] = resource["outputs"]["__provider"] = "of another version"
    file = stack.directory / "state.json"
    file.write_text(json.dumps(written))
    stack.run("stack", "import", "--file", str(file))

    stack.up()

    stack.drift(code=0)
    stack.destroy()


@pytest.mark.long
def test_a_damaged_state_is_repaired_and_tags_of_others_stay(stack: Stack, service: LocalService) -> None:
    stack.program(PROGRAM).up()
    arn = stack.resource("lobby")["id"]
    service.client().tag_resource(resourceArn=arn, tags={"theirs": "1"})
    before = service.client().list_tags_for_resource(resourceArn=arn)["tags"]

    damage(stack, lambda outputs: outputs.clear())
    stack.run("refresh", "--yes")
    stack.up()
    assert service.client().list_tags_for_resource(resourceArn=arn)["tags"] == before

    damage(stack, lambda outputs: outputs.update(tags=["x"]))
    stack.up()
    assert stack.resource("lobby")["outputs"]["tags"] == {"team": "chat"}
    stack.destroy()  # it knows the keys of the set again


def damage(stack: Stack, damage: Callable[[dict[str, Any]], None]) -> None:
    """Change the outputs in the state, as an editor may do."""
    written = json.loads(stack.run("stack", "export"))
    for resource in written["deployment"]["resources"]:
        if "ivschat" in resource["type"]:
            damage(resource["outputs"])
    file = stack.directory / "state.json"
    file.write_text(json.dumps(written))
    stack.run("stack", "import", "--file", str(file))


@python_story
def test_the_state_of_a_room_is_small_and_shows_its_provider(here: Here) -> Story:
    del here
    room = (yield Up(PROGRAM)).resources["lobby"]

    assert len(room["inputs"]["__provider"]) < 100
    assert len(json.dumps([room["inputs"], room["outputs"]])) < 1500


def test_the_state_keeps_where_a_room_was_declared_and_nothing_of_what_ran_the_program(stack: Stack) -> None:
    stack.program(
        """
        import pulumi
        from pulumi_ivschat import Room

        def floor(number):
            return Room(f"floor-{number}")

        class Building(pulumi.ComponentResource):
            def __init__(self, name):
                super().__init__("app:index:Building", name)
                floor(1)

        floor(0)
        Building("house")
        pulumi.Output.from_input(2).apply(floor)
        """
    ).up()

    program = (stack.directory / "__main__.py").read_text().splitlines()

    def lines(name: str) -> list[str]:
        frames = [frame["sourcePosition"].partition("#") for frame in stack.resource(name)["stackTrace"]]
        assert {file for file, _, _ in frames} == {"project:///__main__.py"}
        return [program[int(line) - 1].strip() for _, _, line in frames]

    declared = 'return Room(f"floor-{number}")'
    assert lines("floor-0") == [declared, "floor(0)"]
    assert lines("floor-1") == [declared, "floor(1)", 'Building("house")']
    assert lines("floor-2") == [declared]


@python_story
def test_a_user_subclass_is_a_room(here: Here) -> Story:
    seen = yield Apply(
        f"""
        class Lobby(Room):
            def __init__(self, name):
                super().__init__(name, maximum_message_length=100)
        Lobby("{here.name("lobby")}")
        """
    )

    room = here.service.client().get_room(identifier=seen.arn("lobby"))
    assert (room["name"], room["maximumMessageLength"]) == (here.name("lobby"), 100)


def test_two_regions_by_explicit_providers(stack: Stack, service: LocalService) -> None:
    stack.apply(
        f"""
        class Region(pulumi.ProviderResource):
            def __init__(self, region):
                super().__init__("pulumi-python", region, {{
                    "ivschat:region": region, "ivschat:endpointUrl": "{service.url}"}})
        for region in ("us-west-2", "eu-west-1"):
            Room(f"lobby-{{region}}", opts=pulumi.ResourceOptions(provider=Region(region)))
        """
    )

    assert [len(service.client(region).list_rooms()["rooms"]) for region in ("us-west-2", "eu-west-1")] == [1, 1]


@python_story
def test_resource_options_do_what_they_say(here: Here) -> Story:
    del here
    options = {
        "ignored": 'ignore_changes=["maximum_message_length"]',
        "replaced": 'replace_on_changes=["maximum_message_length"]',
        "protected": "protect=True",
    }
    program = "\n".join(
        f'Room("{name}", maximum_message_length=LENGTH, opts=pulumi.ResourceOptions({given}))'
        for name, given in options.items()
    )
    yield Up(program.replace("LENGTH", "100"))

    previewed = yield Preview(program.replace("LENGTH", "200"))
    assert "ignored" not in previewed.output
    assert "(replace)" in previewed.output
    assert previewed.output.count("(update)") == 1

    yield Up('Room("protected", opts=pulumi.ResourceOptions(protect=False))')


@python_story
def test_a_renamed_resource_keeps_its_room_by_an_alias(here: Here) -> Story:
    first = yield Up('Room("lobby", name="aliased")')

    alias = f'pulumi.Alias(name="{here.name("lobby")}")'
    seen = yield Up(f'Room("hall", name="aliased", opts=pulumi.ResourceOptions(aliases=[{alias}]))')

    assert seen.calls == ["TagResource"]  # its owner tag
    assert {name: each["id"] for name, each in seen.resources.items()} == {"hall": first.arn("lobby")}
