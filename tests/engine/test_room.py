"""Rooms through the real engine: the catalogue of cases, with AWS's side looked at from outside."""

from __future__ import annotations

import json
import re

import pytest

from tests.conftest import LocalService
from tests.engine.conftest import Stack
from tests.engine.native import in_both
from tests.engine.stories import Apply, Destroy, Drift, Here, Preview, Refresh, Repair, Story, Up, python_story, story

HANDLER = "arn:aws:lambda:us-west-2:000000000000:function:review"


@story
def test_a_room_without_arguments_has_awss_defaults_and_its_resources_name(here: Here) -> Story:
    seen = yield Apply('pulumi.export("length", Room("lobby").maximum_message_length)')

    room = here.service.client().get_room(identifier=seen.arn("lobby"))
    assert room["name"] == here.name("lobby")
    assert (room["maximumMessageLength"], room["maximumMessageRatePerSecond"]) == (500, 10)
    assert "messageReviewHandler" not in room
    assert "loggingConfigurationIdentifiers" not in room
    assert seen.outputs == {"length": 500}


@story
def test_outputs_are_what_aws_answers(here: Here) -> Story:
    seen = yield Apply(
        """
        room = Room("lobby", tags={"team": "chat"})
        for name in ("id", "arn", "room_id", "name", "region", "create_time", "update_time", "tags", "tags_all",
                     "maximum_message_length", "maximum_message_rate_per_second", "message_review_handler",
                     "logging_configuration_identifiers", "owner_tag"):
            pulumi.export(name, getattr(room, name))
        """
    )
    outputs = seen.outputs
    room = here.service.client().get_room(identifier=outputs["arn"])

    assert outputs["id"] == outputs["arn"] == room["arn"]
    assert outputs["room_id"] == room["id"]
    assert outputs["create_time"] == outputs["update_time"]
    assert outputs["create_time"].endswith("Z")
    assert outputs["tags"] == {"team": "chat"}
    assert {"team": "chat", "pulumi-ivschat:owner": outputs["owner_tag"]} == outputs["tags_all"] == room["tags"]
    assert here.owner_tag("lobby").items() <= room["tags"].items()
    assert outputs.get("message_review_handler") is None
    assert outputs["logging_configuration_identifiers"] == []
    assert outputs["region"] == "us-west-2"
    assert isinstance(outputs["maximum_message_rate_per_second"], int)


@story
def test_create_no_change_update_and_delete_take_the_fewest_calls(here: Here) -> Story:
    del here
    before = (
        'Room("same", tags={"team": "chat"})\nRoom("set", tags={"team": "chat"})\nRoom("tagged", tags={"team": "chat"})'
    )
    assert (yield Up(before)).calls == ["CreateRoom"] * 3
    previewed = yield Preview()
    assert (previewed.calls, previewed.output) == ([], "")

    after = 'Room("same", tags={"team": "chat"})\nRoom("set", name="other", maximum_message_length=1, tags={"team": "chat"})\n'
    changed = yield Up(after + 'Room("tagged", tags={"squad": "chat"})')
    assert sorted(changed.calls) == ["TagResource", "UntagResource", "UpdateRoom"]

    assert (yield Destroy()).calls == ["DeleteRoom"] * 3


@story
def test_one_property_changes_alone_and_back_in_one_call_each(here: Here) -> Story:
    changes = {
        "renamed": ('name="renamed"', "name", "renamed"),
        "nameless": ('name=""', "name", ""),
        "length": ("maximum_message_length=123", "maximumMessageLength", 123),
        "rate": ("maximum_message_rate_per_second=100", "maximumMessageRatePerSecond", 100),
        "handler": (
            f'message_review_handler={{"uri": "{HANDLER}"}}',
            "messageReviewHandler",
            {"uri": HANDLER, "fallbackResult": "ALLOW"},
        ),
    }

    def program(changed: str, plain: str) -> str:
        """Return a program in which each property is changed in one room, and is its default in another."""
        lines = [f'Room("{name}{changed}", {argument})' for name, (argument, _, _) in changes.items()]
        return "\n".join([*lines, *(f'Room("{name}{plain}")' for name in changes)])

    client = here.service.client()
    first = yield Up(program("-back", ""))
    before = {name: client.get_room(identifier=first.arn(name)) for name in changes}

    seen = yield Apply(program("", "-back"))

    assert seen.calls == ["UpdateRoom"] * 2 * len(changes)
    for name, (_, member, value) in changes.items():
        assert client.get_room(identifier=first.arn(name))[member] == value  # type: ignore[literal-required]
        back = client.get_room(identifier=seen.arn(f"{name}-back"))
        if member == "messageReviewHandler":
            assert back.get(member, {}).get("uri", "") == ""  # type: ignore[attr-defined]
        elif member == "name":
            assert back["name"] == here.name(f"{name}-back")
        else:
            assert back[member] == before[name][member]  # type: ignore[literal-required]
    assert {name: each["id"] for name, each in seen.resources.items()} == {
        name: each["id"] for name, each in first.resources.items()
    }


