"""Drift, found by `pulumi-ivschat drift` and by Pulumi's own refresh: the same things, by both."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from tests.conftest import LocalService
from tests.engine.conftest import Stack

HANDLER = "arn:aws:lambda:us-west-2:000000000000:function:review"
SETTINGS: Mapping[str, dict[str, Any]] = {
    "name": {"name": "other"},
    "maximum_message_length": {"maximumMessageLength": 1},
    "maximum_message_rate_per_second": {"maximumMessageRatePerSecond": 1},
    "message_review_handler": {"messageReviewHandler": {"uri": HANDLER}},
    "logging_configuration_identifiers": {},
}
DRIFT = 2


def findings(stack: Stack, *arguments: str, code: int = DRIFT) -> list[dict[str, Any]]:
    """Return what `drift` finds."""
    found: list[dict[str, Any]] = json.loads(stack.ivschat("drift", "--json", *arguments, code=code).stdout)["findings"]
    return found


def shown(stack: Stack) -> list[tuple[str, str | None, str | None]]:
    return sorted((each["kind"], each["resource"], each["property"]) for each in findings(stack))


def test_every_property_of_a_room_that_changed_alone_is_found_by_both(stack: Stack, service: LocalService) -> None:
    names = [name.replace("_", "-") for name in SETTINGS]
    stack.program("\n".join(f'Room("{name}")' for name in names)).up()
    stack.ivschat("drift", code=0)
    client = service.client()
    logging = client.create_logging_configuration(destinationConfiguration={"s3": {"bucketName": "chat-logs"}})["arn"]
    for name, (path, change) in zip(names, SETTINGS.items(), strict=True):
        given = change or {"loggingConfigurationIdentifiers": [logging]}
        client.update_room(identifier=stack.resource(name)["id"], **given)
        assert path

    assert shown(stack)[:-1] == sorted(("changed", name, path) for name, path in zip(names, SETTINGS, strict=True))
    refreshed = stack.drift()
    assert "~ 5 to update" in refreshed
    assert all(path in refreshed for path in SETTINGS)


def test_every_property_of_a_logging_configuration_that_changed_alone_is_found_by_both(
    stack: Stack, service: LocalService
) -> None:
    destination = '{"s3": {"bucket_name": "chat-logs"}}'
    names = ("name", "destination", "tags")
    stack.program(
        "\n".join(
            f'LoggingConfiguration("{name}", destination_configuration={destination}, tags={{"a": "1"}})'
            for name in names
        )
    ).up()
    client = service.client()
    arns = [stack.resource(name)["id"] for name in names]
    client.update_logging_configuration(identifier=arns[0], name="other")
    client.update_logging_configuration(
        identifier=arns[1], destinationConfiguration={"firehose": {"deliveryStreamName": "chat"}}
    )
    client.tag_resource(resourceArn=arns[2], tags={"a": "9"})

    assert shown(stack) == [
        ("changed", "destination", "destination_configuration"),
        ("changed", "name", "name"),
        ("changed", "tags", "tags.a"),
    ]
    assert "~ 3 to update" in stack.drift()


def test_tags_of_rooms_and_tag_sets_and_what_is_gone_are_found_by_both(stack: Stack, service: LocalService) -> None:
    client = service.client()
    guest = client.create_room(name="guest")["arn"]
    stack.program(
        f"""
        Room("changed", tags={{"a": "1"}})
        Room("removed", tags={{"a": "1"}})
        Room("gone")
        TagSet("cost", resource_arn="{guest}", tags={{"cost": "1"}})
        """
    ).up()
    client.tag_resource(resourceArn=stack.resource("changed")["id"], tags={"a": "9", "foreign": "x"})
    client.untag_resource(resourceArn=stack.resource("removed")["id"], tagKeys=["a"])
    client.tag_resource(resourceArn=guest, tags={"cost": "9"})
    client.delete_room(identifier=stack.resource("gone")["id"])

    assert shown(stack) == [
        ("changed", "changed", "tags.a"),
        ("changed", "cost", "tags.cost"),
        ("changed", "removed", "tags.a"),
        ("missing", "gone", None),
    ]
    refreshed = stack.drift()
    assert "~ 3 to update" in refreshed
    assert "- 1 to delete" in refreshed


@pytest.mark.long
def test_nothing_is_found_in_sixty_rooms_if_nothing_changed_and_no_room_is_read_by_itself(
    stack: Stack, service: LocalService
) -> None:
    stack.program(
        f"""
        for number in range(60):
            Room(f"room-{{number}}", maximum_message_length=number + 1, tags={{"n": str(number)}},
                 message_review_handler={{"uri": "{HANDLER}"}} if number % 2 else None)
        """
    ).up()
    before = len(service.calls())

    stack.ivschat("drift")

    assert service.calls()[before:] == ["ListLoggingConfigurations", "ListRooms", "ListRooms"]
    stack.drift(code=0)


@pytest.mark.long
def test_two_stacks_in_two_regions_are_compared_in_one_run_and_by_hand_is_what_neither_made(
    stack: Stack, new_stack: Callable[[str], Stack], service: LocalService
) -> None:
    other = new_stack("other").config(region="eu-west-1", endpointUrl=service.url)
    stack.program('Room("lobby")\nRoom("away", region="eu-west-1")').up()
    other.program('Room("hall", tags={"s": pulumi.Output.secret("hunter2")})').up()
    by_hand = service.client("eu-west-1").create_room(name="by-hand")["arn"]
    service.client("eu-west-1").tag_resource(resourceArn=other.resource("hall")["id"], tags={"s": "hunter3"})

    found = findings(stack, "test", "../other:other")

    assert [(each["kind"], each["stack"], each["arn"]) for each in found] == [
        ("changed", "chat/other", other.resource("hall")["id"]),
        ("unmanaged", None, by_hand),
    ]
    assert "hunter" not in json.dumps(found)
    assert [each["kind"] for each in findings(stack)] == ["unmanaged"]  # and chat/other's room is another stack's
