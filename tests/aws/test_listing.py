"""Lists of any length: all pages, each resource once, and an end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs
import pytest

from pulumi_ivschat.aws.client import BotoControlPlane, shared_control_plane
from pulumi_ivschat.aws.listing import listed, room_named
from pulumi_ivschat.errors import InternalServerError, Invalid, ResourceNotFound
from pulumi_ivschat.settings import Connection
from tests.conftest import REGION, LocalService

HANDLER = "arn:aws:lambda:us-west-2:000000000000:function:review"


@pytest.fixture
def control_plane(service: LocalService, monkeypatch: pytest.MonkeyPatch) -> BotoControlPlane:
    """Return the control plane of an empty local service."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "local")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "local")
    return shared_control_plane(Connection(endpoint_url=service.url, max_attempts=2))


@attrs.define
class Pages:
    """A control plane whose pages are what no service should give, or gives by chance only."""

    pages: Mapping[str | None, tuple[list[str], str | None]]

    def call(self, operation: str, region: str, subject: str = "", **members: Any) -> dict[str, Any]:
        """Return the page of a token."""
        del operation, region, subject
        arns, token = self.pages[members.get("nextToken")]
        return {"rooms": [{"arn": arn} for arn in arns], **({"nextToken": token} if token is not None else {})}


def arns(pages: Mapping[str | None, tuple[list[str], str | None]]) -> list[str]:
    return [room["arn"] for room in listed(Pages(pages), "ListRooms", REGION)]


def names(control_plane: BotoControlPlane, **filters: Any) -> list[str]:
    return [room["name"] for room in listed(control_plane, "ListRooms", REGION, **filters)]


def test_all_pages_keep_the_order_of_aws(control_plane: BotoControlPlane, service: LocalService) -> None:
    made = [service.client().create_room(name=f"room-{number}")["name"] for number in range(101)]

    assert names(control_plane) == made[::-1]
    assert service.calls()[101:] == ["ListRooms"] * 3


def test_each_page_is_filtered(control_plane: BotoControlPlane, service: LocalService) -> None:
    for name in ("lobby", "stage", "lobby"):
        service.client().create_room(name=name)

    assert names(control_plane, name="lobby", max_results=1) == ["lobby", "lobby"]


def test_a_room_that_changes_while_the_list_is_read_comes_once(
    control_plane: BotoControlPlane, service: LocalService
) -> None:
    for number in range(60):
        service.client().create_room(name=f"room-{number}")
    rooms = listed(control_plane, "ListRooms", REGION)
    found = [next(rooms)]
    service.client().update_room(identifier=found[0]["arn"], maximumMessageLength=1)

    found.extend(rooms)

    assert [room["name"] for room in found] == [f"room-{number}" for number in reversed(range(60))]


def test_a_room_on_two_pages_comes_once() -> None:
    assert arns({None: (["a", "b"], "1"), "1": (["b", "c"], None)}) == ["a", "b", "c"]


@pytest.mark.parametrize("last", [None, ""])
def test_an_empty_page_is_an_end_only_where_no_other_follows(last: str | None) -> None:
    assert arns({None: ([], "1"), "1": (["a"], last)}) == ["a"]


@pytest.mark.parametrize("again", ["1", "2"])
def test_pages_that_begin_again_are_an_error(again: str) -> None:
    with pytest.raises(InternalServerError, match="ListRooms: AWS gave the same page twice"):
        arns({None: ([], "1"), "1": ([], "2"), "2": ([], again)})


def test_the_operations_own_filters_are_sent(control_plane: BotoControlPlane, service: LocalService) -> None:
    client = service.client()
    logging = client.create_logging_configuration(destinationConfiguration={"s3": {"bucketName": "chat-logs"}})["arn"]
    client.create_room(name="reviewed", messageReviewHandler={"uri": HANDLER})
    client.create_room(name="logged", loggingConfigurationIdentifiers=[logging])

    assert names(control_plane, name="logged", message_review_handler_uri=None) == ["logged"]
    assert names(control_plane, message_review_handler_uri=HANDLER) == ["reviewed"]
    assert names(control_plane, logging_configuration_identifier=logging) == ["logged"]


def test_unfit_filters_are_reported_all_at_once_before_any_call(
    control_plane: BotoControlPlane, service: LocalService
) -> None:
    with pytest.raises(Invalid, match=r"name must be .*; message_review_handler_uri is not .*; nmae is not a prop"):
        names(control_plane, name="a b", message_review_handler_uri="x", nmae="a")

    assert service.calls() == []


def test_logging_configurations_are_listed_in_the_same_way(
    control_plane: BotoControlPlane, service: LocalService
) -> None:
    made = service.client().create_logging_configuration(destinationConfiguration={"s3": {"bucketName": "chat-logs"}})

    [found] = listed(control_plane, "ListLoggingConfigurations", REGION)

    assert found["arn"] == made["arn"]


def test_a_list_that_is_throttled_for_a_while_is_read_to_its_end(
    control_plane: BotoControlPlane, service: LocalService
) -> None:
    service.client().create_room(name="lobby")
    service.fault("ListRooms", error="ThrottlingException")

    assert names(control_plane) == ["lobby"]


def test_the_one_room_of_a_name_is_found(control_plane: BotoControlPlane, service: LocalService) -> None:
    made = service.client().create_room(name="lobby")["arn"]
    service.client().create_room(name="lobby-2")

    assert room_named(control_plane, REGION, "lobby")["arn"] == made


def test_no_room_of_a_name_is_an_error_that_names_it(control_plane: BotoControlPlane) -> None:
    with pytest.raises(ResourceNotFound, match="ListRooms lobby: there is no room of this name in us-west-2"):
        room_named(control_plane, REGION, "lobby")


def test_several_rooms_of_a_name_are_an_error_that_lists_their_arns(
    control_plane: BotoControlPlane, service: LocalService
) -> None:
    both = [service.client().create_room(name="lobby")["arn"] for _ in range(2)]

    with pytest.raises(Invalid) as caught:
        room_named(control_plane, REGION, "lobby")

    assert str(caught.value) == (
        f"ListRooms lobby: 2 rooms in us-west-2 have this name: {both[1]}, {both[0]}\nName the room by its ARN."
    )