@story
def test_a_change_is_previewed_property_by_property(here: Here) -> Story:
    del here
    yield Up('Room("lobby", tags={"a_b": "1"})')

    seen = yield Preview('Room("lobby", maximum_message_length=200, tags={"a_b": "2"})')

    assert "maximum_message_length: 500 => 200" in seen.output
    assert '~ a_b: "1" => "2"' in seen.output
    assert "name" not in seen.output


@story
def test_everything_changes_at_once_in_place(here: Here) -> Story:
    first = yield Up('Room("lobby")')

    seen = yield Apply(
        f"""
        Room("lobby", name="N", maximum_message_length=123, maximum_message_rate_per_second=5,
             message_review_handler={{"uri": "{HANDLER}", "fallback_result": "DENY"}}, tags={{"team": "chat"}})
        """
    )

    assert seen.arn("lobby") == first.arn("lobby")
    live = here.service.client().get_room(identifier=seen.arn("lobby"))
    assert live["messageReviewHandler"] == {"uri": HANDLER, "fallbackResult": "DENY"}
    assert (live["name"], live["maximumMessageLength"], live["maximumMessageRatePerSecond"]) == ("N", 123, 5)
    assert live["tags"]["team"] == "chat"


@story
def test_a_handler_goes_with_its_block_or_its_uri(here: Here) -> Story:
    without = {
        "block": "",
        "uri": 'message_review_handler={"uri": ""}',
        "uri-alone": 'message_review_handler={"fallback_result": "DENY"}',
    }
    handler = f'message_review_handler={{"uri": "{HANDLER}", "fallback_result": "DENY"}}'
    first = yield Up("\n".join(f'Room("{name}", {handler})' for name in without))

    seen = yield Apply("\n".join(f'Room("{name}", {argument})' for name, argument in without.items()))

    assert seen.calls == ["UpdateRoom"] * len(without)
    for name in without:
        assert seen.arn(name) == first.arn(name)
        room = here.service.client().get_room(identifier=seen.arn(name))
        assert room.get("messageReviewHandler", {}).get("uri", "") == ""


@story
def test_logging_configurations_are_added_removed_and_reordered(here: Here) -> Story:
    client = here.service.client()
    one, two, three = (
        client.create_logging_configuration(destinationConfiguration={"s3": {"bucketName": f"logs-{number}"}})["arn"]
        for number in range(3)
    )
    made: list[dict[str, str]] = []
    before = {"a": [one], "b": [one, two], "c": [one, two], "d": [three]}
    for used in (before, {"a": [one, two], "b": [three], "c": [], "d": [three, one]}):
        seen = yield Apply(
            "".join(f'Room("{name}", logging_configuration_identifiers={arns})\n' for name, arns in used.items())
        )
        found = {name: client.get_room(identifier=seen.arn(name)) for name in used}
        assert {name: room.get("loggingConfigurationIdentifiers", []) for name, room in found.items()} == used
        made.append({name: seen.arn(name) for name in used})
    assert made[0] == made[1]
    other_order = {**used, "d": [one, three]}
    reordered = yield Preview(
        "".join(f'Room("{name}", logging_configuration_identifiers={arns})\n' for name, arns in other_order.items())
    )
    assert reordered.output == ""


@story
def test_tags_are_added_changed_and_removed(here: Here) -> Story:
    first, second, third = (
        {"a": {"key1": "value1"}, "b": {"key2": "value2"}},
        {"a": {"key1": "updated", "key2": "value2"}, "b": {"key2": "", "größe": "ä b"}},
        {"a": {"key2": "value2"}, "b": {}},
    )
    for declared in (
        {**first, "c": second["a"], "d": second["b"]},
        {**second, "c": third["a"], "d": third["b"]},
    ):
        seen = yield Apply("".join(f'Room("{name}", tags={tags})\n' for name, tags in declared.items()))
        for name, tags in declared.items():
            live = here.service.client().list_tags_for_resource(resourceArn=seen.arn(name))["tags"]
            assert live == {**tags, **here.owner_tag(name)}


