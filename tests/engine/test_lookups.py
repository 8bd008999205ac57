"""Lookups through the real engine: in previews and updates, with what is unknown and what is secret."""

from __future__ import annotations

import json

import pytest

from tests.conftest import LocalService
from tests.engine.conftest import Stack

GONE = "arn:aws:ivschat:us-west-2:000000000000:room/abcdefghijkl"
GONE_LOGS = "arn:aws:ivschat:us-west-2:000000000000:logging-configuration/abcdefghijkl"


def told(output: str) -> str:
    """Return the output, which holds no traceback and no name of a file of ours."""
    assert "Traceback" not in output
    assert "exception" not in output
    assert ".py" not in output
    return output


@pytest.mark.oldest_sdk
def test_every_lookup_answers_in_preview_and_update(stack: Stack, service: LocalService) -> None:
    client = service.client()
    logs = client.create_logging_configuration(
        name="logs", destinationConfiguration={"s3": {"bucketName": "chat-logs"}}, tags={"a": "1"}
    )["arn"]
    room = client.create_room(name="by-hand", maximumMessageLength=42, tags={"b": "2"})["arn"]
    stack.program(
        f"""
        found = {{
            "room": [get_room("{room}").maximum_message_length, get_room(name="by-hand").arn],
            "rooms": [room.name for room in list_rooms()],
            "logs": get_logging_configuration("{logs}").destination_configuration,
            "all logs": [one.state for one in list_logging_configurations()],
            "tags": [list_tags_for_resource(arn) for arn in ("{room}", "{logs}")],
        }}
        outputs = {{
            "room": [get_room_output("{room}").maximum_message_length, get_room_output(name="by-hand").arn],
            "rooms": list_rooms_output().apply(lambda rooms: [room.name for room in rooms]),
            "logs": get_logging_configuration_output("{logs}").destination_configuration,
            "all logs": list_logging_configurations_output().apply(lambda all: [one.state for one in all]),
            "tags": [list_tags_for_resource_output(arn) for arn in ("{room}", "{logs}")],
        }}
        pulumi.export("found", found)
        pulumi.export("outputs", outputs)
        pulumi.export("preview", pulumi.runtime.is_dry_run())
        """
    )
    expected = {
        "room": [42, room],
        "rooms": ["by-hand"],
        "logs": {"s3": {"bucket_name": "chat-logs"}},
        "all logs": ["ACTIVE"],
        "tags": [{"b": "2"}, {"a": "1"}],
    }

    assert stack.preview().count('"by-hand"') == 2
    stack.up()

    assert stack.outputs() == {"found": expected, "outputs": expected, "preview": False}


@pytest.mark.parametrize(
    ("lookup", "message"),
    [
        (f'get_room("{GONE}")', f"GetRoom {GONE}: ResourceNotFoundException"),
        (f'get_room_output("{GONE}")', f"GetRoom {GONE}: ResourceNotFoundException"),
        (f'Room("new", name=get_room_output("{GONE}").name)', f"GetRoom {GONE}: ResourceNotFoundException"),
        ('get_room(name="lobby")', "ListRooms lobby: there is no room of this name in us-west-2"),
        ('get_room("lobby")', "GetRoom: arn is not a room ARN"),
        (f'get_logging_configuration_output("{GONE_LOGS}")', f"GetLoggingConfiguration {GONE_LOGS}: ResourceNotFound"),
        (f'list_tags_for_resource("{GONE}")', f"ListTagsForResource {GONE}: ResourceNotFoundException"),
        (f'Room.get("found", "{GONE}")', f"GetRoom {GONE}: ResourceNotFoundException"),
    ],
)
@pytest.mark.parametrize("command", ["preview", "up"])
def test_what_is_missing_ends_in_an_error_that_says_so(stack: Stack, lookup: str, message: str, command: str) -> None:
    output = told(getattr(stack.program(lookup), command)(code=1))

    assert message in output
    assert "pulumi up" not in output
    assert stack.resources() == []


@pytest.mark.parametrize("lookup", ['get_room(name="lobby")', 'get_room_output(name="lobby")'])
def test_two_rooms_of_a_name_end_in_an_error_with_both_arns(stack: Stack, service: LocalService, lookup: str) -> None:
    both = [service.client().create_room(name="lobby")["arn"] for _ in range(2)]

    output = told(stack.program(lookup).preview(code=1))

    assert f"2 rooms in us-west-2 have this name: {both[1]}, {both[0]}" in output
    assert "Name the room by its ARN." in output


def test_a_whole_result_can_be_a_stacks_output(stack: Stack, service: LocalService) -> None:
    room = service.client().create_room(name="lobby", tags={"a": "1"})
    stack.program(
        """
        pulumi.export("plain", get_room(name="lobby"))
        pulumi.export("output", get_room_output(name="lobby"))
        pulumi.export("list", list_rooms_output())
        """
    ).up()

    outputs = stack.outputs()
    assert (
        outputs["plain"]
        == outputs["output"]
        == {**outputs["list"][0], "maximum_message_length": 500, "maximum_message_rate_per_second": 10}
    )
    assert (outputs["plain"]["arn"], outputs["plain"]["tags"]) == (room["arn"], {"a": "1"})


def test_a_program_can_go_on_without_what_it_does_not_find(stack: Stack) -> None:
    stack.program(
        """
        try:
            arn = get_room(name="lobby").arn
        except ResourceNotFound:
            arn = Room("lobby").arn
        pulumi.export("arn", arn)
        """
    ).up()

    assert stack.outputs()["arn"] == stack.resource("lobby")["id"]


