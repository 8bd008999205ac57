"""Rooms through the real engine: the catalogue of cases, with AWS's side looked at from outside."""

from __future__ import annotations

import re

import pytest

from tests.conftest import LocalService
from tests.engine.conftest import Stack

HANDLER = "arn:aws:lambda:us-west-2:000000000000:function:review"


def arn(stack: Stack, name: str = "lobby") -> str:
    return str(stack.resource(name)["id"])


@pytest.mark.oldest_sdk
def test_a_room_without_arguments_has_awss_defaults_and_its_resources_name(stack: Stack, service: LocalService) -> None:
    stack.apply(
        'room = Room("lobby")\npulumi.export("room", room.arn)\npulumi.export("length", room.maximum_message_length)'
    )

    room = service.client().get_room(identifier=stack.outputs()["room"])
    assert (room["name"], room["maximumMessageLength"], room["maximumMessageRatePerSecond"]) == ("lobby", 500, 10)
    assert "messageReviewHandler" not in room
    assert "loggingConfigurationIdentifiers" not in room
    assert stack.outputs()["length"] == 500


def test_outputs_are_what_aws_answers(stack: Stack, service: LocalService) -> None:
    stack.apply(
        """
        room = Room("lobby", tags={"team": "chat"})
        for name in ("id", "arn", "room_id", "name", "region", "create_time", "update_time", "tags", "tags_all",
                     "maximum_message_length", "maximum_message_rate_per_second", "message_review_handler",
                     "logging_configuration_identifiers", "owner_tag"):
            pulumi.export(name, getattr(room, name))
        """
    )
    outputs = stack.outputs()
    room = service.client().get_room(identifier=outputs["arn"])

    assert outputs["id"] == outputs["arn"] == room["arn"]
    assert outputs["room_id"] == room["id"]
    assert outputs["create_time"] == outputs["update_time"]
    assert outputs["create_time"].endswith("Z")
    assert outputs["tags"] == {"team": "chat"}
    assert outputs["tags_all"] == {"team": "chat", "pulumi-ivschat:owner": "chat/test/lobby"} == room["tags"]
    assert outputs.get("message_review_handler") is None
    assert outputs["logging_configuration_identifiers"] == []
    assert outputs["region"] == "us-west-2"
    assert isinstance(outputs["maximum_message_rate_per_second"], int)


def test_create_no_change_update_and_delete_take_the_fewest_calls(stack: Stack, service: LocalService) -> None:
    """An update looks at the list once, before its first create: for what an `up` that died has left (leftovers.py)."""
    stack.program('Room("lobby", tags={"team": "chat"})').up()
    assert service.calls() == ["ListRooms", "CreateRoom"]

    stack.preview("--expect-no-changes")
    stack.up("--expect-no-changes")
    assert service.calls() == ["ListRooms", "CreateRoom"]

    stack.program('Room("lobby", name="other", maximum_message_length=1, tags={"team": "chat"})').up()
    assert service.calls() == ["ListRooms", "CreateRoom", "UpdateRoom"]

    stack.program('Room("lobby", name="other", maximum_message_length=1, tags={"squad": "chat"})').up()
    assert service.calls() == ["ListRooms", "CreateRoom", "UpdateRoom", "TagResource", "UntagResource"]

    stack.destroy()
    assert service.calls() == ["ListRooms", "CreateRoom", "UpdateRoom", "TagResource", "UntagResource", "DeleteRoom"]
    assert service.client().list_rooms()["rooms"] == []


@pytest.mark.parametrize(
    ("argument", "member", "value"),
    [
        ('name="renamed"', "name", "renamed"),
        ('name=""', "name", ""),
        ("maximum_message_length=123", "maximumMessageLength", 123),
        ("maximum_message_rate_per_second=100", "maximumMessageRatePerSecond", 100),
        (
            f'message_review_handler={{"uri": "{HANDLER}"}}',
            "messageReviewHandler",
            {"uri": HANDLER, "fallbackResult": "ALLOW"},
        ),
    ],
)
def test_one_property_changes_alone_and_back_in_one_call_each(
    stack: Stack, service: LocalService, argument: str, member: str, value: object
) -> None:
    stack.program('Room("lobby")').up()
    client, room = service.client(), arn(stack)

    output = stack.program(f'Room("lobby", {argument})').up()
    assert "~ 1 updated" in output
    assert client.get_room(identifier=room)[member] == value  # type: ignore[literal-required]
    stack.preview("--refresh", "--expect-no-changes")

    before = service.calls().count("UpdateRoom")
    stack.program('Room("lobby")').up()
    assert service.calls().count("UpdateRoom") == before + 1
    assert client.get_room(identifier=room).get(member) in (
        "lobby",
        500,
        10,
        {"uri": ""},
        {"uri": "", "fallbackResult": "ALLOW"},
    )
    assert arn(stack) == room
    stack.preview("--refresh", "--expect-no-changes")