@story
def test_keys_of_others_stay_and_are_not_drift(here: Here) -> Story:
    first = yield Up('Room("lobby", tags={"team": "chat"})')
    client, room = here.service.client(), first.arn("lobby")
    client.tag_resource(resourceArn=room, tags={"cost": "4711"})

    assert (yield Drift()).output == ""
    yield Apply('Room("lobby", tags={"team": "other"})')

    live = client.list_tags_for_resource(resourceArn=room)["tags"]
    assert live == {"team": "other", "cost": "4711", **here.owner_tag("lobby")}


@story
def test_a_rooms_own_region_is_used_instead_of_the_stacks(here: Here) -> Story:
    seen = yield Apply('Room("lobby", region="eu-west-1")')
    assert seen.arn("lobby").split(":")[3] == "eu-west-1"

    yield Destroy()
    assert here.service.client("eu-west-1").list_rooms(name=here.name("lobby"))["rooms"] == []


@story
def test_a_room_that_somebody_deleted_is_drift_and_recreated(here: Here) -> Story:
    first = yield Up('Room("lobby")')
    here.service.client().delete_room(identifier=first.arn("lobby"))

    assert "(delete)" in (yield Drift()).output
    seen = yield Repair()

    assert here.service.client().get_room(identifier=seen.arn("lobby"))["name"] == here.name("lobby")
    assert seen.arn("lobby") != first.arn("lobby")


@story
def test_deleting_a_room_that_somebody_deleted_is_not_an_error(here: Here) -> Story:
    first = yield Up('Room("lobby")')
    here.service.client().delete_room(identifier=first.arn("lobby"))

    assert (yield Up("")).resources == {}


@story
def test_drift_of_each_property_is_found_shown_and_repaired(here: Here) -> Story:
    changes = {
        "name": ({"name": "drifted"}, '" => "drifted"'),
        "length": ({"maximumMessageLength": 7}, "~ maximum_message_length: 500 => 7"),
        "rate": ({"maximumMessageRatePerSecond": 7}, "~ maximum_message_rate_per_second: 10 => 7"),
        "handler": ({"messageReviewHandler": {"uri": HANDLER}}, HANDLER),
    }
    first = yield Up("\n".join(f'Room("{name}")' for name in changes))
    for name, (change, _) in changes.items():
        here.service.client().update_room(identifier=first.arn(name), **change)  # type: ignore[arg-type]

    drift = yield Drift()
    assert [shown for _, shown in changes.values() if shown not in drift.output] == []
    assert (yield Repair()).calls.count("UpdateRoom") == len(changes)
    assert (yield Drift()).output == ""


@story
def test_drift_of_an_owned_tag_is_found_and_repaired(here: Here) -> Story:
    first = yield Up('Room("changed", tags={"team": "chat"})\nRoom("removed", tags={"team": "chat"})')
    client = here.service.client()
    client.tag_resource(resourceArn=first.arn("changed"), tags={"team": "drifted"})
    client.untag_resource(resourceArn=first.arn("removed"), tagKeys=["team"])

    drift = yield Drift()
    assert '"chat" => "drifted"' in drift.output
    assert '- team: "chat"' in drift.output
    yield Repair()

    for name in ("changed", "removed"):
        assert client.list_tags_for_resource(resourceArn=first.arn(name))["tags"]["team"] == "chat"
    assert (yield Drift()).output == ""


@python_story
def test_unknown_inputs_are_previewed_and_arrive(here: Here) -> Story:
    yield Preview(
        """
        first = Room("first", name="first")
        Room("second", name=first.room_id, tags={"first": first.room_id}, maximum_message_length=first.name.apply(len))
        """
    )
    seen = yield Up()

    first, second = (here.service.client().get_room(identifier=seen.arn(name)) for name in ("first", "second"))
    assert second["name"] == second["tags"]["first"] == first["id"]
    assert second["maximumMessageLength"] == 5


@story
def test_a_rooms_arn_stays_known_while_the_room_is_updated(here: Here) -> Story:
    del here
    program = """
        room = Room("lobby", maximum_message_length={})
        TagSet("cost", resource_arn=room.arn, tags={{"cost": "1"}})
        """
    yield Up(program.format(100))

    seen = yield Preview(program.format(200))

    assert "replace" not in seen.output
    assert "TagSet" not in seen.output
    assert "maximum_message_length: 100 => 200" in seen.output


