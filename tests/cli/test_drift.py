"""`pulumi-ivschat drift`: its forms, exit codes and rules; tests/engine/test_drift.py has what it finds."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Invoke, Project
from tests.stacks.conftest import Account, account, resource

__all__ = ["account"]  # the fixture


def gone(name: str = "lobby") -> dict[str, Any]:
    """Return a room of a state that is not there."""
    arn = f"arn:aws:ivschat:us-west-2:000000000000:room/{name:x<12}"
    return resource(name, id=arn, outputs={"arn": arn, "update_time": "2026-01-31T08:00:00.123Z"})


def test_nothing_found_is_exit_code_0_and_one_sentence(project: Project, invoke: Invoke) -> None:
    assert project

    result = invoke("drift")

    assert (result.exit_code, result.stdout) == (0, "No drift (1 stack in us-west-2).\n")


def test_drift_is_exit_code_2_and_a_line_for_each_finding(project: Project, invoke: Invoke) -> None:
    project.state(gone())

    result = invoke("drift")

    assert result.exit_code == 2
    assert result.stdout == "Missing\n  chat/test Room lobby\n1 missing (1 stack in us-west-2).\n"


def test_drift_prints_a_hint_once_for_all_findings_that_it_is_about(
    project: Project, invoke: Invoke, account: Account
) -> None:
    assert project
    for name in ("lobby", "hall", "stage"):
        account.owned_room(name)

    lines = invoke("drift").stdout.splitlines()

    assert len([line for line in lines if "its owner tag names chat/test" in line]) == 3
    assert len([line for line in lines if "pulumi-ivschat recover" in line]) == 1


def test_verbose_drift_prints_the_rule_that_ignores_a_finding(project: Project, invoke: Invoke) -> None:
    project.state(gone())

    assert "lobby\n    ignore with: missing:chat/test/lobby\n" in invoke("drift", "-v").stdout


@pytest.mark.parametrize(
    ("arguments", "shown"),
    [
        (["--nonsense"], "No such option"),
        (["--json", "--ignore", "lobby"], "is not a rule"),
        (["--ignore-file", "nowhere"], "does not exist"),
        (["/:test"], "there is no Pulumi.yaml in / or above it"),
        (["nowhere:test"], "nowhere is not a directory"),
        (["other"], "`pulumi stack export` failed"),
        (["--all", "test"], "omit the names of stacks, or --all"),
        (["--all"], "the project chat has no stacks"),
    ],
)
def test_every_failure_is_exit_code_1_wrong_usage_too(
    project: Project, invoke: Invoke, arguments: list[str], shown: str
) -> None:
    assert project

    result = invoke("drift", *arguments)

    assert result.exit_code == 1
    assert shown in result.stderr


def test_an_account_that_does_not_answer_is_not_drift(project: Project, invoke: Invoke) -> None:
    project.service.fault("ListRooms", error="AccessDeniedException", count=None)

    result = invoke("drift")

    assert result.exit_code == 1
    assert "Allow ivschat:ListRooms" in result.stderr


@pytest.mark.parametrize("where", ["--ignore", "--ignore-file", "pyproject.toml"])
def test_rules_come_from_the_command_a_file_or_the_project(project: Project, invoke: Invoke, where: str) -> None:
    project.state(gone())
    rule = "missing:chat/*"
    (project.directory / "rules").write_text(f"{rule}\n")
    if where == "pyproject.toml":
        (project.directory / where).write_text(f'[tool.pulumi-ivschat.drift]\nignore = ["{rule}"]\n')
    options = {"--ignore": ["--ignore", rule], "--ignore-file": ["--ignore-file", "rules"]}.get(where, [])

    result = invoke("drift", *options)

    assert (result.exit_code, result.stdout) == (0, "No drift (1 stack in us-west-2); 1 ignored by rules.\n")


def test_json_is_all_of_stdout(project: Project, invoke: Invoke) -> None:
    project.state(gone())

    document = json.loads(invoke("drift", "--json").stdout)

    assert (document["version"], document["clean"], document["stacks"]) == (1, False, ["chat/test"])
    assert [finding["kind"] for finding in document["findings"]] == ["missing"]


def test_markdown_is_for_a_pull_request(project: Project, invoke: Invoke) -> None:
    project.state(gone())

    assert "| `chat/test Room lobby` |" in invoke("drift", "--markdown").stdout


def test_several_stacks_here_and_elsewhere_are_compared_in_one_run(
    project: Project, invoke: Invoke, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    for file in ("config.json", "test.json"):
        (other / file).write_text((project.directory / file).read_text())
    (other / "Pulumi.yaml").write_text("name: fleet\nruntime: python\n")
    project.state(gone(), stack="prod")

    document = json.loads(invoke("drift", "test", "prod", "../other:test", "--region", "eu-west-1", "--json").stdout)

    assert document["stacks"] == ["chat/test", "chat/prod", "fleet/test"]
    assert document["regions"] == ["eu-west-1", "us-west-2"]
    assert [finding["stack"] for finding in document["findings"]] == ["chat/prod"]


@pytest.fixture
def fleet(project: Project, account: Account) -> Project:
    """Return a project of three stacks, one with a room that changed, in an account of two pages of rooms."""
    names = ["shard-0", "shard-1", "shard-2"]
    for number, name in enumerate(names):
        rooms = [account.recorded(f"room-{number}-{index}") for index in range(20)]
        project.state(*rooms, stack=name)
    changed = project.service.client().list_rooms(name="room-1-0")["rooms"][0]["arn"]
    project.service.client().update_room(identifier=changed, maximumMessageLength=7)
    (project.directory / "stacks.json").write_text(json.dumps([{"name": name} for name in names]))
    return project


def test_all_stacks_of_a_project_are_compared_and_each_page_is_read_once(fleet: Project, invoke: Invoke) -> None:
    before = len(fleet.service.calls())

    result = invoke("drift", "--all", "--json")

    document = json.loads(result.stdout)
    assert result.exit_code == 2
    assert document["stacks"] == ["chat/shard-0", "chat/shard-1", "chat/shard-2"]
    assert [(each["stack"], each["property"]) for each in document["findings"]] == [
        ("chat/shard-1", "maximum_message_length")
    ]
    assert Counter(fleet.service.calls()[before:]) == {"ListLoggingConfigurations": 1, "ListRooms": 2, "GetRoom": 1}


def test_a_stack_that_is_named_twice_is_compared_once(fleet: Project, invoke: Invoke) -> None:
    document = json.loads(invoke("drift", "shard-1", "shard-1", "--json").stdout)

    assert fleet
    assert document["stacks"] == ["chat/shard-1"]
    assert len(document["findings"]) == 1


def test_no_state_is_written_and_no_program_runs(project: Project, invoke: Invoke) -> None:
    project.state(gone())

    invoke("drift")

    asked = (project.directory / "asked").read_text().splitlines()
    assert {" ".join(line.split()[:2]) for line in asked} == {"stack --show-name", "stack export", "config --json"}


def test_what_is_in_a_name_does_not_act_on_the_terminal(project: Project, invoke: Invoke) -> None:
    project.state(gone("\x1b[2Jlobby"))

    assert "\x1b[2J" not in invoke("drift", FORCE_COLOR=None).stdout


def test_changes_say_from_what_to_what_and_when(project: Project, invoke: Invoke, account: Account) -> None:
    room = account.recorded("lobby")
    project.state(room)
    project.service.client().update_room(identifier=room["id"], maximumMessageLength=7)

    assert "    maximum_message_length: 500 → 7  (20" in invoke("drift").stdout