@pytest.mark.oldest_sdk
def test_a_change_is_previewed_property_by_property(stack: Stack) -> None:
    stack.program('Room("lobby", tags={"a_b": "1"})').up()

    output = stack.program('Room("lobby", maximum_message_length=200, tags={"a_b": "2"})').preview()

    assert "maximum_message_length: 500 => 200" in output
    assert '~ a_b: "1" => "2"' in output
    assert "name" not in output.replace("resource name", "")


def test_everything_changes_at_once_in_place(stack: Stack, service: LocalService) -> None:
    stack.apply('Room("lobby")')
    room = arn(stack)

    stack.apply(
        f"""
        Room("lobby", name="N", maximum_message_length=123, maximum_message_rate_per_second=5,
             message_review_handler={{"uri": "{HANDLER}", "fallback_result": "DENY"}}, tags={{"team": "chat"}})
        """
    )

    live = service.client().get_room(identifier=room)
    assert live["messageReviewHandler"] == {"uri": HANDLER, "fallbackResult": "DENY"}
    assert (live["name"], live["maximumMessageLength"], live["maximumMessageRatePerSecond"]) == ("N", 123, 5)
    assert live["tags"]["team"] == "chat"


@pytest.mark.parametrize(
    "without", ["", 'message_review_handler={"uri": ""}', 'message_review_handler={"fallback_result": "DENY"}']
)
def test_a_handler_goes_with_its_block_or_its_uri(stack: Stack, service: LocalService, without: str) -> None:
    stack.program(f'Room("lobby", message_review_handler={{"uri": "{HANDLER}", "fallback_result": "DENY"}})').up()
    room = arn(stack)

    stack.apply(f'Room("lobby", {without})')

    assert service.client().get_room(identifier=room).get("messageReviewHandler", {}).get("uri", "") == ""
    assert service.calls().count("UpdateRoom") == 1
    assert arn(stack) == room


def test_a_handler_of_another_region_or_account_fails_in_the_preview(stack: Stack) -> None:
    def previewed(old: str, new: str) -> str:
        uri = HANDLER.replace(old, new)
        return stack.program(f'Room("lobby", message_review_handler={{"uri": "{uri}"}})').preview(code=1)

    elsewhere = previewed("us-west-2", "eu-west-1")
    stack.program('Room("lobby")').up()
    of_others = previewed("000000000000", "111111111111")

    told = "message_review_handler.uri must be a Lambda function in the room's"
    assert f"{told} region us-west-2, not in eu-west-1" in elsewhere
    assert f"{told} account 000000000000, not in 111111111111" in of_others
    assert "Traceback" not in of_others


def test_logging_configurations_come_go_and_change_places(stack: Stack, service: LocalService) -> None:
    client = service.client()
    one, two, three = (
        client.create_logging_configuration(destinationConfiguration={"s3": {"bucketName": f"logs-{number}"}})["arn"]
        for number in range(3)
    )

    def logging(*arns: str) -> str:
        stack.apply(f'Room("lobby", logging_configuration_identifiers={list(arns)})')
        return str(client.get_room(identifier=arn(stack)).get("loggingConfigurationIdentifiers", []))

    assert logging(one) == str([one])
    assert logging(one, two) == str([one, two])
    before = len(service.calls())
    stack.program(f'Room("lobby", logging_configuration_identifiers={[two, one]})').up("--expect-no-changes")
    assert len(service.calls()) == before
    assert logging(three) == str([three])
    assert logging() == "[]"
    assert len(client.list_rooms()["rooms"]) == 1