def test_a_hundred_and_twenty_rooms_come_from_three_pages(stack: Stack, service: LocalService) -> None:
    for number in range(120):
        service.client().create_room(name=f"room-{number}")
    stack.program('pulumi.export("names", [room.name for room in list_rooms()])').up()

    assert stack.outputs()["names"] == [f"room-{number}" for number in reversed(range(120))]
    assert service.calls()[120:] == ["ListRooms"] * 3


def test_unknown_inputs_give_an_unknown_output_and_no_call(stack: Stack, service: LocalService) -> None:
    stack.program(
        """
        lobby = Room("lobby", maximum_message_length=42)
        by_arn, by_name = get_room_output(lobby.arn), get_room_output(name=lobby.name)
        Room("second", maximum_message_length=by_arn.maximum_message_length, tags={"of": by_name.room_id})
        pulumi.export("tags", list_tags_for_resource_output(lobby.arn)["pulumi-ivschat:owner"])
        pulumi.export("rooms", list_rooms_output(tags={"pulumi-ivschat:owner": lobby.owner_tag}).apply(len))
        """
    ).preview()
    assert service.calls() == []

    stack.up()

    rooms = {room["name"]: room for room in service.client().list_rooms()["rooms"]}
    assert service.client().get_room(identifier=rooms["second"]["arn"])["maximumMessageLength"] == 42
    assert rooms["second"]["tags"]["of"] == rooms["lobby"]["id"]
    assert stack.outputs() == {"tags": "chat/test/lobby", "rooms": 1}
    stack.preview("--refresh", "--expect-no-changes")


def test_a_lookup_by_a_secret_is_a_secret(stack: Stack, service: LocalService) -> None:
    service.client().create_room(name="canary", tags={"t": "canary"})

    output = stack.program(
        """
        found = get_room_output(name=pulumi.Output.secret("canary"))
        listed = list_rooms_output(tags={"t": pulumi.Output.secret("canary")})
        Room("lobby", name=found.name)
        pulumi.export("name", found.name)
        pulumi.export("tags", found.tags)
        pulumi.export("names", listed.apply(lambda rooms: [room.name for room in rooms]))
        """
    ).up()

    assert "canary" not in output + json.dumps(json.loads(stack.run("stack", "export"))["deployment"])
    assert stack.outputs() == {"name": "canary", "tags": {"t": "canary"}, "names": ["canary"]}


def test_what_depends_on_a_lookup_follows_it(stack: Stack, service: LocalService) -> None:
    client = service.client()
    made = client.create_room(name="by-hand", maximumMessageLength=42)["arn"]
    program = """
        by_hand = get_room(name="by-hand")
        Room("copy", maximum_message_length=by_hand.maximum_message_length, tags=by_hand.tags,
             logging_configuration_identifiers=by_hand.logging_configuration_identifiers)
        TagSet("cost", resource_arn=by_hand.arn, tags={"cost": "1"})
        """
    stack.program(program).up()
    client.update_room(identifier=made, maximumMessageLength=7)

    assert "maximum_message_length: 42 => 7" in stack.preview()
    stack.up()

    assert client.get_room(identifier=stack.resource("copy")["id"])["maximumMessageLength"] == 7
    assert client.list_tags_for_resource(resourceArn=made)["tags"] == {"cost": "1"}


@pytest.mark.oldest_sdk
def test_a_preview_knows_the_arn_of_what_get_looks_up(stack: Stack, service: LocalService) -> None:
    client = service.client()
    logs = client.create_logging_configuration(destinationConfiguration={"s3": {"bucketName": "chat-logs"}})["arn"]
    room = client.create_room(name="by-hand")["arn"]
    stack.program(
        f"""
        TagSet("cost", resource_arn=Room.get("theirs", "{room}").arn, tags={{"cost": "1"}})
        Room("lobby", logging_configuration_identifiers=[LoggingConfiguration.get("logs", "{logs}").arn])
        """
    ).up()

    stack.preview("--expect-no-changes")


def test_the_region_is_the_arguments_then_the_stacks_then_the_environments(stack: Stack, service: LocalService) -> None:
    far = service.client("eu-west-1").create_room(name="far")["arn"]
    near = service.client().create_room(name="near")["arn"]
    stack.program(
        """
        pulumi.export("given", get_room(name="far", region="eu-west-1").arn)
        pulumi.export("default", [room.arn for room in list_rooms()])
        """
    )

    stack.up(environment={"AWS_REGION": "eu-west-1"})
    assert stack.outputs() == {"given": far, "default": [near]}

    stack.config(region=None).up(environment={"AWS_REGION": "eu-west-1"})
    assert stack.outputs() == {"given": far, "default": [far]}

    stack.run("config", "set", "aws:region", "us-west-2")
    stack.up(environment={"AWS_REGION": "eu-west-1"})
    assert stack.outputs() == {"given": far, "default": [near]}


@pytest.mark.parametrize("lookup", ["list_rooms()", "list_rooms_output()"])
def test_settings_that_do_not_do_are_told(stack: Stack, lookup: str) -> None:
    assert "there is no region\nGive one, or `pulumi config set ivschat:region" in told(
        stack.config(region=None).program(lookup).preview(code=1)
    ).replace("    ", "")
    assert "unknown setting ivschat:regoin" in told(stack.config(regoin="x").preview(code=1))


@pytest.mark.parametrize("lookup", ["list_rooms()", "list_rooms_output()"])
def test_what_aws_does_not_allow_is_told_with_its_remedy(stack: Stack, service: LocalService, lookup: str) -> None:
    service.fault("ListRooms", error="AccessDeniedException", count=None)

    assert "Allow ivschat:ListRooms in the IAM policy" in told(stack.program(lookup).up(code=1))
