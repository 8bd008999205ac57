"""Logging configurations through the real engine: the catalogue of cases, with AWS's side looked at from outside."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from tests.conftest import LocalService
from tests.engine.conftest import Stack
from tests.engine.native import in_both
from tests.engine.stories import Apply, Destroy, Drift, Here, Preview, Refresh, Repair, Story, Up, python_story, story

S3 = {"s3": {"bucket_name": "archive"}}
FIREHOSE = {"firehose": {"delivery_stream_name": "stream"}}
CLOUD_WATCH_LOGS = {"cloud_watch_logs": {"log_group_name": "/chat/logs"}}
CREATE, UPDATE, DELETE = (f"{verb}LoggingConfiguration" for verb in ("Create", "Update", "Delete"))


def declared(resource_name: str, destination: Any = S3, region: str = "us-west-2", **args: Any) -> str:
    """Return a statement that declares a logging configuration; its variable has its name."""
    given = "".join(f", {argument}={value!r}" for argument, value in {"region": region, **args}.items())
    return (
        f"{resource_name} = LoggingConfiguration({resource_name!r}, destination_configuration={destination}{given})\n"
    )


def live(here: Here, arn: str) -> Any:
    return here.service.client(arn.split(":")[3]).get_logging_configuration(identifier=arn)


def left(service: LocalService, region: str = "us-west-2") -> list[str]:
    found = service.client(region).list_logging_configurations()["loggingConfigurations"]
    return [each["arn"] for each in found]


@python_story
def test_a_destination_arrives_and_everything_else_has_its_default(here: Here) -> Story:
    destinations: dict[str, tuple[Any, Any]] = {
        "archive": (S3, {"s3": {"bucketName": "archive"}}),
        "logs": (CLOUD_WATCH_LOGS, {"cloudWatchLogs": {"logGroupName": "/chat/logs"}}),
        "stream": (FIREHOSE, {"firehose": {"deliveryStreamName": "stream"}}),
    }
    names = ["id", "arn", "logging_configuration_id", "name", "state", "region", "tags", "create_time",
             "update_time", "destination_configuration", "owner_tag", "timeout_seconds"]  # fmt: skip
    program = "".join(declared(name, given, "eu-west-1") for name, (given, _) in destinations.items())
    exports = f"for each in ({', '.join(destinations)}):\n    pulumi.export(each._name, {{n: getattr(each, n) for n in {names}}})"
    seen = yield Apply(program + exports.replace("each._name", "each._name.partition('-')[2]"))

    for name, (given, made) in destinations.items():
        outputs, found = seen.outputs[name], live(here, seen.arn(name))
        assert (found["destinationConfiguration"], found["name"], found["state"]) == (made, here.name(name), "ACTIVE")
        assert outputs["id"] == outputs["arn"] == f"{outputs['arn'].rpartition('/')[0]}/{found['id']}"
        assert (outputs["logging_configuration_id"], outputs["state"]) == (found["id"], "ACTIVE")
        assert outputs["destination_configuration"] == given
        assert (outputs["tags"], found["tags"]) == ({}, here.owner_tag(name))
        assert outputs["create_time"].endswith("Z")
        assert (outputs["region"], outputs["timeout_seconds"]) == ("eu-west-1", 120)


@python_story
def test_create_no_change_update_and_delete_take_the_fewest_calls(here: Here) -> Story:
    del here
    tags = {"team": "chat"}
    before = "".join(declared(name, region="eu-central-1", tags=tags) for name in ("same", "set", "tagged", "timed"))
    assert (yield Up(before)).calls == [CREATE] * 4

    changed = yield Up(
        declared("same", region="eu-central-1", tags=tags)
        + declared("set", FIREHOSE, "eu-central-1", name="other", tags=tags)
        + declared("tagged", region="eu-central-1", tags={"squad": "chat"})
        + declared("timed", region="eu-central-1", tags=tags, timeout_seconds=9)
    )
    assert sorted(changed.calls) == ["TagResource", "UntagResource", UPDATE]
    assert "~ timeout_seconds: 120 => 9" in changed.output

    deleted = yield Destroy()
    assert sorted(deleted.calls) == [DELETE] * 4 + ["GetLoggingConfiguration"] * 4


@story
def test_one_property_changes_alone_and_back_in_one_call_each(here: Here) -> Story:
    changes: dict[str, tuple[Any, dict[str, Any], str, Any]] = {
        "renamed": (S3, {"name": "renamed"}, "name", "renamed"),
        "nameless": (S3, {"name": ""}, "name", ""),
        "moved": ({"s3": {"bucket_name": "other"}}, {}, "destinationConfiguration", {"s3": {"bucketName": "other"}}),
        "streamed": (
            {**FIREHOSE, "s3": None},
            {},
            "destinationConfiguration",
            {"firehose": {"deliveryStreamName": "stream"}},
        ),
    }

    def program(changed: str, plain: str) -> str:
        """Return a program in which each property is changed in one resource, and is its default in another."""
        lines = [declared(name + changed, given, "ap-south-1", **args) for name, (given, args, _, _) in changes.items()]
        return "".join([*lines, *(declared(name + plain, region="ap-south-1") for name in changes)])

    first = yield Up(program("_back", ""))
    made = {name: live(here, first.arn(name)) for name in changes}

    seen = yield Apply(program("", "_back"))

    assert seen.calls.count(UPDATE) == 2 * len(changes)
    for name, (_, _, member, value) in changes.items():
        assert live(here, seen.arn(name))[member] == value
        default = here.name(f"{name}_back") if member == "name" else made[name][member]
        assert live(here, seen.arn(f"{name}_back"))[member] == default
        assert seen.arn(name) == made[name]["arn"]
        assert seen.arn(f"{name}_back") == first.arn(f"{name}_back")


@story
def test_tags_are_added_changed_and_removed_and_keys_of_others_stay(here: Here) -> Story:
    first, second, third = {"key1": "value1"}, {"key1": "updated", "key2": "value2"}, {"key2": "value2"}
    made = yield Apply(declared("changed", tags=first) + declared("removed", tags=second))
    for name, tags in {"changed": first, "removed": second}.items():
        assert live(here, made.arn(name))["tags"] == {**tags, **here.owner_tag(name)}
        here.service.client().tag_resource(resourceArn=made.arn(name), tags={"theirs": "1"})

    seen = yield Apply(declared("changed", tags=second) + declared("removed", tags=third))

    for name, tags in {"changed": second, "removed": third}.items():
        assert live(here, made.arn(name))["tags"] == {**tags, "theirs": "1", **here.owner_tag(name)}
        assert seen.arn(name) == made.arn(name)


@story
def test_one_that_somebody_deleted_is_drift_and_recreated_and_deleting_it_is_not_an_error(here: Here) -> Story:
    first = yield Up(declared("archive", region="ap-northeast-1"))
    here.service.client("ap-northeast-1").delete_logging_configuration(identifier=first.arn("archive"))

    assert "(delete)" in (yield Drift()).output
    seen = yield Repair()
    assert left(here.service, "ap-northeast-1") == [seen.arn("archive")]

    here.service.client("ap-northeast-1").delete_logging_configuration(identifier=seen.arn("archive"))
    assert (yield Destroy()).resources == {}


@story
def test_drift_of_each_property_is_found_shown_and_repaired(here: Here) -> Story:
    changes: dict[str, tuple[dict[str, Any], str]] = {
        "name": ({"name": "drifted"}, '" => "drifted"'),
        "bucket": ({"destinationConfiguration": {"s3": {"bucketName": "drifted"}}}, '"archive" => "drifted"'),
        "kind": ({"destinationConfiguration": {"firehose": {"deliveryStreamName": "streamed"}}}, "streamed"),
    }
    removed = declared("tag", region="us-east-1", tags={"team": "chat"})
    first = yield Up("".join(declared(name, region="us-east-1", timeout_seconds=7) for name in changes) + removed)
    client = here.service.client("us-east-1")
    for name, (change, _) in changes.items():
        client.update_logging_configuration(identifier=first.arn(name), **change)
    client.tag_resource(resourceArn=first.arn("tag"), tags={"theirs": "1"})
    client.untag_resource(resourceArn=first.arn("tag"), tagKeys=["team"])

    drift = yield Drift()
    assert [shown for _, shown in changes.values() if shown not in drift.output] == []
    assert '- team: "chat"' in drift.output
    assert "theirs" not in drift.output
    assert (yield Repair()).calls.count(UPDATE) == len(changes)
    assert (yield Drift()).output == ""


@python_story
def test_unknown_inputs_are_previewed_and_arrive(here: Here) -> Story:
    yield Preview(
        """
        room = Room("lobby", name="lobby")
        bucket = room.room_id.apply(str.lower)
        LoggingConfiguration("archive", name=room.room_id, tags={"of": room.room_id}, timeout_seconds=room.name.apply(len),
                             destination_configuration={"s3": {"bucket_name": bucket}})
        LoggingConfiguration("stream", destination_configuration=bucket.apply(
            lambda name: {"firehose": {"delivery_stream_name": name}, "s3": None}))
        """
    )
    seen = yield Up()

    room = seen.resources["lobby"]["outputs"]["room_id"]
    made, streamed = live(here, seen.arn("archive")), live(here, seen.arn("stream"))
    assert (made["name"], made["tags"]["of"]) == (room, room)
    assert made["destinationConfiguration"] == {"s3": {"bucketName": room.lower()}}
    assert streamed["destinationConfiguration"] == {"firehose": {"deliveryStreamName": room.lower()}}


@python_story
def test_secret_inputs_stay_secret_in_state_and_output(here: Here) -> Story:
    del here
    seen = yield Up(
        """
        secret = pulumi.Output.secret("canary")
        LoggingConfiguration("archive", name=secret, tags={"t": secret}, timeout_seconds=7, region="eu-west-1",
                             destination_configuration={"s3": {"bucket_name": secret}})
        """
    )

    assert "timeout_seconds" in seen.output
    assert "canary" not in seen.output + json.dumps(dict(seen.resources))


@story
def test_rooms_take_up_to_three_by_arn_and_their_order_does_not_matter(here: Here) -> Story:
    client = here.service.client("ap-northeast-2")
    made = "".join(
        declared(name, {"s3": {"bucket_name": f"{name}-logs"}}, "ap-northeast-2") for name in ("one", "two", "three")
    )

    def program(*names: str) -> str:
        used = ", ".join(f"{name}.arn" for name in names)
        return made + f'Room("lobby", region="ap-northeast-2", logging_configuration_identifiers=[{used}])'

    for names in (["one", "two"], ["three", "one", "two"]):
        seen = yield Apply(program(*names))
        room = client.get_room(identifier=seen.arn("lobby"))
        assert room.get("loggingConfigurationIdentifiers", []) == [seen.arn(name) for name in names]
    assert (yield Preview(program("two", "one", "three"))).output == ""

    yield Destroy()
    assert (left(here.service, "ap-northeast-2"), client.list_rooms()["rooms"]) == ([], [])


@story
def test_a_room_lets_go_before_the_logging_configuration_that_it_uses_is_deleted(here: Here) -> Story:
    first = yield Apply(
        declared("archive", region="ap-northeast-1", timeout_seconds=5)
        + 'Room("lobby", region="ap-northeast-1", logging_configuration_identifiers=[archive.arn])'
    )

    seen = yield Apply('Room("lobby", region="ap-northeast-1")')

    assert first.arn("archive") not in left(here.service, "ap-northeast-1")
    assert seen.calls.count(DELETE) == 1


@story
def test_a_room_keeps_its_logging_while_that_changes_in_place(here: Here) -> Story:
    del here
    room = 'Room("lobby", region="eu-west-1", logging_configuration_identifiers=[archive.arn])'
    yield Up(declared("archive", region="eu-west-1") + room)

    seen = yield Preview(declared("archive", FIREHOSE, "eu-west-1") + room)

    assert seen.output.count("(update)") == 1
    assert "Room" not in seen.output


@story
def test_a_failed_state_that_a_refresh_finds_is_shown_and_repaired_by_the_next_up(here: Here) -> Story:
    first = yield Up(declared("archive", region="eu-west-1") + 'pulumi.export("state", archive.state)')
    here.service.fault(UPDATE, state="UPDATE_FAILED")
    here.service.client("eu-west-1").update_logging_configuration(identifier=first.arn("archive"))

    assert (yield Refresh()).resources["archive"]["outputs"]["state"] == "UPDATE_FAILED"
    assert "(update)" in (yield Preview()).output
    seen = yield Apply()

    assert seen.outputs["state"] == "ACTIVE"
    assert live(here, seen.arn("archive"))["state"] == "ACTIVE"


@story
def test_get_looks_one_up_and_never_owns_it(here: Here) -> Story:
    made = here.service.client("eu-west-1").create_logging_configuration(
        name="by-hand", destinationConfiguration={"s3": {"bucketName": "by-hand"}}, tags={"a": "b"}
    )
    seen = yield Apply(
        f"""
        found = LoggingConfiguration.get("found", "{made["arn"]}")
        Room("lobby", region="eu-west-1", logging_configuration_identifiers=[found.arn])
        for name in ("name", "state", "destination_configuration"):
            pulumi.export(name, getattr(found, name))
        """
    )
    assert seen.outputs == {
        "name": "by-hand",
        "state": "ACTIVE",
        "destination_configuration": {"s3": {"bucket_name": "by-hand"}},
    }

    yield Destroy()
    assert live(here, made["arn"])["tags"] == {"a": "b"}


def test_everything_invalid_is_reported_at_once_before_any_call(stack: Stack, service: LocalService) -> None:
    output = stack.program(
        """
        LoggingConfiguration("archive", name="a b", timeout_seconds=0, destination={}, tags={"aws:x": "1"},
                             destination_configuration={"s3": {"bucket_name": "B"}, "s4": {}})
        """
    ).preview(code=1)

    for problem in (
        "has a problem: name must be made of letters, digits, - and _",
        "has a problem: timeout_seconds must be at least 1",
        "is not a property here; did you mean destination_configuration?",
        "destination_configuration.s3.bucket_name must be at least 3 characters, not 1",
        "destination_configuration.s4 is not a property here; there are s3, cloud_watch_logs, firehose",
        'tags["aws:x"] (the key) must be made of letters',
    ):
        assert problem in output
    assert service.calls() == []


@in_both
@pytest.mark.long
def test_slow_states_are_waited_for(stack: Stack, service: LocalService) -> None:
    for operation in (CREATE, UPDATE, DELETE):
        service.fault(operation, settle_seconds=0.5)

    stack.program(declared("archive")).up()
    assert stack.resource("archive")["outputs"]["state"] == "ACTIVE"
    stack.program(declared("archive", FIREHOSE)).up()
    assert stack.resource("archive")["outputs"]["state"] == "ACTIVE"
    stack.destroy()
    assert left(service) == []


def test_a_failed_create_shows_what_aws_needs_and_leaves_nothing_and_a_failed_update_is_sent_again(
    stack: Stack, service: LocalService
) -> None:
    service.fault(CREATE, state="CREATE_FAILED")
    failed = stack.program(declared("archive", FIREHOSE)).up(code=1)
    assert "CREATE_FAILED" in failed
    assert "LogDeliveryEnabled=true" in failed
    assert "Traceback" not in failed
    assert (left(service), stack.resources()) == ([], [])
    stack.up()
    arn = stack.resource("archive")["id"]
    assert left(service) == [arn]

    service.fault(UPDATE, state="UPDATE_FAILED")
    output = stack.program(declared("archive", {"firehose": {"delivery_stream_name": "other"}})).up(code=1)
    assert "UPDATE_FAILED" in output
    assert "LogDeliveryEnabled=true" in output
    stack.up()
    assert service.calls().count(UPDATE) == 2
    assert service.client().get_logging_configuration(identifier=arn)["state"] == "ACTIVE"
    stack.preview("--refresh", "--expect-no-changes")


def test_a_create_that_takes_too_long_names_what_it_left(stack: Stack, service: LocalService) -> None:
    service.fault(CREATE, settle_seconds=2)
    service.fault(DELETE, error="AccessDeniedException")

    output = stack.program(declared("archive", timeout_seconds=1)).up(code=1)

    assert "still CREATING after 1 s" in output
    [made] = left(service)
    assert f"aws ivschat delete-logging-configuration --region us-west-2 --identifier {made}" in output


@pytest.mark.long
def test_with_one_operation_at_a_time_a_delete_that_a_room_blocks_fails_soon_and_shows_how_to_go_on(
    stack: Stack, service: LocalService
) -> None:
    """The engine deletes in any order what does not depend on each other: of six pairs, one configuration is before its room."""
    handler = "message_review_handler={'uri': 'arn:aws:lambda:us-west-2:000000000000:function:review'}"
    refusal = {"fieldList": [{"name": "uri", "message": "invalid lambda permission"}]}
    service.fault("CreateRoom", error="ValidationException", members=refusal)
    pairs = range(6)
    rooms = "".join(f'Room("hall-{number}", {handler})\n' for number in pairs)
    stack.config(maxAttempts="1").program(rooms).up()  # waits for the permission
    service.fault("UpdateRoom", error="InternalServerException", when="after", count=len(pairs))
    used = "".join(
        declared(f"archive_{number}")
        + f'Room("hall-{number}", {handler}, logging_configuration_identifiers=[archive_{number}.arn])\n'
        for number in pairs
    )
    stack.program(used).up("--continue-on-error", code=1)

    output = stack.program("").up("--parallel", "1", code=1)

    assert re.search(r"it is used by hall-\d arn:aws:ivschat:us-west-2:000000000000:room/", output)
    assert "once with `--continue-on-error`, then again" in output
    stack.tried(
        "up", "--yes", "--skip-preview", "--continue-on-error"
    )  # fails if the configurations take all threads of the host
    stack.up()
    assert left(service) == []


def test_one_that_a_room_elsewhere_uses_is_kept_and_the_room_named(stack: Stack, service: LocalService) -> None:
    stack.program(declared("archive", timeout_seconds=1)).up()
    arn = stack.resource("archive")["id"]
    room = service.client().create_room(name="hall", loggingConfigurationIdentifiers=[arn])["arn"]

    output = stack.destroy(code=1)

    assert "ConflictException" in output
    assert f"it is used by hall {room}" in output
    assert "Traceback" not in output
    assert left(service) == [arn]


@in_both
def test_the_quota_of_ten_is_reported(stack: Stack, service: LocalService) -> None:
    for number in range(10):
        destination = {"s3": {"bucketName": f"logs-{number}"}}
        service.client().create_logging_configuration(destinationConfiguration=destination)  # type: ignore[arg-type]

    output = stack.program(declared("archive")).up(code=1)

    assert "limit 10" in output
    assert "raise the quota" in output
