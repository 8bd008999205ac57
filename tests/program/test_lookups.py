"""Lookups on a real control plane, outside of a Pulumi program and with a stack's settings."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import copy_context
from typing import Any

import attrs
import pulumi
import pytest

from pulumi_ivschat.errors import Invalid, IvsChatError, ResourceNotFound, SettingsError
from pulumi_ivschat.model import service_model
from pulumi_ivschat.model.conversion import iso8601
from pulumi_ivschat.model.service_model import operations, snake_case
from pulumi_ivschat.program.lookups import (
    LoggingConfigurationResult,
    RoomResult,
    RoomSummary,
    get_logging_configuration,
    get_room,
    list_logging_configurations,
    list_rooms,
    list_tags_for_resource,
)
from pulumi_ivschat.settings import Connection
from tests.conftest import REGION, LocalService

HANDLER = "arn:aws:lambda:us-west-2:000000000000:function:review"
GONE = "arn:aws:ivschat:us-west-2:000000000000:room/abcdefghijkl"
GONE_LOGS = "arn:aws:ivschat:us-west-2:000000000000:logging-configuration/abcdefghijkl"
S3 = {"s3": {"bucketName": "chat-logs"}}


@pytest.fixture
def connection(service: LocalService, monkeypatch: pytest.MonkeyPatch) -> Connection:
    """Return the connection to an empty local service, in an environment that names region and credentials."""
    monkeypatch.setenv("AWS_REGION", REGION)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "local")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "local")
    return Connection(endpoint_url=service.url, max_attempts=2)


def logging_configuration(service: LocalService, name: str = "logs", **members: Any) -> Any:
    return service.client().create_logging_configuration(name=name, destinationConfiguration=S3, **members)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("result", "operation", "own"),
    [
        (RoomResult, "GetRoom", {"room_id"}),
        (LoggingConfigurationResult, "GetLoggingConfiguration", {"logging_configuration_id"}),
    ],
)
def test_a_result_has_every_member_of_the_model(result: Any, operation: str, own: set[str]) -> None:
    members = {snake_case(member) for member in operations()[operation].output.members}

    assert set(attrs.fields_dict(result)) == members - {"id"} | own | {"region"}


def test_a_summary_has_every_member_that_a_list_has() -> None:
    members = {snake_case(member) for member in service_model.shape("RoomSummary").members}

    assert set(attrs.fields_dict(RoomSummary)) == members - {"id"} | {"room_id", "region"}


def test_a_room_is_looked_up_by_its_arn_with_one_call(service: LocalService, connection: Connection) -> None:
    logs = logging_configuration(service)["arn"]
    made = service.client().create_room(
        name="lobby",
        maximumMessageLength=42,
        maximumMessageRatePerSecond=7,
        messageReviewHandler={"uri": HANDLER, "fallbackResult": "DENY"},
        loggingConfigurationIdentifiers=[logs],
        tags={"a_b": "1"},
    )

    found = get_room(made["arn"], connection=connection)

    assert service.calls()[-1] == "GetRoom"
    assert found == RoomResult(
        arn=made["arn"],
        room_id=made["id"],
        name="lobby",
        maximum_message_length=42,
        maximum_message_rate_per_second=7,
        message_review_handler={"uri": HANDLER, "fallback_result": "DENY"},
        logging_configuration_identifiers=[logs],
        tags={"a_b": "1"},
        create_time=iso8601(made["createTime"]),
        update_time=iso8601(made["updateTime"]),
        region=REGION,
    )
    assert found.create_time.endswith("Z")


def test_what_a_room_does_not_have_is_its_default(service: LocalService, connection: Connection) -> None:
    found = get_room(service.client().create_room()["arn"], connection=connection)

    assert (found.name, found.maximum_message_length, found.maximum_message_rate_per_second) == ("", 500, 10)
    assert (found.message_review_handler, found.logging_configuration_identifiers, found.tags) == (None, [], {})


def test_a_result_cannot_be_changed(service: LocalService, connection: Connection) -> None:
    found = get_room(service.client().create_room()["arn"], connection=connection)

    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        found.name = "other"  # type: ignore[misc]


def test_a_room_is_looked_up_by_its_name(service: LocalService, connection: Connection) -> None:
    made = service.client().create_room(name="lobby", maximumMessageLength=42)["arn"]
    service.client().create_room(name="lobby-2")

    found = get_room(name="lobby", connection=connection)

    assert (found.arn, found.maximum_message_length) == (made, 42)
    assert service.calls()[2:] == ["ListRooms", "GetRoom"]


def test_a_name_that_two_rooms_have_is_an_error_with_both(service: LocalService, connection: Connection) -> None:
    both = [service.client().create_room(name="lobby")["arn"] for _ in range(2)]

    with pytest.raises(Invalid) as caught:
        get_room(name="lobby", connection=connection)

    assert all(arn in str(caught.value) for arn in both)


@pytest.mark.parametrize(
    ("lookup", "shown"),
    [
        (lambda connection: get_room(GONE, connection=connection), f"GetRoom {GONE}: ResourceNotFoundException"),
        (lambda connection: get_room(name="lobby", connection=connection), "no room of this name in us-west-2"),
        (
            lambda connection: get_logging_configuration(GONE_LOGS, connection=connection),
            f"GetLoggingConfiguration {GONE_LOGS}: ResourceNotFoundException",
        ),
        (lambda connection: list_tags_for_resource(GONE, connection=connection), f"ListTagsForResource {GONE}"),
    ],
)
def test_what_does_not_exist_is_an_error(
    connection: Connection, lookup: Callable[[Connection], object], shown: str
) -> None:
    with pytest.raises(ResourceNotFound, match=shown) as caught:
        lookup(connection)

    assert "pulumi up" not in str(caught.value)


@pytest.mark.parametrize(
    ("lookup", "shown"),
    [
        (lambda connection: get_room(connection=connection), "give one of the two"),
        (lambda connection: get_room(GONE, name="lobby", connection=connection), "give one of the two"),
        (lambda connection: get_room("", name="", connection=connection), "give one of the two"),
        (lambda connection: get_room("lobby", connection=connection), "GetRoom: arn is not a room ARN"),
        (lambda connection: get_room(GONE_LOGS, connection=connection), "GetRoom: arn is not a room ARN"),
        (lambda connection: get_room(GONE, region="eu-west-1", connection=connection), "but the ARN's is us-west-2"),
        (lambda connection: get_room(name="a b", connection=connection), "ListRooms: name must be made of"),
        (lambda connection: get_room(name="a", region="here", connection=connection), "must be a region such as"),
        (lambda connection: list_rooms(name="a b", connection=connection), "ListRooms: name must be made of"),
        (lambda connection: get_room(name=5, connection=connection), "ListRooms: name must be a string, not a number"),  # type: ignore[arg-type]
        (lambda connection: list_rooms(tags=["a"], connection=connection), "tags must be a map of strings"),  # type: ignore[arg-type]
        (lambda connection: list_rooms(tags={"a": 1}, connection=connection), "tags must be a map of strings"),  # type: ignore[dict-item]
        (
            lambda connection: get_logging_configuration(GONE, connection=connection),
            "arn is not a logging configuration ARN",
        ),
        (lambda connection: list_tags_for_resource("lobby", connection=connection), "resource_arn is not the ARN of"),
    ],
)
def test_what_aws_would_refuse_is_reported_before_any_call(
    service: LocalService, connection: Connection, lookup: Callable[[Connection], object], shown: str
) -> None:
    with pytest.raises(Invalid, match=shown):
        lookup(connection)

    assert service.calls() == []


def test_all_rooms_are_listed_latest_change_first(service: LocalService, connection: Connection) -> None:
    made = [service.client().create_room(name=f"room-{number}") for number in range(51)]

    found = list_rooms(connection=connection)

    assert [room.name for room in found] == [f"room-{number}" for number in reversed(range(51))]
    assert found[-1] == RoomSummary(
        arn=made[0]["arn"],
        room_id=made[0]["id"],
        name="room-0",
        message_review_handler=None,
        logging_configuration_identifiers=[],
        tags={},
        create_time=iso8601(made[0]["createTime"]),
        update_time=iso8601(made[0]["updateTime"]),
        region=REGION,
    )


def test_rooms_are_filtered_by_awss_filters_and_by_tags(service: LocalService, connection: Connection) -> None:
    client = service.client()
    logs = logging_configuration(service)["arn"]
    client.create_room(name="reviewed", messageReviewHandler={"uri": HANDLER}, tags={"team": "chat", "tier": "1"})
    client.create_room(name="logged", loggingConfigurationIdentifiers=[logs], tags={"team": "chat"})

    def names(**filters: Any) -> list[str]:
        return [room.name for room in list_rooms(**filters, connection=connection)]

    assert names(name="logged") == ["logged"]
    assert names(message_review_handler_uri=HANDLER) == ["reviewed"]
    assert names(logging_configuration_identifier=logs) == ["logged"]
    assert names(tags={"team": "chat"}) == ["logged", "reviewed"]
    assert names(tags={"team": "chat", "tier": "1"}) == ["reviewed"]
    assert names(name="logged", tags={"tier": "1"}) == []


def test_a_logging_configuration_is_looked_up_and_listed(service: LocalService, connection: Connection) -> None:
    made = logging_configuration(service, tags={"team": "chat"})
    logging_configuration(service, "more")

    found = get_logging_configuration(made["arn"], connection=connection)

    assert found == LoggingConfigurationResult(
        arn=made["arn"],
        logging_configuration_id=made["id"],
        name="logs",
        destination_configuration={"s3": {"bucket_name": "chat-logs"}},
        state="ACTIVE",
        tags={"team": "chat"},
        create_time=iso8601(made["createTime"]),
        update_time=iso8601(made["updateTime"]),
        region=REGION,
    )
    listed = list_logging_configurations(connection=connection)
    assert [one.name for one in listed] == ["more", "logs"]
    assert listed[1] == found


def test_all_tags_of_a_resource_are_given(service: LocalService, connection: Connection) -> None:
    room = service.client().create_room(tags={"a": "1", "b": ""})["arn"]
    logs = logging_configuration(service, tags={"c": "2"})["arn"]

    assert list_tags_for_resource(room, connection=connection) == {"a": "1", "b": ""}
    assert list_tags_for_resource(logs, connection=connection) == {"c": "2"}


def test_the_region_is_the_arns_or_the_one_given_or_the_environments(
    service: LocalService, connection: Connection
) -> None:
    far = service.client("eu-west-1").create_room(name="far")["arn"]
    service.client().create_room(name="near")

    assert get_room(far, connection=connection).region == "eu-west-1"
    assert get_room(far, region="eu-west-1", connection=connection).arn == far
    assert get_room(name="far", region="eu-west-1", connection=connection).arn == far
    assert [room.name for room in list_rooms(region="eu-west-1", connection=connection)] == ["far"]
    assert [room.name for room in list_rooms(connection=connection)] == ["near"]


def test_no_region_anywhere_is_an_error(connection: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pulumi_ivschat.operations.lookups.resolved_region", lambda _: None)

    with pytest.raises(SettingsError, match="no region is set"):
        list_rooms(connection=connection)


def test_the_running_programs_settings_show_where_to_look(service: LocalService, connection: Connection) -> None:
    service.client("eu-west-1").create_room(name="far")

    def program() -> list[RoomSummary]:
        pulumi.runtime.set_all_config(
            {"ivschat:endpointUrl": str(connection.endpoint_url), "ivschat:region": "eu-west-1"}
        )
        return list_rooms()

    assert [room.name for room in copy_context().run(program)] == ["far"]


def test_an_error_is_one_that_pulumi_shows_without_traceback_and_that_a_program_can_catch(
    connection: Connection,
) -> None:
    with pytest.raises(pulumi.RunError) as caught:
        get_room(GONE, connection=connection)

    assert isinstance(caught.value, IvsChatError)
    assert str(caught.value).count("\n") == 1


def test_a_lookup_that_is_throttled_for_a_while_succeeds(service: LocalService, connection: Connection) -> None:
    room = service.client().create_room()["arn"]
    service.fault("GetRoom", error="ThrottlingException")

    assert get_room(room, connection=connection).arn == room