@story
def test_secret_inputs_stay_secret_in_state_and_output(here: Here) -> Story:
    del here
    seen = yield Up(
        'Room("lobby", name=pulumi.Output.secret("canary"), tags={"t": pulumi.Output.secret("canary")}, '
        "maximum_message_length=7)"
    )

    assert "maximum_message_length" in seen.output
    assert "canary" not in seen.output + json.dumps(dict(seen.resources))


@story
def test_get_looks_a_room_up_and_never_owns_it(here: Here) -> Story:
    room = here.service.client().create_room(name="by-hand", maximumMessageLength=42, tags={"a": "b"})

    seen = yield Apply(
        f"""
        found = Room.get("found", "{room["arn"]}")
        pulumi.export("length", found.maximum_message_length)
        pulumi.export("tags", found.tags)
        """
    )
    assert seen.outputs == {"length": 42, "tags": {"a": "b"}}

    yield Destroy()
    assert here.service.client().get_room(identifier=room["arn"])["tags"] == {"a": "b"}


@story
def test_get_of_a_room_that_is_not_created_yet_waits_for_it(here: Here) -> Story:
    del here
    previewed = yield Preview(
        """
        found = Room.get("found", Room("lobby", maximum_message_length=42).arn)
        pulumi.export("length", found.maximum_message_length)
        """
    )
    assert previewed.calls == []

    assert (yield Up()).outputs == {"length": 42}


@python_story
def test_an_update_leaves_known_what_it_does_not_change_and_a_replacement_does_not(here: Here) -> Story:
    program = """
        lobby = Room("lobby", maximum_message_length={length}, region={region!r})
        logs = LoggingConfiguration("logs", destination_configuration={{"s3": {{"bucket_name": "logs-{length}"}}}})
        Room("dependent", maximum_message_length=pulumi.Config().get_int("none"), name=lobby.name.apply(lambda _: None),
             message_review_handler={{"uri": None}}, logging_configuration_identifiers=None,
             tags={{"room": lobby.room_id, "arn": lobby.arn, "logs": logs.logging_configuration_id, "region": lobby.region,
                   "handler": lobby.message_review_handler.apply(lambda handler: "none" if handler is None else "one")}})
        TagSet("cost", resource_arn=lobby.arn, tags={{"logs": logs.logging_configuration_id}}, overwrite=None)
        """
    seen = yield Up(program.format(length=100, region="us-west-2"))
    lobby, dependent = seen.resources["lobby"], seen.resources["dependent"]["outputs"]
    assert dependent["tags"]["room"] == lobby["outputs"]["room_id"] == lobby["id"][-12:]
    assert (dependent["tags"]["handler"], dependent["name"]) == ("none", here.name("dependent"))

    updated = yield Preview(program.format(length=101, region="us-west-2"))
    assert updated.output.count("(update)") == 2
    assert "[unknown]" not in updated.output

    replaced = yield Preview(program.format(length=101, region="eu-west-1"))
    assert re.search(r'room *: "\w{12}" => \[unknown\]', replaced.output)


@story
def test_a_refresh_of_rooms_as_they_are_changes_nothing(here: Here) -> Story:
    del here
    first = yield Up(f'Room("lobby", tags={{"team": "chat"}}, message_review_handler={{"uri": "{HANDLER}"}})')

    seen = yield Refresh()

    assert "=>" not in seen.output
    assert seen.resources["lobby"]["inputs"] == first.resources["lobby"]["inputs"]


@in_both
def test_a_stacks_region_and_tags_apply_to_all_it_has_and_another_region_replaces_them(
    stack: Stack, service: LocalService
) -> None:
    """An environment that names another region moves no room; the stack's setting does."""
    program = """
        archive = LoggingConfiguration("archive", destination_configuration={"s3": {"bucket_name": "archive"}})
        room = Room("lobby", tags={"team": "own"}, logging_configuration_identifiers=[archive.arn])
        TagSet("cost", resource_arn=room.arn, tags={"cost": "1"})
        """
    stack.config(region=None, defaultTags='{"team": "default", "stage": "test"}', ownerTag="false").program(program)
    stack.up(environment={"AWS_REGION": "us-west-2"})
    assert service.calls()[:2] == ["ListLoggingConfigurations", "CreateLoggingConfiguration"]
    first = {name: stack.resource(name)["id"] for name in ("lobby", "archive", "cost")}
    assert {arn.split(":")[3] for arn in first.values()} == {"us-west-2"}
    client = service.client()
    assert client.get_room(identifier=first["lobby"])["tags"] == {"team": "own", "stage": "test", "cost": "1"}
    assert client.get_logging_configuration(identifier=first["archive"])["tags"] == {"team": "default", "stage": "test"}

    stack.up("--expect-no-changes", environment={"AWS_REGION": "eu-west-1"})
    stack.config(region="us-west-2", defaultTags=None).up()
    assert client.get_room(identifier=first["lobby"])["tags"] == {"team": "own", "cost": "1"}

    assert "3 to replace" in stack.config(region="eu-west-1", ownerTag=None).preview()
    stack.up()
    moved = {name: stack.resource(name)["id"] for name in first}
    assert {arn.split(":")[3] for arn in moved.values()} == {"eu-west-1"}
    assert client.list_rooms()["rooms"] == client.list_logging_configurations()["loggingConfigurations"] == []
    room = service.client("eu-west-1").get_room(identifier=moved["lobby"])
    assert room["loggingConfigurationIdentifiers"] == [moved["archive"]]
    assert room["tags"] == {"team": "own", "cost": "1", "pulumi-ivschat:owner": "chat/test/lobby"}


