"""Lookups through the real engine: in previews and updates, with what is unknown and what is secret."""

from __future__ import annotations

import json

import pytest

from tests.conftest import LocalService
from tests.engine.conftest import Stack
from tests.engine.stories import Apply, Here, Preview, Story, Up, python_story

GONE = "arn:aws:ivschat:us-west-2:000000000000:room/abcdefghijkl"
GONE_LOGS = "arn:aws:ivschat:us-west-2:000000000000:logging-configuration/abcdefghijkl"


def clean(output: str) -> str:
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
        pulumi.export("whole", {{"plain": get_room(name="by-hand"), "output": get_room_output(name="by-hand")}})
        pulumi.export("list", list_rooms_output())
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

    assert stack.preview().count('"by-hand"') == 5
    stack.up()

    outputs = stack.outputs()
    assert (outputs["found"], outputs["outputs"], outputs["preview"]) == (expected, expected, False)
    whole = outputs["whole"]
    listed = {**outputs["list"][0], "maximum_message_length": 42, "maximum_message_rate_per_second": 10}
    assert whole["plain"] == whole["output"] == listed
    assert (listed["arn"], listed["tags"]) == (room, {"b": "2"})


_MISSING = {
    f'get_room("{GONE}")': f"GetRoom {GONE}: ResourceNotFoundException",
    'get_room(name="lobby")': "ListRooms lobby: there is no room of this name in us-west-2",
    'get_room("lobby")': "GetRoom: arn is not a room ARN",
    f'get_logging_configuration("{GONE_LOGS}")': f"GetLoggingConfiguration {GONE_LOGS}: ResourceNotFoundException",
    f'list_tags_for_resource("{GONE}")': f"ListTagsForResource {GONE}: ResourceNotFoundException",
    'get_room(name="twice")': "ListRooms twice: 2 rooms in us-west-2 have this name: ",
    'get_room(name="far", region="eu-west-1").name': "no error",
}
"""By lookup: the error that it raises."""


def test_a_lookup_that_fails_raises_and_a_program_can_go_on(stack: Stack, service: LocalService) -> None:
    both = [service.client().create_room(name="twice")["arn"] for _ in range(2)]
    service.client("eu-west-1").create_room(name="far")
    output = stack.program(
        f"""
        for lookup in {list(_MISSING)}:
            try:
                eval(lookup)
                print("raised: no error")
            except ResourceNotFound as error:
                print("raised:", str(error).replace(chr(10), " "))
            except pulumi.RunError as error:
                print("raised:", str(error).replace(chr(10), " "))
        pulumi.export("arn", Room("lobby").arn)
        """
    ).preview()

    raised = [line.partition("raised: ")[2] for line in output.splitlines() if "raised: " in line]
    assert len(raised) == len(_MISSING)
    for shown, message in zip(raised, _MISSING.values(), strict=True):
        assert shown.startswith(message)
        assert "pulumi up" not in shown
    assert f"{both[1]}, {both[0]}" in output
    assert "Name the room by its ARN." in output


@pytest.mark.parametrize(
    ("lookup", "command"),
    [
        (f'get_room("{GONE}")', "preview"),
        (f'Room("new", name=get_room_output("{GONE}").name)', "preview"),
        (f'get_room_output("{GONE}")', "up"),
    ],
)
def test_a_missing_room_ends_the_program_with_an_error_that_names_it(stack: Stack, lookup: str, command: str) -> None:
    output = clean(getattr(stack.program(lookup), command)(code=1))

    assert f"GetRoom {GONE}: ResourceNotFoundException" in output
    assert "pulumi up" not in output
    assert stack.resources() == []


@python_story
def test_unknown_inputs_give_an_unknown_output_and_no_call(here: Here) -> Story:
    previewed = yield Preview(
        """
        lobby = Room("lobby", maximum_message_length=42)
        by_arn, by_name = get_room_output(lobby.arn), get_room_output(name=lobby.name)
        Room("second", maximum_message_length=by_arn.maximum_message_length, tags={"of": by_name.room_id})
        pulumi.export("tags", list_tags_for_resource_output(lobby.arn)["pulumi-ivschat:owner"])
        pulumi.export("rooms", list_rooms_output(tags={"pulumi-ivschat:owner": lobby.owner_tag}).apply(len))
        """
    )
    assert previewed.calls == []

    seen = yield Apply()

    client = here.service.client()
    lobby, second = (client.get_room(identifier=seen.arn(name)) for name in ("lobby", "second"))
    assert second["maximumMessageLength"] == 42
    assert second["tags"]["of"] == lobby["id"]
    assert seen.outputs == {"tags": lobby["tags"]["pulumi-ivschat:owner"], "rooms": 1}


