"""Reading a file of any tool; tests/cli/test_moving_in.py and tests/engine/test_moving_in.py read stacks."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pulumi_ivschat.errors import SettingsError
from pulumi_ivschat.stacks.engine import Stack
from pulumi_ivschat.stacks.other_tools import reading
from tests.stacks.other_tools.documents import (
    PULUMI_ROOM,
    ROOM,
    Document,
    cfn_list,
    cfn_resource,
    pulumi_export,
    pulumi_resource,
    room,
    tf_instance,
    tf_resource,
    tf_state,
)

ONE = room("aaaaaaaaaaaa")
STACK = Stack(Path(), "chat", "test")


@pytest.mark.parametrize(
    "document",
    [
        tf_state(tf_resource(ROOM, "Lobby", tf_instance(ONE))),
        pulumi_export(pulumi_resource(PULUMI_ROOM, "Lobby", ONE)),
        cfn_list(cfn_resource("AWS::IVSChat::Room", "Lobby", ONE)),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_files_form_shows_whose_it_is(tmp_path: Path, document: Document, encoding: str) -> None:
    file = tmp_path / "state"
    file.write_text(json.dumps(document), encoding=encoding)

    found = reading.inventory(str(file), STACK)

    assert ([each.name for each in found.entries], found.place) == (["Lobby"], str(file))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("Lobby:\n", "{file} is not JSON"),
        ("", "{file} is not JSON"),
        ("[" * 100_000, "{file} is not JSON"),
        ("[]", "{file} is not a state of Terraform or Pulumi, nor a list of a CloudFormation stack's resources"),
        ('{"Stacks": []}', "{file} is not a state of Terraform or Pulumi, nor a list of a CloudFormation stack's"),
        (json.dumps(tf_state()), "{file} has no rooms or logging configurations of IVS Chat"),
        (json.dumps({"format_version": "1.0"}), "{file} has no rooms or logging configurations of IVS Chat"),
        (json.dumps(pulumi_export()), "{file} has no rooms or logging configurations of IVS Chat"),
        (json.dumps(cfn_list()), "{file} has no rooms or logging configurations of IVS Chat"),
    ],
)
def test_a_file_without_entries_is_an_error_of_few_lines(tmp_path: Path, content: str, message: str) -> None:
    file = tmp_path / "state.json"
    file.write_text(content)

    with pytest.raises(SettingsError) as raised:
        reading.inventory(str(file), STACK)

    assert str(raised.value).startswith(message.format(file=file))
    assert str(raised.value).count("\n") <= 2


def test_an_empty_list_names_the_nested_stacks_to_list(tmp_path: Path) -> None:
    file = tmp_path / "stack.json"
    file.write_text(json.dumps(cfn_list(cfn_resource("AWS::CloudFormation::Stack", "Inner", "arn:inner"))))

    with pytest.raises(SettingsError, match="list-stack-resources --stack-name arn:inner"):
        reading.inventory(str(file), STACK)


def test_a_file_that_does_not_exist_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"missing\.tfstate: No such file or directory"):
        reading.inventory(str(tmp_path / "missing.tfstate"), STACK)