def test_tags_come_change_and_go(stack: Stack, service: LocalService) -> None:
    def tags(declared: dict[str, str]) -> dict[str, str]:
        stack.apply(f'Room("lobby", tags={declared})')
        live = service.client().list_tags_for_resource(resourceArn=arn(stack))["tags"]
        return {key: value for key, value in live.items() if key != "pulumi-ivschat:owner"}

    assert tags({"key1": "value1"}) == {"key1": "value1"}
    assert tags({"key1": "updated", "key2": "value2"}) == {"key1": "updated", "key2": "value2"}
    assert tags({"key2": "value2"}) == {"key2": "value2"}
    assert tags({"key2": "", "größe": "ä b"}) == {"key2": "", "größe": "ä b"}


def test_keys_of_others_survive_and_are_no_drift(stack: Stack, service: LocalService) -> None:
    stack.program('Room("lobby", tags={"team": "chat"})').up()
    client, room = service.client(), arn(stack)
    client.tag_resource(resourceArn=room, tags={"cost": "4711"})

    stack.drift(code=0)
    stack.preview("--refresh", "--expect-no-changes")
    stack.program('pulumi.export("all", Room("lobby", tags={"team": "other"}).tags_all)').up("--refresh")

    assert client.list_tags_for_resource(resourceArn=room)["tags"] == {
        "team": "other",
        "cost": "4711",
        "pulumi-ivschat:owner": "chat/test/lobby",
    }
    assert stack.outputs()["all"]["cost"] == "4711"


def test_default_tags_stand_below_a_rooms_own_and_go_with_the_setting(stack: Stack, service: LocalService) -> None:
    stack.config(defaultTags='{"team": "default", "stage": "test"}').apply('Room("lobby", tags={"team": "own"})')
    client, room = service.client(), arn(stack)
    assert client.get_room(identifier=room)["tags"].items() >= {"team": "own", "stage": "test"}.items()

    stack.config(defaultTags=None).apply('Room("lobby", tags={"team": "own"})')
    assert client.get_room(identifier=room)["tags"] == {"team": "own", "pulumi-ivschat:owner": "chat/test/lobby"}


def test_the_owner_tag_can_be_switched_off(stack: Stack, service: LocalService) -> None:
    stack.config(ownerTag="false").apply('Room("lobby")')

    assert service.client().get_room(identifier=arn(stack))["tags"] == {}


def test_another_region_replaces_the_room(stack: Stack, service: LocalService) -> None:
    stack.apply('Room("lobby")')
    first = arn(stack)

    assert "1 to replace" in stack.config(region="eu-west-1").preview()
    stack.apply('Room("lobby")')

    assert arn(stack).split(":")[3] == "eu-west-1"
    assert service.client().list_rooms()["rooms"] == []
    assert len(service.client("eu-west-1").list_rooms()["rooms"]) == 1
    assert arn(stack) != first


def test_a_rooms_own_region_goes_before_the_stacks(stack: Stack, service: LocalService) -> None:
    stack.apply('Room("lobby", region="eu-west-1")')
    stack.destroy()

    assert arn_regions(service) == []


def arn_regions(service: LocalService) -> list[str]:
    return [region for region in ("us-west-2", "eu-west-1") if service.client(region).list_rooms()["rooms"]]


def test_an_environment_that_names_another_region_moves_no_room(stack: Stack) -> None:
    stack.config(region=None).program('Room("lobby")').up(environment={"AWS_REGION": "us-west-2"})

    stack.up("--expect-no-changes", environment={"AWS_REGION": "eu-west-1"})

    assert arn(stack).split(":")[3] == "us-west-2"


def test_a_room_deleted_behind_our_back_is_drift_and_made_again(stack: Stack, service: LocalService) -> None:
    stack.program('Room("lobby")').up()
    service.client().delete_room(identifier=arn(stack))

    stack.drift()
    stack.up("--refresh")

    assert len(service.client().list_rooms()["rooms"]) == 1


def test_deleting_a_room_that_is_gone_is_no_error(stack: Stack, service: LocalService) -> None:
    stack.program('Room("lobby")').up()
    service.client().delete_room(identifier=arn(stack))

    stack.destroy()

    assert stack.resources() == []


