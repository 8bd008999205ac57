"""States of Terraform and OpenTofu; the last test has real Terraform write one, and let go of it."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from pulumi_ivschat.errors import SettingsError
from pulumi_ivschat.stacks.other_tools import terraform
from pulumi_ivschat.stacks.other_tools.inventory import resource_names
from tests.stacks.other_tools.documents import (
    AWS_OF_OPENTOFU,
    LOGGING,
    ROOM,
    Document,
    logging,
    room,
    tf_instance,
    tf_resource,
    tf_state,
)

ONE, TWO, THREE = room("aaaaaaaaaaaa"), room("bbbbbbbbbbbb"), room("cccccccccccc")
ARCHIVE = logging("dddddddddddd")
KEYS = [
    *("eu", "with space", 'quote"s', "it's", "sl/ash", "d.ot", "back\\slash", "a$b", "$${x}", "%{y}", "$(id)", "]["),
    *("tab\t", "line\nend", "grüezi", "\u200b", "\U000e0001"),
]


def addresses(document: Document) -> list[str]:
    return [entry.address for entry in terraform.read(document, "state.json").entries]


def test_rooms_and_logging_configurations_are_found_with_their_addresses_and_names() -> None:
    found = terraform.read(
        tf_state(
            tf_resource("aws_s3_bucket", "logs", tf_instance("arn:aws:s3:::logs")),
            tf_resource(LOGGING, "archive", tf_instance(ARCHIVE)),
            tf_resource(ROOM, "lobby", tf_instance(ONE, "eu"), tf_instance(TWO, "us")),
            tf_resource(ROOM, "hall", tf_instance(THREE, 0), module='module.chat["eu west"].module.rooms[1]'),
        ),
        "state.json",
    )

    assert [(entry.arn, entry.address, entry.name, entry.enclosing) for entry in found.entries] == [
        (ARCHIVE, "aws_ivschat_logging_configuration.archive", "archive", ()),
        (ONE, 'aws_ivschat_room.lobby["eu"]', "lobby-eu", ()),
        (TWO, 'aws_ivschat_room.lobby["us"]', "lobby-us", ()),
        (
            THREE,
            'module.chat["eu west"].module.rooms[1].aws_ivschat_room.hall[0]',
            "hall-0",
            ("chat-eu-west", "rooms-1"),
        ),
    ]


def test_names_have_the_characters_of_room_names_for_all_keys() -> None:
    state = tf_state(tf_resource(ROOM, "lobby", *(tf_instance(room(f"{n:012}"), key) for n, key in enumerate(KEYS))))

    names = [*resource_names(terraform.read(state, "state.json").entries).values()]

    assert len({*names}) == len(KEYS)
    assert all(name.replace("-", "").replace("_", "").isalnum() and name.isascii() for name in names)


def test_data_sources_are_not_found_and_a_tainted_room_is() -> None:
    assert addresses(
        tf_state(
            tf_resource(ROOM, "looked_up", tf_instance(ONE), mode="data"),
            tf_resource(ROOM, "lobby", tf_instance(TWO, status="tainted")),
        )
    ) == ["aws_ivschat_room.lobby"]


def test_what_terraform_show_prints_of_a_state_has_the_same_entries() -> None:
    def shown(address: str, name: str, arn: str, **members: Any) -> Document:
        provider = "registry.terraform.io/hashicorp/aws"
        described = {"address": address, "mode": "managed", "type": ROOM, "name": name, "provider_name": provider}
        return {**described, "schema_version": 0, "values": {"arn": arn, "id": arn}, **members}

    inner = {"address": 'module.chat["eu"]', "resources": [shown("module…", "lobby", TWO)]}
    middle = {"address": "module.outer", "child_modules": [inner]}
    root = {"resources": [shown("aws…", "lobby", ONE, index="eu")], "child_modules": [middle]}
    document = {"format_version": "1.0", "terraform_version": "1.11.4", "values": {"root_module": root}}

    assert addresses(document) == ['aws_ivschat_room.lobby["eu"]', 'module.chat["eu"].aws_ivschat_room.lobby']


def test_the_release_is_one_command_and_names_what_an_apply_in_between_does() -> None:
    found = terraform.read(
        tf_state(tf_resource(ROOM, "lobby", tf_instance(ONE, "it's"), tf_instance(TWO, "us"))), "state.json"
    )

    assert found.release_instructions({ONE, TWO}).splitlines()[:6] == [
        "Then let Terraform go of them. Run this in its directory and workspace:",
        "terraform state rm \\",
        """    'aws_ivschat_room.lobby["it'"'"'s"]' \\""",
        """    'aws_ivschat_room.lobby["us"]'""",
        "Before the next `terraform apply`, remove their blocks from its code.",
        "An apply in between would create them a second time; without the command, it would delete them.",
    ]


def test_a_removed_block_is_shown_for_each_resource_in_the_code() -> None:
    module = 'module.chat["a]b"]'
    found = terraform.read(
        tf_state(tf_resource(ROOM, "lobby", tf_instance(ONE, 0), tf_instance(TWO, 1), module=module)), "state.json"
    )

    assert found.release_instructions({ONE, TWO}).splitlines()[6:] == [
        "Or replace the blocks by these, and run `terraform apply` (terraform 1.7 or later):",
        "removed {",
        "  from = module.chat.aws_ivschat_room.lobby",
        "  lifecycle {",
        "    destroy = false",
        "  }",
        "}",
    ]


def test_a_removed_block_is_not_shown_if_it_would_let_go_of_an_instance_that_stays() -> None:
    found = terraform.read(tf_state(tf_resource(ROOM, "lobby", tf_instance(ONE, 0), tf_instance(TWO, 1))), "state.json")

    assert "removed {" not in found.release_instructions({ONE})
    assert "lobby[1]" not in found.release_instructions({ONE})


def test_the_commands_of_opentofu_are_its_own() -> None:
    state = tf_state(tf_resource(ROOM, "lobby", tf_instance(ONE), provider=AWS_OF_OPENTOFU))
    found = terraform.read(state, "state.json")

    assert "tofu state rm \\\n    aws_ivschat_room.lobby\n" in found.release_instructions({ONE})
    assert found.release_instructions({ONE}).endswith("removed {\n  from = aws_ivschat_room.lobby\n}")
    assert found.forgetting(ONE) == "run `tofu state rm aws_ivschat_room.lobby`"


@pytest.mark.parametrize(
    ("document", "message", "remedy"),
    [
        (
            {"serial": 1, "lineage": "x", "meta": {}, "encrypted_data": "c2VhbGVk", "encryption_version": "v0"},
            "state.json is encrypted by OpenTofu",
            "Write the state with `tofu state pull > state.json`, and name that file.",
        ),
        (
            {"version": 3, "terraform_version": "1.11.4", "backend": {"type": "s3", "config": {}, "hash": 1}},
            "state.json only names the backend that Terraform keeps the state in",
            "Write the state with `terraform state pull > state.json`, and name that file.",
        ),
        (
            {"version": 3, "terraform_version": "0.11.14", "serial": 1, "lineage": "x", "modules": []},
            "state.json is a Terraform state of version 3, not 4",
            "Use Terraform 0.12 or later. Write the state with `terraform state pull > state.json`, and name that file.",
        ),
        (
            {"format_version": "1.2", "terraform_version": "1.11.4", "planned_values": {}, "prior_state": {}},
            "state.json is a plan, not a state",
            "Write the state with `terraform state pull > state.json`, and name that file.",
        ),
        (
            tf_state(tf_resource(ROOM, "lobby", tf_instance(ONE), tf_instance(TWO, deposed="00000001"))),
            "state.json: Terraform has not yet deleted a former object of aws_ivschat_room.lobby",
            "Let `terraform apply` delete it. Then write the file again.",
        ),
    ],
)
def test_a_document_that_is_not_a_state_at_rest_is_an_error_with_the_remedy(
    document: Document, message: str, remedy: str
) -> None:
    assert terraform.recognizes(document)
    with pytest.raises(SettingsError) as raised:
        terraform.read(document, "state.json")

    assert (raised.value.message, raised.value.remedy) == (message, remedy)


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """Return a directory with a state that Terraform wrote, of resources which are then said to be rooms."""
    if not shutil.which("terraform"):
        pytest.skip("there is no terraform here")
    keys = json.dumps(KEYS, ensure_ascii=False).replace("${", "$${").replace("%{", "%%{")
    keys = keys.replace("\U000e0001", "\\U000e0001")
    resource = 'resource "terraform_data" "lobby" {{\n  for_each = toset({})\n}}\n'
    counted = 'resource "terraform_data" "hall" {\n  count = 2\n}\n'
    module = f'module "chat" {{\n  source = "./inner"\n  for_each = toset({json.dumps(["it is", "b]c"])})\n}}\n'
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "main.tf").write_text(counted)
    (tmp_path / "main.tf").write_text(resource.format(keys) + counted + module)
    run_terraform(tmp_path, "init")
    run_terraform(tmp_path, "apply", "-auto-approve")
    return tmp_path


def run_terraform(directory: Path, *arguments: str) -> str:
    return in_shell(directory, shlex.join(["terraform", *arguments]))


def in_shell(directory: Path, command: str) -> str:
    environment = {**os.environ, "TF_CLI_CONFIG_FILE": "", "CHECKPOINT_DISABLE": "1"}
    ran = ["sh", "-c", command]
    return subprocess.run(
        ran, cwd=directory, env=environment, check=True, capture_output=True, text=True, timeout=60
    ).stdout


def as_rooms(document: Any) -> Any:
    """Return a document of Terraform's in which its own kind of data are rooms, with an ARN each."""
    if isinstance(document, list):
        return [as_rooms(each) for each in document]
    if not isinstance(document, dict):
        return document
    changed = {key: as_rooms(value) for key, value in document.items()}
    if changed.get("type") == "terraform_data":
        changed["type"] = ROOM
    for attributes in (changed.get("attributes"), changed.get("values")):
        if isinstance(attributes, dict) and "id" in attributes:
            arn = room(attributes["id"].replace("-", "")[:12])
            attributes.update(arn=arn, id=arn)
    return changed