@python_story
def test_a_lookup_by_a_secret_is_a_secret(here: Here) -> Story:
    here.service.client().create_room(name="canary-looked-up", tags={"t": "canary-looked-up"})

    seen = yield Up(
        """
        found = get_room_output(name=pulumi.Output.secret("canary-looked-up"))
        listed = list_rooms_output(tags={"t": pulumi.Output.secret("canary-looked-up")})
        Room("lobby", tags={"of": found.name})
        pulumi.export("name", found.name)
        pulumi.export("tags", found.tags)
        pulumi.export("names", listed.apply(lambda rooms: [room.name for room in rooms]))
        """
    )

    assert "canary" not in seen.output + json.dumps(dict(seen.resources))
    assert "canary-looked-up" not in seen.printed
    assert seen.outputs == {
        "name": "canary-looked-up",
        "tags": {"t": "canary-looked-up"},
        "names": ["canary-looked-up"],
    }


@python_story
def test_a_resource_follows_the_lookup_that_it_depends_on(here: Here) -> Story:
    client = here.service.client()
    made = client.create_room(name="followed", maximumMessageLength=42)["arn"]
    program = """
        by_hand = get_room(name="followed")
        Room("copy", maximum_message_length=by_hand.maximum_message_length, tags=by_hand.tags,
             logging_configuration_identifiers=by_hand.logging_configuration_identifiers)
        TagSet("cost", resource_arn=by_hand.arn, tags={"cost": "1"})
        """
    yield Up(program)
    client.update_room(identifier=made, maximumMessageLength=7)

    assert "maximum_message_length: 42 => 7" in (yield Preview()).output
    seen = yield Up()

    assert client.get_room(identifier=seen.arn("copy"))["maximumMessageLength"] == 7
    assert client.list_tags_for_resource(resourceArn=made)["tags"] == {"cost": "1"}


@python_story
def test_a_preview_knows_the_arn_of_a_resource_that_get_looks_up(here: Here) -> Story:
    client = here.service.client("eu-central-1")
    logs = client.create_logging_configuration(destinationConfiguration={"s3": {"bucketName": "chat-logs"}})["arn"]
    room = client.create_room(name="by-hand")["arn"]
    yield Up(
        f"""
        TagSet("cost", resource_arn=Room.get("theirs", "{room}").arn, tags={{"cost": "1"}})
        Room("lobby", region="eu-central-1",
             logging_configuration_identifiers=[LoggingConfiguration.get("logs", "{logs}").arn])
        """
    )

    previewed = yield Preview()
    assert "(update)" not in previewed.output
    assert "replace" not in previewed.output


def test_the_region_is_the_arguments_then_the_stacks_then_the_environments(stack: Stack, service: LocalService) -> None:
    far = service.client("eu-west-1").create_room(name="far")["arn"]
    for number in range(120):
        service.client().create_room(name=f"room-{number}")
    stack.program(
        """
        pulumi.export("given", get_room(name="far", region="eu-west-1").arn)
        pulumi.export("default", [room.name for room in list_rooms()])
        """
    )

    stack.up(environment={"AWS_REGION": "eu-west-1"})
    near = [f"room-{number}" for number in reversed(range(120))]  # from three pages
    assert stack.outputs() == {"given": far, "default": near}
    assert service.calls()[121:].count("ListRooms") == 4

    stack.config(region=None).up(environment={"AWS_REGION": "eu-west-1"})
    assert stack.outputs() == {"given": far, "default": ["far"]}

    stack.run("config", "set", "aws:region", "us-west-2")
    stack.up(environment={"AWS_REGION": "eu-west-1"})
    assert stack.outputs() == {"given": far, "default": near}


def test_a_setting_that_is_missing_or_unknown_is_reported(stack: Stack) -> None:
    assert "no region is set\nPass one, or use `pulumi config set ivschat:region" in clean(
        stack.config(region=None).program("list_rooms()").preview(code=1)
    ).replace("    ", "")
    assert "unknown setting ivschat:regoin" in clean(
        stack.config(regoin="x").program("list_rooms_output()").preview(code=1)
    )


@pytest.mark.parametrize("lookup", ["list_rooms()", "list_rooms_output()"])
def test_a_call_that_aws_denies_is_reported_with_its_remedy(stack: Stack, service: LocalService, lookup: str) -> None:
    service.fault("ListRooms", error="AccessDeniedException", count=None)

    assert "Allow ivschat:ListRooms in the IAM policy" in clean(stack.program(lookup).up(code=1))
