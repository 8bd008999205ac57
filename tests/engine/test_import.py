"""The real engine imports rooms made by hand into a stack, with their code."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pulumi_ivschat.model.owner_tag import OWNER_TAG
from tests.conftest import LocalService
from tests.engine.conftest import Stack

HANDLER = "arn:aws:lambda:us-west-2:000000000000:function:review"
READS = {"GetRoom", "ListRooms", "GetLoggingConfiguration", "ListLoggingConfigurations"}
NO_ROOM = "arn:aws:ivschat:us-west-2:000000000000:room/abcdefghijkl"
ODD: list[dict[str, Any]] = [
    {"name": "lobby"},
    {"name": "lobby"},
    {"name": ""},
    {"name": ""},
    {"name": "class"},
    {"name": "None"},
    {"name": "2nd-floor"},
    {"name": "-_-"},
    {"name": "x" * 128},
    {"name": "Room", "maximumMessageLength": 1, "maximumMessageRatePerSecond": 100},
    {"name": "reviewed", "messageReviewHandler": {"uri": HANDLER, "fallbackResult": "DENY"}},
    {"name": "tagged", "tags": {"team": "chat", "Zürich": "grüezi", "empty": "", "say": "a @ b"}},
]
LOGGING: list[dict[str, Any]] = [
    {"name": "archive", "destinationConfiguration": {"s3": {"bucketName": "chat-archive"}}, "tags": {"a": "b"}},
    {"name": "", "destinationConfiguration": {"cloudWatchLogs": {"logGroupName": "/chat"}}},
    {"name": "lobby", "destinationConfiguration": {"firehose": {"deliveryStreamName": "chat"}}},
]


def rooms(service: LocalService) -> dict[str, dict[str, Any]]:
    """Return all rooms by ARN, as GetRoom shows them."""
    client = service.client()
    return {room["arn"]: _shown(client.get_room(identifier=room["arn"])) for room in client.list_rooms()["rooms"]}


def _shown(answer: Any) -> dict[str, Any]:
    return {member: value for member, value in answer.items() if member != "ResponseMetadata"}


def test_thirty_rooms_and_their_logging_made_by_hand_are_imported_and_are_then_changed_and_destroyed_as_any(
    stack: Stack, service: LocalService
) -> None:
    client = service.client()
    logging = [client.create_logging_configuration(**given)["arn"] for given in LOGGING]
    for number in range(30):
        given: dict[str, Any] = ODD[number] if number < len(ODD) else {"name": f"room-{number}"}
        client.create_room(**given, loggingConfigurationIdentifiers=logging[: number % 4])
    before, calls = rooms(service), len(service.calls())

    shown = stack.program("").ivschat("import", "--all", "--yes").stderr

    assert (
        f"Imported 3 LoggingConfigurations, 30 Rooms.\nThe code is in {stack.directory}/imported_rooms.py.\n"
        "Next: put `import imported_rooms`"
    ) in shown
    assert set(service.calls()[calls:]) <= READS
    stack.program("import imported_rooms").up("--refresh", "--expect-no-changes")
    assert rooms(service) == before

    code = stack.directory / "imported_rooms.py"
    code.write_text(code.read_text().replace('"reviewed",', '"reviewed", maximum_message_length=3,'))
    stack.up()
    [reviewed] = [arn for arn, room in before.items() if room["name"] == "reviewed"]
    assert rooms(service)[reviewed]["maximumMessageLength"] == 3
    assert {arn for arn, room in rooms(service).items() if room != before[arn]} == {reviewed}

    code.write_text("".join(line for line in code.read_text().splitlines(keepends=True) if '"room-29"' not in line))
    stack.up()
    assert {before[arn]["name"] for arn in before.keys() - rooms(service).keys()} == {"room-29"}


def test_until_the_program_has_the_code_an_up_fails_and_deletes_nothing(stack: Stack, service: LocalService) -> None:
    service.client().create_room(name="lobby")
    stack.program("").up()
    stack.ivschat("import", "--name", "lobby", "--yes")

    shown = stack.up(code=1)

    assert "pulumi state unprotect" in shown  # which the command warns of
    assert "DeleteRoom" not in service.calls()
    stack.program("import imported_rooms").up("--expect-no-changes")
    assert not stack.resource("lobby").get("protect")


@pytest.mark.long
def test_tags_are_added_to_tag_sets_beside_the_stacks_default_tags(stack: Stack, service: LocalService) -> None:
    stack.config(defaultTags=json.dumps({"team": "chat"}))
    arn = service.client().create_room(name="lobby", tags={"team": "chat", "cost": "1", "other": ""})["arn"]

    stack.program("").ivschat("import", f"hall={arn}", "--tag-sets", "--yes", "--out", "existing.py")

    code = (stack.directory / "existing.py").read_text()
    assert 'hall = Room("hall", name="lobby")\n' in code
    assert 'TagSet("hall-tags", resource_arn=hall.arn, tags={"cost": "1", "other": ""})\n' in code
    stack.program("import existing").preview("--refresh", "--expect-no-changes")


@pytest.mark.long
def test_a_stack_imports_more_beside_what_it_has_and_omits_what_is_not_to_come(
    stack: Stack, service: LocalService
) -> None:
    stack.program('Room("lobby", region="eu-west-1")\nRoom("mine")').up()
    theirs = service.client().create_room(name="x", tags={"a": "b", OWNER_TAG: "chat/prod/theirs"})["arn"]
    service.client().create_room(name="lobby", tags={"a": "b"})
    service.client().create_room(name="not-asked-for")

    ran = stack.ivschat("import", "--tag", "a=b", "--yes", "--out", "-", stack.resource("mine")["id"])

    assert f"Skipped: {theirs} has the owner tag of the stack chat/prod; to import it" in ran.stderr
    assert "is already in this stack, as mine." in ran.stderr
    assert ran.stdout.count("Room(") == 1
    stack.program(f'Room("lobby", region="eu-west-1")\nRoom("mine")\n{ran.stdout}')
    stack.preview("--refresh", "--expect-no-changes")


@pytest.mark.long
def test_an_import_that_fails_leaves_no_code(stack: Stack, service: LocalService) -> None:
    service.client().create_room(name="lobby")
    stack.program("").up()
    stack.lock()

    shown = stack.ivschat("import", "--all", "--yes", code=1).stderr

    assert "currently locked" in shown
    assert not (stack.directory / "imported_rooms.py").exists()


@pytest.mark.parametrize(
    ("declared", "command"),
    [
        ('Room("lobby"', f"pulumi-ivschat import lobby={NO_ROOM}`"),
        ('TagSet("cost", resource_arn="x", tags={}', "pulumi-ivschat import --tag-sets`"),
    ],
)
def test_plain_imports_do_not_work_and_the_one_that_works_is_named(
    stack: Stack, service: LocalService, declared: str, command: str
) -> None:
    program = f'{declared}, opts=pulumi.ResourceOptions(import_="{NO_ROOM}"))'

    shown = stack.program(program).up(code=1)

    assert command in shown
    assert "Traceback" not in shown
    assert service.calls() == []


@pytest.mark.long
def test_pulumi_import_of_the_cli_fails_before_any_code_of_ours(stack: Stack) -> None:
    """Where this fails, pulumi/pulumi#16175 is closed: then README and docs/operations.md can report it."""
    shown = stack.program("").run("import", "--yes", "pulumi-python:dynamic/ivschat:Room", "lobby", NO_ROOM, code=1)

    assert "KeyError: '__provider'" in shown
    assert "pulumi_ivschat" not in shown