@pytest.mark.parametrize(
    ("change", "shown"),
    [
        ({"name": "drifted"}, '~ name: "lobby" => "drifted"'),
        ({"maximumMessageLength": 7}, "~ maximum_message_length: 500 => 7"),
        ({"maximumMessageRatePerSecond": 7}, "~ maximum_message_rate_per_second: 10 => 7"),
        ({"messageReviewHandler": {"uri": HANDLER}}, HANDLER),
    ],
)
def test_drift_of_each_property_is_found_shown_and_repaired(
    stack: Stack, service: LocalService, change: dict[str, object], shown: str
) -> None:
    stack.program('Room("lobby")').up()
    service.client().update_room(identifier=arn(stack), **change)  # type: ignore[arg-type]

    assert shown in stack.drift()
    stack.up("--refresh")
    stack.drift(code=0)


@pytest.mark.parametrize("changed", [{"team": "drifted"}, {}])
def test_drift_of_an_owned_tag_is_found_and_repaired(
    stack: Stack, service: LocalService, changed: dict[str, str]
) -> None:
    stack.program('Room("lobby", tags={"team": "chat"})').up()
    client, room = service.client(), arn(stack)
    if changed:
        client.tag_resource(resourceArn=room, tags=changed)
    else:
        client.untag_resource(resourceArn=room, tagKeys=["team"])

    assert '"chat"' in stack.drift()
    stack.up("--refresh")

    assert client.list_tags_for_resource(resourceArn=room)["tags"]["team"] == "chat"
    stack.drift(code=0)


def test_unknown_inputs_are_previewed_and_arrive(stack: Stack, service: LocalService) -> None:
    stack.program(
        """
        first = Room("first")
        Room("second", name=first.room_id, tags={"first": first.room_id}, maximum_message_length=first.name.apply(len))
        """
    ).preview()
    stack.up()

    first, second = (service.client().get_room(identifier=arn(stack, name)) for name in ("first", "second"))
    assert second["name"] == second["tags"]["first"] == first["id"]
    assert second["maximumMessageLength"] == 5


def test_a_rooms_arn_stays_known_while_the_room_is_updated(stack: Stack) -> None:
    program = """
        room = Room("lobby", maximum_message_length={})
        TagSet("cost", resource_arn=room.arn, tags={{"cost": "1"}})
        """
    stack.apply(program.format(100))

    output = stack.program(program.format(200)).preview()

    assert "replace" not in output
    assert "~ 1 to update" in output


def test_secret_inputs_stay_secret_in_state_and_output(stack: Stack) -> None:
    output = stack.program(
        """
        Room("lobby", name=pulumi.Output.secret("canary"), tags={"t": pulumi.Output.secret("canary")})
        """
    ).up()

    assert "canary" not in output + stack.run("stack", "export")


def test_get_looks_a_room_up_and_never_owns_it(stack: Stack, service: LocalService) -> None:
    room = service.client().create_room(name="by-hand", maximumMessageLength=42, tags={"a": "b"})

    stack.program(
        f"""
        found = Room.get("found", "{room["arn"]}")
        pulumi.export("length", found.maximum_message_length)
        pulumi.export("tags", found.tags)
        """
    ).up()
    assert stack.outputs() == {"length": 42, "tags": {"a": "b"}}
    stack.preview("--refresh", "--expect-no-changes")

    stack.destroy()
    assert len(service.client().list_rooms()["rooms"]) == 1


@pytest.mark.parametrize(
    ("identifier", "told"),
    [
        ('"arn:aws:ivschat:us-west-2:000000000000:room/gone12345678"', "ResourceNotFoundException"),
        ('"arn:aws:ivschat:eu-west-1:000000000000:room/gone12345678"', "ResourceNotFoundException"),
        ('"arn:aws:ivschat:us-east-9:000000000000:room/gone12345678"', "or the region in the ARN"),
        ('"arn:aws:ivschat:us-west-2:111111111111:room/gone12345678"', "AccessDeniedException"),
        (
            '"arn:aws:ivschat:us-west-2:000000000000:logging-configuration/gone12345678"',
            "Room found: id is not a room ARN",
        ),
        ('"lobby"', "Room found: id is not a room ARN"),
        ('""', "Room found: id must be at least 1 characters"),
        ("None", "Room found: id must be a string, not null"),
        ("5", "Room found: id must be a string, not a number"),
        ("pulumi.Output.from_input(None)", "Room found: id must be a string, not null"),
    ],
)
@pytest.mark.parametrize("command", ["preview", "up"])
def test_get_of_a_room_that_does_not_exist_is_an_error(
    stack: Stack, service: LocalService, identifier: str, told: str, command: str
) -> None:
    output = getattr(stack.program(f'Room.get("found", {identifier})'), command)(code=1)

    assert told in output
    assert "Traceback" not in output
    assert "CreateRoom" not in service.calls()


