"""The list of rooms: what is in it, at which width, and in JSON."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.cli.conftest import Invoke
from tests.conftest import LocalService

HANDLER = "arn:aws:lambda:us-west-2:000000000000:function:check-messages"


def make_lobby(service: LocalService, **members: Any) -> str:
    handler: Any = {"uri": HANDLER, "fallbackResult": "DENY"}
    lobby = {"name": "lobby", "tags": {"team": "chat"}, "messageReviewHandler": handler, "maximumMessageLength": 77}
    return service.client().create_room(**{**lobby, **members})["arn"]


def test_in_a_pipe_a_line_is_a_room_with_its_arn(service: LocalService, invoke: Invoke) -> None:
    arn = make_lobby(service, tags={"team": "chat", "long": "x" * 200})

    head, line = invoke("rooms").stdout.splitlines()

    assert head.split() == ["NAME", "ARN", "REVIEW", "LOGS", "TAGS"]
    assert line.split() == ["lobby", arn, "check-messages", "DENY", "0", f"long={'x' * 200},", "team=chat"]


@pytest.mark.parametrize("columns", [40, 80])
def test_on_a_narrow_terminal_there_are_ids_and_nothing_is_cut(
    service: LocalService, invoke: Invoke, columns: int
) -> None:
    arn = make_lobby(service, name="n" * 128)

    told = invoke("rooms", "--limits", FORCE_COLOR="1", TERM="dumb", NO_COLOR="1", COLUMNS=str(columns)).stdout

    assert max(map(len, told.splitlines())) <= columns
    assert "…" not in told
    assert told.count("n") >= 128
    assert arn.rpartition("/")[2] in told
    assert f"ARN:{arn.rpartition('/')[0]}/ID" in "".join(told.split())


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


def test_no_rooms_are_told_on_stderr_and_are_an_empty_list_in_json(invoke: Invoke) -> None:
    result = invoke("rooms")

    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "There are no such rooms in us-west-2.\n")
    assert invoke("rooms", "--json").stdout == "[]\n"


def test_a_tag_is_no_markup(service: LocalService, invoke: Invoke) -> None:
    make_lobby(service, tags={"a": "a @ b"})

    assert "a=a @ b" in invoke("rooms").stdout
