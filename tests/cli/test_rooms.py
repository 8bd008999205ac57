"""The list of rooms: what is in it, at which width, and in JSON."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pulumi_ivschat.model.owner_tag import OWNER_TAG
from tests.cli.conftest import Invoke
from tests.conftest import LocalService

TERMINAL = {"FORCE_COLOR": "1", "TERM": "dumb", "NO_COLOR": "1"}
HANDLER = "arn:aws:lambda:us-west-2:000000000000:function:check-messages"


def make_lobby(service: LocalService, **members: Any) -> str:
    handler: Any = {"uri": HANDLER, "fallbackResult": "DENY"}
    lobby = {"name": "lobby", "tags": {"team": "chat"}, "messageReviewHandler": handler, "maximumMessageLength": 77}
    return service.client().create_room(**{**lobby, **members})["arn"]


def test_in_a_pipe_a_line_is_a_room_with_its_arn(service: LocalService, invoke: Invoke) -> None:
    arn = make_lobby(service, tags={"team": "chat", "long": "x" * 200, OWNER_TAG: "chat/dev/lobby"})

    head, line = invoke("rooms", "--tags").stdout.splitlines()

    assert head.split() == ["NAME", "ARN", "REVIEW", "LOGS", "OWNER", "TAGS"]
    assert line.split() == [
        *("lobby", arn, "check-messages", "DENY", "0", "chat/dev/lobby"),
        *(f"long={'x' * 200},", "team=chat"),
    ]


def test_ten_rooms_with_many_tags_are_eleven_lines_on_a_terminal_of_80_columns(
    service: LocalService, invoke: Invoke
) -> None:
    tags = {OWNER_TAG: f"a-project/a-stack/{'r' * 60}", "team": "chat", "cost-center": "4711"}
    for number in range(10):
        make_lobby(service, name=f"lobby-of-language-{number}", tags=tags)

    head, *lines = invoke("rooms", **TERMINAL, COLUMNS="80").stdout.splitlines()

    assert head.split() == ["NAME", "ID", "REVIEW", "LOGS", "OWNER"]
    assert [line.split()[-1] for line in lines[:10]] == ["a-project/a-stack"] * 10
    assert lines[10].startswith("ARN: ")


def test_tags_choose_rooms(service: LocalService, invoke: Invoke) -> None:
    make_lobby(service, name="both", tags={"team": "chat", "stage": "dev"})
    make_lobby(service, name="one", tags={"team": "chat"})
    make_lobby(service, name="none", tags={"team": "video"})

    result = invoke("rooms", "--json", "--tag", "team=chat", "--tag", "stage=dev")

    assert [room["name"] for room in json.loads(result.stdout)] == ["both"]
    assert invoke("rooms", "--tag", "chat").exit_code == 2


@pytest.mark.parametrize("columns", [40, 80])
def test_on_a_narrow_terminal_there_are_ids_and_nothing_is_cut(
    service: LocalService, invoke: Invoke, columns: int
) -> None:
    arn = make_lobby(service, name="n" * 128)

    shown = invoke("rooms", "--limits", **TERMINAL, COLUMNS=str(columns)).stdout

    assert max(map(len, shown.splitlines())) <= columns
    assert "…" not in shown
    assert shown.count("n") >= 128
    assert arn.rpartition("/")[2] in shown
    assert f"ARN:{arn.rpartition('/')[0]}/ID" in "".join(shown.split())


def test_all_pages_are_read(service: LocalService, invoke: Invoke) -> None:
    for number in range(51):
        service.client().create_room(name=f"room-{number}")

    result = invoke("rooms", "--json")

    assert {room["name"] for room in json.loads(result.stdout)} == {f"room-{number}" for number in range(51)}
    assert service.calls()[51:] == ["ListRooms", "ListRooms"]


@pytest.mark.parametrize(
    ("filters", "names"),
    [
        (["--name", "lobby"], ["lobby"]),
        (["--handler", HANDLER], ["lobby"]),
        (["--logging-configuration", "arn:aws:ivschat:us-west-2:000000000000:logging-configuration/abcdefghijkl"], []),
    ],
)
def test_filters_are_those_of_the_api(
    service: LocalService, invoke: Invoke, filters: list[str], names: list[str]
) -> None:
    make_lobby(service)
    service.client().create_room(name="other")

    result = invoke("rooms", "--json", *filters)

    assert [room["name"] for room in json.loads(result.stdout)] == names


def test_json_is_what_the_api_says_with_the_limits_where_asked(service: LocalService, invoke: Invoke) -> None:
    arn = make_lobby(service)

    [room] = json.loads(invoke("rooms", "--json").stdout)
    [with_limits] = json.loads(invoke("rooms", "--json", "--limits").stdout)

    assert (room["arn"], room["messageReviewHandler"]["fallbackResult"]) == (arn, "DENY")
    assert room["createTime"].endswith("Z")
    assert "maximumMessageLength" not in room
    assert (with_limits["maximumMessageLength"], with_limits["maximumMessageRatePerSecond"]) == (77, 10)
    assert "ResponseMetadata" not in with_limits


def test_no_rooms_are_reported_on_stderr_and_are_an_empty_list_in_json(invoke: Invoke) -> None:
    result = invoke("rooms")

    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "No such rooms in us-west-2.\n")
    assert invoke("rooms", "--json").stdout == "[]\n"


def test_a_tag_is_not_a_markup(service: LocalService, invoke: Invoke) -> None:
    make_lobby(service, tags={"a": "a @ b"})

    assert "a=a @ b" in invoke("rooms", "--tags").stdout
