"""Drift, found by `pulumi-ivschat drift` and by Pulumi's own refresh: the same things, by both."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import attrs
import pytest

from tests.conftest import LocalService
from tests.engine.conftest import Stack

if TYPE_CHECKING:
    from mypy_boto3_ivschat.client import IvschatClient

HANDLER = "arn:aws:lambda:us-west-2:000000000000:function:review"
SETTINGS: Mapping[str, tuple[str, dict[str, Any]]] = {
    "room-name": ("name", {"name": "other"}),
    "length": ("maximum_message_length", {"maximumMessageLength": 1}),
    "rate": ("maximum_message_rate_per_second", {"maximumMessageRatePerSecond": 1}),
    "handler": ("message_review_handler", {"messageReviewHandler": {"uri": HANDLER}}),
    "logging": ("logging_configuration_identifiers", {}),
}
"""By room: the property that changes, and the change; without one, it gets a logging configuration."""
PROGRAM = f"""
for name in {list(SETTINGS)}:
    Room(name)
for name in ("logging-name", "logging-destination", "logging-tags", "logging-without-drift"):
    LoggingConfiguration(name, destination_configuration={{"s3": {{"bucket_name": "chat-logs"}}}}, tags={{"a": "1"}})
Room("changed", tags={{"a": "1"}})
Room("removed", tags={{"a": "1"}})
Room("gone")
TagSet("cost", resource_arn="%s", tags={{"cost": "1"}})
"""
DRIFT = 2


def findings(stack: Stack, *arguments: str, code: int = DRIFT) -> list[dict[str, Any]]:
    """Return what `drift` finds."""
    found: list[dict[str, Any]] = json.loads(stack.ivschat("drift", "--json", *arguments, code=code).stdout)["findings"]
    return found


def shown(stack: Stack) -> list[tuple[str, str | None, str | None]]:
    """Return the kind, resource and property of each finding of `drift`, in order."""
    return sorted((each["kind"], each["resource"], each["property"]) for each in findings(stack))


@attrs.frozen
class Found:
    """The findings of both, in a stack whose resources somebody changed behind Pulumi's back."""

    by_drift: list[tuple[str, str | None, str | None]]
    by_refresh: Mapping[str, str]
    """What the engine printed of each resource that it would change, by resource name."""

    def of(self, *names: str) -> list[tuple[str, str | None, str | None]]:
        """Return the findings of `drift` for these resources, and hold that the engine prints the same of them."""
        found = [each for each in self.by_drift if each[1] in names]
        for kind, name, path in found:
            block = self.by_refresh[str(name)]
            assert block.startswith("- " if kind == "missing" else "~ ")
            assert not path or path.partition(".")[0] in block
        return found


@pytest.fixture(scope="module")
def found(shared_stack: Stack, running_service: LocalService) -> Found:
    """Create rooms, logging configurations and a tag set, change them, and look for drift in both ways."""
    client = running_service.client()
    guest = client.create_room(name="guest")["arn"]
    shared_stack.program(PROGRAM % guest).up()
    shared_stack.ivschat("drift", code=0)
    _change(client, {each["urn"].rpartition("::")[2]: each["id"] for each in shared_stack.resources()}, guest)

    by_drift = shown(shared_stack)
    blocks = re.split(r"^ {4}(?=[~-] )", shared_stack.drift(), flags=re.MULTILINE)[1:]
    return Found(by_drift, {_named(block): block for block in blocks if "[urn=" in block})


def _named(block: str) -> str:
    [name] = re.findall(r"\[urn=.*::(.+)\]", block)
    return str(name)


def _change(client: IvschatClient, arns: Mapping[str, str], guest: str) -> None:
    """Change each resource as its name says."""
    logging = arns["logging-without-drift"]
    for name, (_, change) in SETTINGS.items():
        given = change or {"loggingConfigurationIdentifiers": [logging]}
        client.update_room(identifier=arns[name], **given)
    client.update_logging_configuration(identifier=arns["logging-name"], name="other")
    client.update_logging_configuration(
        identifier=arns["logging-destination"], destinationConfiguration={"firehose": {"deliveryStreamName": "chat"}}
    )
    client.tag_resource(resourceArn=arns["logging-tags"], tags={"a": "9"})
    client.tag_resource(resourceArn=arns["changed"], tags={"a": "9", "foreign": "x"})
    client.untag_resource(resourceArn=arns["removed"], tagKeys=["a"])
    client.tag_resource(resourceArn=guest, tags={"cost": "9"})
    client.delete_room(identifier=arns["gone"])


@pytest.mark.xdist_group("drift")
def test_every_property_of_a_room_that_changed_alone_is_found_by_both(found: Found) -> None:
    assert found.of(*SETTINGS) == sorted(("changed", name, path) for name, (path, _) in SETTINGS.items())


@pytest.mark.xdist_group("drift")
def test_every_property_of_a_logging_configuration_that_changed_alone_is_found_by_both(found: Found) -> None:
    assert found.of("logging-name", "logging-destination", "logging-tags") == [
        ("changed", "logging-destination", "destination_configuration"),
        ("changed", "logging-name", "name"),
        ("changed", "logging-tags", "tags.a"),
    ]


@pytest.mark.xdist_group("drift")
def test_tags_of_rooms_and_tag_sets_and_what_is_gone_are_found_by_both(found: Found) -> None:
    assert found.of("changed", "removed", "gone", "cost") == [
        ("changed", "changed", "tags.a"),
        ("changed", "cost", "tags.cost"),
        ("changed", "removed", "tags.a"),
        ("missing", "gone", None),
    ]


@pytest.mark.xdist_group("drift")
def test_what_nobody_changed_is_found_by_neither(found: Found) -> None:
    assert len(found.by_drift) == len(found.by_refresh) == 12
    assert {name for _, name, _ in found.by_drift} == found.by_refresh.keys()


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