def test_get_of_a_room_that_is_yet_to_be_made_waits_for_it(stack: Stack, service: LocalService) -> None:
    stack.program(
        """
        found = Room.get("found", Room("lobby", maximum_message_length=42).arn)
        pulumi.export("length", found.maximum_message_length)
        """
    ).preview()
    assert service.calls() == []

    stack.up()

    assert stack.outputs() == {"length": 42}


def test_invalid_inputs_are_told_in_the_preview_before_any_call(stack: Stack, service: LocalService) -> None:
    output = stack.program(
        """
        Room("lobby", name="a b", maximum_message_length=0, maximum_message_rate_per_second=101,
             message_review_handler={"uri": "x", "fallback": "ALLOW"}, tags={"aws:x": "1"}, maximum_msg=1,
             logging_configuration_identifiers=["x"] * 4)
        """
    ).preview(code=1)

    for told in (
        "has a problem: name must be made of letters, digits, - and _",
        "has a problem: maximum_message_length must be at least 1",
        "has a problem: maximum_message_rate_per_second must be at most 100",
        "message_review_handler.uri is not a Lambda function ARN",
        "message_review_handler.fallback is not a property here; did you mean fallback_result?",
        'tags["aws:x"] (the key) must be made of letters',
        "has a problem: maximum_msg is not a property here; did you mean maximum_message_length?",
        "must be at most 3 items, not 4",
    ):
        assert told in output
    assert service.calls() == []


def test_the_place_that_the_state_tells_is_the_programs(stack: Stack) -> None:
    stack.apply('def hall():\n    Room("lobby")\nhall()')

    room = stack.resource("lobby")
    assert room["sourcePosition"].endswith("/__main__.py#4")
    assert not [frame for frame in room["stackTrace"] if "/pulumi_ivschat/" in frame.get("sourcePosition", "")]


def test_the_program_does_not_wait_for_each_output_of_a_room_by_itself(stack: Stack) -> None:
    stack.apply(
        """
        from pulumi.runtime.settings import SETTINGS

        before = len(SETTINGS.outputs)
        for number in range(3):
            Room(f"room-{number}", tags={"team": "chat"})
        pulumi.export("waited for", len(SETTINGS.outputs) - before)
        """
    )

    assert stack.outputs()["waited for"] <= 3 * len(["id", "urn"]) + 1


@pytest.mark.oldest_sdk
def test_what_an_update_does_not_change_stays_known_in_its_preview(stack: Stack) -> None:
    program = """
        lobby = Room("lobby", maximum_message_length={length}, region={region!r})
        logs = LoggingConfiguration("logs", destination_configuration={{"s3": {{"bucket_name": "logs-{length}"}}}})
        Room("dependent", maximum_message_length=pulumi.Config().get_int("none"), name=lobby.name.apply(lambda _: None),
             message_review_handler={{"uri": None}}, logging_configuration_identifiers=None,
             tags={{"room": lobby.room_id, "arn": lobby.arn, "logs": logs.logging_configuration_id, "region": lobby.region,
                   "handler": lobby.message_review_handler.apply(lambda handler: "none" if handler is None else "one")}})
        TagSet("cost", resource_arn=lobby.arn, tags={{"logs": logs.logging_configuration_id}}, overwrite=None)
        """
    stack.program(program.format(length=100, region="us-west-2")).up()
    lobby, dependent = stack.resource("lobby"), stack.resource("dependent")["outputs"]
    assert dependent["tags"]["room"] == lobby["outputs"]["room_id"] == lobby["id"][-12:]
    assert (dependent["tags"]["handler"], dependent["name"]) == ("none", "dependent")

    updated = stack.program(program.format(length=101, region="us-west-2")).preview()
    replaced = stack.program(program.format(length=101, region="eu-west-1")).preview()

    assert "2 to update" in updated
    assert "[unknown]" not in updated
    assert re.search(r'room *: "\w{12}" => \[unknown\]', replaced)
