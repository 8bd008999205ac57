"""How rooms are named."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.cli.conftest import Invoke
from tests.conftest import LocalService


def issued(invoke: Invoke, room: str, *options: str, stdin: str | None = None, **variables: str) -> tuple[int, str]:
    """Return the exit code of a command about a room, and what it shows where it fails."""
    result = invoke("token", room, "--user", "alice", *options, stdin=stdin, **variables)
    return result.exit_code, result.stderr


def test_a_room_is_named_by_its_arn_in_whichever_region(service: LocalService, invoke: Invoke) -> None:
    arn = service.client("eu-west-1").create_room()["arn"]

    assert issued(invoke, arn) == (0, "")


def test_a_room_is_named_by_its_name(lobby: str, invoke: Invoke) -> None:
    assert lobby
    assert issued(invoke, "lobby") == (0, "")


def test_a_name_that_two_rooms_have_is_refused_with_both_arns(
    lobby: str, service: LocalService, invoke: Invoke
) -> None:
    other = service.client().create_room(name="lobby")["arn"]

    code, shown = issued(invoke, "lobby")

    assert code == 1
    assert shown.startswith("Error: ListRooms lobby: 2 rooms in us-west-2 have this name: arn:")
    assert lobby in shown
    assert other in shown


def test_a_name_that_no_room_has_is_reported_with_the_region(invoke: Invoke) -> None:
    assert issued(invoke, "lobby") == (
        1,
        "Error: ListRooms lobby: there is no room of this name in us-west-2\nCheck the name, the account and the region.\n",
    )


@pytest.mark.parametrize(
    "room", ["", "no name", "arn:aws:ivschat:us-west-2:1:logging-configuration/abcdefghijkl", "\x1b[2J"]
)
def test_what_names_no_room_is_wrong_usage(invoke: Invoke, room: str) -> None:
    code, shown = issued(invoke, room)

    assert code == 2
    assert "it must be the ARN of a room, the name of one, or output:NAME" in shown
    assert "\x1b" not in shown


def test_a_room_is_named_by_the_output_of_a_stack_in_a_file_or_from_stdin(
    lobby: str, invoke: Invoke, tmp_path: Path
) -> None:
    text = json.dumps({"lobby": lobby})
    (tmp_path / "outputs.json").write_text(text)

    assert issued(invoke, "output:lobby", "--outputs", str(tmp_path / "outputs.json")) == (0, "")
    assert issued(invoke, "output:lobby", "--outputs", "-", stdin=text) == (0, "")


def test_a_room_is_named_by_the_output_of_a_stack_that_the_engine_is_asked_for(
    lobby: str, invoke: Invoke, tmp_path: Path
) -> None:
    path = pulumi(tmp_path, f'echo \'{{"lobby": "{lobby}"}}\'; echo "$@" in $PWD > {tmp_path}/asked')
    options = ("--stack", "dev", "--cwd", "..", "--no-stack-settings")

    assert issued(invoke, "output:lobby", *options, PATH=path) == (0, "")
    assert (tmp_path / "asked").read_text() == f"stack output --json --stack dev --non-interactive in {tmp_path}\n"


def test_what_the_engine_complains_of_is_reported(invoke: Invoke, tmp_path: Path) -> None:
    path = pulumi(tmp_path, "printf 'error: no stack named \\033[1mdev' >&2; exit 255")

    code, shown = issued(invoke, "output:lobby", PATH=path)

    assert code == 1
    assert shown.startswith("Error: `pulumi stack output` failed: no stack named \\x1b[1mdev\nOr give what")


def test_a_file_of_other_bytes_is_reported(invoke: Invoke, tmp_path: Path) -> None:
    (tmp_path / "outputs.json").write_bytes(b"\xff")

    code, shown = issued(invoke, "output:lobby", "--outputs", str(tmp_path / "outputs.json"))

    assert code == 1
    assert "not what `pulumi stack output --json` prints" in shown


def test_without_an_engine_it_is_said_how_else_to_give_outputs(invoke: Invoke, tmp_path: Path) -> None:
    code, shown = issued(invoke, "output:lobby", PATH=str(tmp_path))

    assert code == 1
    assert "there is no `pulumi` on the PATH\nOr give what" in shown


@pytest.mark.parametrize(
    ("room", "options", "code", "shown"),
    [
        ("output:lobby", ["--outputs", "/nowhere"], 2, "does not exist"),
        ("output:lobby", ["--outputs", "-"], 1, "the stack has no output lobby; it has hall"),
        ("lobby", ["--outputs", "-"], 2, "--outputs is for a ROOM that is output:NAME"),
        ("output:hall", ["--outputs", "-"], 1, "the output hall is not a room ARN"),
    ],
)
def test_outputs_that_do_not_name_a_room_are_reported(
    invoke: Invoke, room: str, options: list[str], code: int, shown: str
) -> None:
    exit_code, says = issued(invoke, room, *options, stdin='{"hall": "x"}')

    assert exit_code == code
    assert shown in says


def pulumi(directory: Path, script: str) -> str:
    """Return a PATH on which `pulumi` is a script: what is tested is how it is asked, and what is made of its answer."""
    engine = directory / "bin" / "pulumi"
    engine.parent.mkdir()
    engine.write_text(f"#!/bin/sh\n{script}\n")
    engine.chmod(0o755)
    return f"{engine.parent}:{os.environ['PATH']}"