def test_terraform_itself_has_these_addresses_and_carries_out_the_command(workspace: Path) -> None:
    shown = as_rooms(json.loads(run_terraform(workspace, "show", "-json")))
    file = workspace / "terraform.tfstate"
    file.write_text(json.dumps(as_rooms(json.loads(file.read_text()))))

    found = terraform.read(json.loads(file.read_text()), str(file))

    listed = run_terraform(workspace, "state", "list").splitlines()
    assert sorted(entry.address for entry in found.entries) == sorted(listed)
    assert len(listed) == len(KEYS) + 6
    assert {(each.arn, each.address) for each in terraform.read(shown, "shown").entries} == {
        (each.arn, each.address) for each in found.entries
    }
    kept = {entry.arn for entry in found.entries if "hall[0]" in entry.address}
    instructions = found.release_instructions({entry.arn for entry in found.entries} - kept)
    command = instructions[instructions.index("terraform state rm") : instructions.index("\nBefore the next")]
    in_shell(workspace, command)
    assert sorted(run_terraform(workspace, "state", "list").splitlines()) == [
        "aws_ivschat_room.hall[0]",
        'module.chat["b]c"].aws_ivschat_room.hall[0]',
        'module.chat["it is"].aws_ivschat_room.hall[0]',
    ]
