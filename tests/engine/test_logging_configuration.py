"""Logging configurations through the real engine: the catalogue of cases, with AWS's side looked at from outside."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import LocalService
from tests.engine.conftest import Stack

S3 = {"s3": {"bucket_name": "archive"}}
FIREHOSE = {"firehose": {"delivery_stream_name": "stream"}}
CLOUD_WATCH_LOGS = {"cloud_watch_logs": {"log_group_name": "/chat/logs"}}
CREATE, GET, UPDATE, DELETE = (f"{verb}LoggingConfiguration" for verb in ("Create", "Get", "Update", "Delete"))
LIST = "ListLoggingConfigurations"  # the look before the first create of an update (leftovers.py)
OWNER = {"pulumi-ivschat:owner": "chat/test/archive"}


def archive(destination: Any = S3, **args: Any) -> str:
    """Return a program with one logging configuration, `archive`."""
    given = "".join(f", {name}={value!r}" for name, value in args.items())
    return f'archive = LoggingConfiguration("archive", destination_configuration={destination}{given})\n'


def arn(stack: Stack, name: str = "archive") -> str:
    return str(stack.resource(name)["id"])


def live(service: LocalService, identifier: str) -> Any:
    return service.client().get_logging_configuration(identifier=identifier)


def left(service: LocalService, region: str = "us-west-2") -> list[str]:
    found = service.client(region).list_logging_configurations()["loggingConfigurations"]
    return [each["arn"] for each in found]


@pytest.mark.oldest_sdk
@pytest.mark.parametrize(
    ("destination", "made"),
    [
        (S3, {"s3": {"bucketName": "archive"}}),
        (CLOUD_WATCH_LOGS, {"cloudWatchLogs": {"logGroupName": "/chat/logs"}}),
        (FIREHOSE, {"firehose": {"deliveryStreamName": "stream"}}),
    ],
)
def test_a_destination_arrives_and_everything_else_has_its_default(
    stack: Stack, service: LocalService, destination: dict[str, Any], made: dict[str, Any]
) -> None:
    names = ["id", "arn", "logging_configuration_id", "name", "state", "region", "tags", "tags_all", "create_time",
             "update_time", "destination_configuration", "owner_tag", "timeout_seconds"]  # fmt: skip
    stack.apply(archive(destination) + f"for name in {names}:\n    pulumi.export(name, getattr(archive, name))")

    outputs = stack.outputs()
    found = live(service, outputs["arn"])
    assert (found["destinationConfiguration"], found["name"], found["state"]) == (made, "archive", "ACTIVE")
    assert outputs["id"] == outputs["arn"] == f"{outputs['arn'].rpartition('/')[0]}/{found['id']}"
    assert (outputs["logging_configuration_id"], outputs["state"]) == (found["id"], "ACTIVE")
    assert outputs["destination_configuration"] == destination
    assert (outputs["tags"], outputs["tags_all"]) == ({}, OWNER)
    assert outputs["create_time"].endswith("Z")
    assert (outputs["region"], outputs["timeout_seconds"]) == ("us-west-2", 120)
    stack.destroy()
    assert left(service) == []


def test_create_no_change_update_and_delete_take_the_fewest_calls(stack: Stack, service: LocalService) -> None:
    stack.program(archive(tags={"team": "chat"})).up()
    assert service.calls() == [LIST, CREATE]

    stack.preview("--expect-no-changes")
    stack.up("--expect-no-changes")
    assert service.calls() == [LIST, CREATE]

    stack.program(archive(FIREHOSE, name="other", tags={"team": "chat"})).up()
    assert service.calls() == [LIST, CREATE, UPDATE]

    stack.program(archive(FIREHOSE, name="other", tags={"squad": "chat"}, timeout_seconds=9)).up()
    assert service.calls() == [LIST, CREATE, UPDATE, "TagResource", "UntagResource"]

    assert "~ timeout_seconds: 9 => 120" in stack.program(archive(FIREHOSE, name="other", tags={"squad": "chat"})).up()
    stack.destroy()
    assert service.calls() == [LIST, CREATE, UPDATE, "TagResource", "UntagResource", DELETE, GET]


@pytest.mark.parametrize(
    ("args", "member", "value"),
    [
        ({"name": "renamed"}, "name", "renamed"),
        ({"name": ""}, "name", ""),
        (
            {"destination": {"s3": {"bucket_name": "other"}}},
            "destinationConfiguration",
            {"s3": {"bucketName": "other"}},
        ),
        (
            {"destination": {**FIREHOSE, "s3": None}},
            "destinationConfiguration",
            {"firehose": {"deliveryStreamName": "stream"}},
        ),
    ],
)
def test_one_property_changes_alone_and_back_in_one_call_each(
    stack: Stack, service: LocalService, args: dict[str, Any], member: str, value: object
) -> None:
    stack.program(archive()).up()
    made = live(service, arn(stack))

    assert "~ 1 to update" in stack.program(archive(**args)).preview()
    stack.apply(archive(**args))
    assert live(service, made["arn"])[member] == value

    stack.apply(archive())
    assert service.calls().count(UPDATE) == 2
    assert live(service, made["arn"])[member] == made[member]
    assert arn(stack) == made["arn"]


def test_tags_come_change_and_go(stack: Stack, service: LocalService) -> None:
    def tags(declared: dict[str, str]) -> dict[str, str]:
        stack.apply(archive(tags=declared))
        found: dict[str, str] = live(service, arn(stack))["tags"]
        return found

    assert tags({"key1": "value1"}) == {"key1": "value1", **OWNER}
    first = arn(stack)
    assert tags({"key1": "updated", "key2": "value2"}) == {"key1": "updated", "key2": "value2", **OWNER}
    service.client().tag_resource(resourceArn=first, tags={"theirs": "1"})
    assert tags({"key2": "value2"}) == {"key2": "value2", "theirs": "1", **OWNER}
    assert arn(stack) == first


def test_default_tags_stand_below_its_own_and_the_owner_tag_can_be_switched_off(
    stack: Stack, service: LocalService
) -> None:
    stack.config(defaultTags='{"team": "default", "stage": "test"}', ownerTag="false").apply(
        archive(tags={"team": "own"})
    )

    assert live(service, arn(stack))["tags"] == {"team": "own", "stage": "test"}


def test_two_owners_of_a_tag_are_refused_before_any_call(stack: Stack, service: LocalService) -> None:
    program = archive(tags={"team": "chat"}) + 'TagSet("cost", resource_arn=archive.arn, tags={"team": "x"})'

    assert "both own the tag team" in stack.program(program).preview(code=1)
    assert service.calls() == []


def test_one_deleted_behind_our_back_is_drift_and_made_again(stack: Stack, service: LocalService) -> None:
    stack.program(archive()).up()
    service.client().delete_logging_configuration(identifier=arn(stack))

    stack.drift()
    stack.up("--refresh")
    assert left(service) == [arn(stack)]

    service.client().delete_logging_configuration(identifier=arn(stack))
    stack.destroy()
    assert stack.resources() == []


@pytest.mark.parametrize(
    ("change", "shown"),
    [
        ({"name": "drifted"}, '~ name: "archive" => "drifted"'),
        ({"destinationConfiguration": {"s3": {"bucketName": "drifted"}}}, '"archive" => "drifted"'),
        ({"destinationConfiguration": {"firehose": {"deliveryStreamName": "drifted"}}}, "drifted"),
    ],
)
def test_drift_of_each_property_is_found_shown_and_repaired(
    stack: Stack, service: LocalService, change: dict[str, Any], shown: str
) -> None:
    stack.program(archive(timeout_seconds=7)).up()
    service.client().update_logging_configuration(identifier=arn(stack), **change)

    assert shown in stack.drift()
    stack.up("--refresh")
    stack.drift(code=0)


def test_drift_of_an_owned_tag_is_found_and_repaired_and_other_keys_are_none(
    stack: Stack, service: LocalService
) -> None:
    stack.program(archive(tags={"team": "chat"})).up()
    service.client().tag_resource(resourceArn=arn(stack), tags={"theirs": "1"})
    stack.drift(code=0)
    service.client().untag_resource(resourceArn=arn(stack), tagKeys=["team"])

    assert '"chat"' in stack.drift()
    stack.up("--refresh")
    stack.drift(code=0)


def test_unknown_inputs_are_previewed_and_arrive(stack: Stack, service: LocalService) -> None:
    stack.program(
        """
        room = Room("lobby")
        bucket = room.room_id.apply(str.lower)
        LoggingConfiguration("archive", name=room.room_id, tags={"of": room.room_id}, timeout_seconds=room.name.apply(len),
                             destination_configuration={"s3": {"bucket_name": bucket}})
        LoggingConfiguration("stream", destination_configuration=bucket.apply(
            lambda name: {"firehose": {"delivery_stream_name": name}, "s3": None}))
        """
    ).preview()
    stack.up()

    room = stack.resource("lobby")["outputs"]["room_id"]
    made = live(service, arn(stack))
    assert (made["name"], made["tags"]["of"]) == (room, room)
    assert made["destinationConfiguration"] == {"s3": {"bucketName": room.lower()}}
    streamed = live(service, arn(stack, "stream"))
    assert streamed["destinationConfiguration"] == {"firehose": {"deliveryStreamName": room.lower()}}


def test_secret_inputs_stay_secret_in_state_and_output(stack: Stack) -> None:
    output = stack.program(
        """
        secret = pulumi.Output.secret("canary")
        LoggingConfiguration("archive", name=secret, tags={"t": secret},
                             destination_configuration={"s3": {"bucket_name": secret}})
        """
    ).up()

    assert "canary" not in output + stack.run("stack", "export")


@pytest.mark.parametrize(
    "destination",
    [
        {**S3, **CLOUD_WATCH_LOGS},
        {**S3, **FIREHOSE},
        {**CLOUD_WATCH_LOGS, **FIREHOSE},
        {**S3, **CLOUD_WATCH_LOGS, **FIREHOSE},
        {},
    ],
)
def test_a_destination_that_is_not_exactly_one_is_told_before_any_call(
    stack: Stack, service: LocalService, destination: dict[str, Any]
) -> None:
    output = stack.program(archive(destination)).preview(code=1)

    assert "must have exactly one of s3, cloud_watch_logs, firehose" in output
    assert "Traceback" not in output
    assert service.calls() == []


def test_everything_invalid_is_told_at_once_before_any_call(stack: Stack, service: LocalService) -> None:
    output = stack.program(
        """
        LoggingConfiguration("archive", name="a b", timeout_seconds=0, destination={}, tags={"aws:x": "1"},
                             destination_configuration={"s3": {"bucket_name": "B"}, "s4": {}})
        """
    ).preview(code=1)

    for told in (
        "has a problem: name must be made of letters, digits, - and _",
        "has a problem: timeout_seconds must be at least 1",
        "is not a property here; did you mean destination_configuration?",
        "destination_configuration.s3.bucket_name must be at least 3 characters, not 1",
        "destination_configuration.s4 is not a property here; there are s3, cloud_watch_logs, firehose",
        'tags["aws:x"] (the key) must be made of letters',
    ):
        assert told in output
    assert service.calls() == []


def test_no_destination_at_all_is_told_before_any_call(stack: Stack, service: LocalService) -> None:
    output = stack.program('LoggingConfiguration("archive")').preview(code=1)

    assert "has a problem: destination_configuration is required" in output
    assert service.calls() == []


def test_slow_states_are_waited_for(stack: Stack, service: LocalService) -> None:
    for operation in (CREATE, UPDATE, DELETE):
        service.fault(operation, settle_seconds=1)

    stack.program(archive()).up()
    assert stack.resource("archive")["outputs"]["state"] == "ACTIVE"
    stack.apply(archive(FIREHOSE))
    assert stack.resource("archive")["outputs"]["state"] == "ACTIVE"
    stack.destroy()
    assert left(service) == []


def test_a_failed_create_says_what_aws_needs_and_leaves_nothing(stack: Stack, service: LocalService) -> None:
    service.fault(CREATE, state="CREATE_FAILED")

    output = stack.program(archive(FIREHOSE)).up(code=1)

    assert "CREATE_FAILED" in output
    assert "LogDeliveryEnabled=true" in output
    assert "deleted again" in output
    assert "Traceback" not in output
    assert (left(service), stack.resources()) == ([], [])
    stack.up()
    assert left(service) == [arn(stack)]


def test_a_create_that_takes_too_long_names_what_it_left(stack: Stack, service: LocalService) -> None:
    service.fault(CREATE, settle_seconds=2)
    service.fault(DELETE, error="AccessDeniedException")

    output = stack.program(archive(timeout_seconds=1)).up(code=1)

    assert "still CREATING after 1 s" in output
    [made] = left(service)
    assert f"aws ivschat delete-logging-configuration --region us-west-2 --identifier {made}" in output


def test_a_failed_update_is_made_again_by_the_next_up(stack: Stack, service: LocalService) -> None:
    stack.program(archive()).up()
    service.fault(UPDATE, state="UPDATE_FAILED")

    output = stack.program(archive(FIREHOSE)).up(code=1)
    assert "UPDATE_FAILED" in output
    assert "LogDeliveryEnabled=true" in output
    assert live(service, arn(stack))["state"] == "UPDATE_FAILED"

    stack.up()
    assert service.calls().count(UPDATE) == 2
    assert live(service, arn(stack))["state"] == "ACTIVE"
    stack.preview("--refresh", "--expect-no-changes")


def test_a_failed_state_that_a_refresh_finds_is_shown_and_repaired_by_the_next_up(
    stack: Stack, service: LocalService
) -> None:
    stack.program(archive() + 'pulumi.export("state", archive.state)').up()
    service.fault(UPDATE, state="UPDATE_FAILED")
    service.client().update_logging_configuration(identifier=arn(stack))

    stack.drift()
    stack.refresh()
    assert stack.resource("archive")["outputs"]["state"] == "UPDATE_FAILED"
    assert "~ 1 to update" in stack.preview()
    stack.up()

    assert stack.outputs()["state"] == "ACTIVE"
    assert live(service, arn(stack))["state"] == "ACTIVE"
    stack.preview("--refresh", "--expect-no-changes")


def test_rooms_with_up_to_three_take_them_by_arn_and_their_order_does_not_matter(
    stack: Stack, service: LocalService
) -> None:
    def program(*names: str) -> str:
        made = "".join(
            f'{name} = LoggingConfiguration("{name}", destination_configuration={{"s3": {{"bucket_name": "{name}-logs"}}}})\n'
            for name in ("one", "two", "three")
        )
        room = f'Room("lobby", logging_configuration_identifiers=[{", ".join(f"{name}.arn" for name in names)}])'
        return made + room

    for names in (["one"], ["one", "two"], ["three", "one", "two"], ["three"], []):
        stack.apply(program(*names))
        room = service.client().get_room(identifier=arn(stack, "lobby"))
        assert room.get("loggingConfigurationIdentifiers", []) == [arn(stack, name) for name in names]
        stack.program(program(*reversed(names))).up("--expect-no-changes")
    stack.apply(program("one", "two", "three"))

    stack.destroy()
    assert (left(service), service.client().list_rooms()["rooms"]) == ([], [])


def test_a_room_lets_go_before_what_it_uses_is_deleted(stack: Stack, service: LocalService) -> None:
    stack.apply(archive() + 'Room("lobby", logging_configuration_identifiers=[archive.arn])')

    stack.apply('Room("lobby")')

    assert left(service) == []
    assert service.calls().count(DELETE) == 1


def test_a_room_keeps_its_logging_while_that_changes_in_place(stack: Stack) -> None:
    program = '{}Room("lobby", logging_configuration_identifiers=[archive.arn])'
    stack.apply(program.format(archive()))

    assert "~ 1 to update" in stack.program(program.format(archive(FIREHOSE))).preview()


def test_another_region_replaces_it_together_with_its_room(stack: Stack, service: LocalService) -> None:
    program = archive() + 'Room("lobby", logging_configuration_identifiers=[archive.arn])'
    stack.apply(program)

    assert "2 to replace" in stack.config(region="eu-west-1").preview()
    stack.apply(program)

    assert (left(service), left(service, "eu-west-1")) == ([], [arn(stack)])
    room = service.client("eu-west-1").get_room(identifier=arn(stack, "lobby"))
    assert room["loggingConfigurationIdentifiers"] == [arn(stack)]


def test_with_one_operation_at_a_time_a_delete_that_a_room_blocks_fails_soon_and_says_how_to_go_on(
    stack: Stack, service: LocalService
) -> None:
    handler = "message_review_handler={'uri': 'arn:aws:lambda:us-west-2:000000000000:function:review'}"
    refusal = {"fieldList": [{"name": "uri", "message": "invalid lambda permission"}]}
    service.fault("CreateRoom", error="ValidationException", members=refusal)
    stack.config(maxAttempts="1").program(f'Room("hall", {handler})').up()  # waits for the permission
    service.fault("UpdateRoom", error="InternalServerException", when="after")
    stack.program(archive() + f'Room("hall", {handler}, logging_configuration_identifiers=[archive.arn])').up(code=1)

    output = stack.program("").up("--parallel", "1", code=1)

    assert "it is used by hall arn:aws:ivschat:us-west-2:000000000000:room/" in output
    assert "without `--parallel 1`" in output
    stack.up()
    assert left(service) == []


def test_one_that_a_room_elsewhere_uses_is_kept_and_the_room_named(stack: Stack, service: LocalService) -> None:
    stack.program(archive(timeout_seconds=1)).up()
    room = service.client().create_room(name="hall", loggingConfigurationIdentifiers=[arn(stack)])["arn"]

    output = stack.destroy(code=1)

    assert "ConflictException" in output
    assert f"it is used by hall {room}" in output
    assert "Traceback" not in output
    assert left(service) == [arn(stack)]
    service.client().delete_room(identifier=room)
    stack.destroy()
    assert left(service) == []


def test_get_looks_one_up_and_never_owns_it(stack: Stack, service: LocalService) -> None:
    made = service.client().create_logging_configuration(
        name="by-hand", destinationConfiguration={"s3": {"bucketName": "by-hand"}}, tags={"a": "b"}
    )

    stack.program(
        f"""
        found = LoggingConfiguration.get("found", "{made["arn"]}")
        Room("lobby", logging_configuration_identifiers=[found.arn])
        for name in ("name", "state", "destination_configuration", "tags"):
            pulumi.export(name, getattr(found, name))
        """
    ).up()
    stack.up("--refresh", "--expect-no-changes")
    assert stack.outputs() == {
        "name": "by-hand",
        "state": "ACTIVE",
        "destination_configuration": {"s3": {"bucket_name": "by-hand"}},
        "tags": {"a": "b"},
    }

    stack.destroy()
    assert left(service) == [made["arn"]]


def test_get_of_one_that_does_not_exist_is_an_error(stack: Stack) -> None:
    gone = "arn:aws:ivschat:us-west-2:000000000000:logging-configuration/gone12345678"

    output = stack.program(f'LoggingConfiguration.get("found", "{gone}")').preview(code=1)

    assert "ResourceNotFoundException" in output
    assert "Traceback" not in output


def test_the_quota_of_ten_is_told(stack: Stack, service: LocalService) -> None:
    for number in range(10):
        destination = {"s3": {"bucketName": f"logs-{number}"}}
        service.client().create_logging_configuration(destinationConfiguration=destination)  # type: ignore[arg-type]

    output = stack.program(archive()).up(code=1)

    assert "limit 10" in output
    assert "raise the quota" in output