@in_both
@pytest.mark.long
def test_a_handler_of_another_region_or_account_fails_in_the_preview(stack: Stack) -> None:
    def previewed(old: str, new: str) -> str:
        uri = HANDLER.replace(old, new)
        return stack.program(f'Room("lobby", message_review_handler={{"uri": "{uri}"}})').preview(code=1)

    elsewhere = previewed("us-west-2", "eu-west-1")
    stack.program('Room("lobby")').up()
    of_others = previewed("000000000000", "111111111111")

    wanted = "message_review_handler.uri must be a Lambda function in the room's"
    assert f"{wanted} region us-west-2, not in eu-west-1" in elsewhere
    assert f"{wanted} account 000000000000, not in 111111111111" in of_others
    assert "Traceback" not in of_others


@pytest.mark.parametrize(
    ("identifier", "command", "shown"),
    [
        ('"arn:aws:ivschat:us-west-2:000000000000:room/gone12345678"', "preview", "ResourceNotFoundException"),
        ('"arn:aws:ivschat:us-east-9:000000000000:room/gone12345678"', "preview", "or the region in the ARN"),
        ('"lobby"', "preview", "Room found: id is not a room ARN"),
        ("pulumi.Output.from_input(None)", "up", "Room found: id must be a string, not null"),
    ],
)
def test_get_of_a_room_that_does_not_exist_is_an_error(
    stack: Stack, service: LocalService, identifier: str, command: str, shown: str
) -> None:
    output = getattr(stack.program(f'Room.get("found", {identifier})'), command)(code=1)

    assert shown in output
    assert "Traceback" not in output
    assert "CreateRoom" not in service.calls()


def test_all_invalid_inputs_of_a_room_are_reported_in_the_preview_before_any_call(
    stack: Stack, service: LocalService
) -> None:
    output = stack.program(
        """
        Room("lobby", name="a b", maximum_message_length=0, maximum_message_rate_per_second=101,
             message_review_handler={"uri": "x", "fallback": "ALLOW"}, tags={"aws:x": "1"}, maximum_msg=1,
             logging_configuration_identifiers=["x"] * 4)
        """
    ).preview(code=1)

    for problem in (
        "has a problem: name must be made of letters, digits, - and _",
        "has a problem: maximum_message_length must be at least 1",
        "has a problem: maximum_message_rate_per_second must be at most 100",
        "message_review_handler.uri is not a Lambda function ARN",
        "message_review_handler.fallback is not a property here; did you mean fallback_result?",
        'tags["aws:x"] (the key) must be made of letters',
        "has a problem: maximum_msg is not a property here; did you mean maximum_message_length?",
        "must be at most 3 items, not 4",
    ):
        assert problem in output
    assert service.calls() == []


def test_the_state_has_the_programs_place_and_the_sdk_waits_for_few_outputs(stack: Stack) -> None:
    stack.apply(
        """
        from pulumi.runtime.settings import SETTINGS
        def hall():
            Room("lobby")
        hall()
        before = len(getattr(SETTINGS, "outputs", ()))
        for number in range(3):
            Room(f"room-{number}", tags={"team": "chat"})
        pulumi.export("waited for", len(getattr(SETTINGS, "outputs", ())) - before)
        """
    )

    room = stack.resource("lobby")
    assert room["sourcePosition"].endswith("/__main__.py#6")
    assert not [frame for frame in room["stackTrace"] if "/pulumi_ivschat/" in frame.get("sourcePosition", "")]
    assert stack.outputs()["waited for"] <= 3 * len(["id", "urn"]) + 1
