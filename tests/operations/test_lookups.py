"""Lookups as properties; tests/program/test_lookups.py has what a Python program makes of them."""

from __future__ import annotations

import pytest

from pulumi_ivschat.aws.client import BotoControlPlane, shared_control_plane
from pulumi_ivschat.errors import Invalid
from pulumi_ivschat.lifecycle.words import NATIVE
from pulumi_ivschat.operations.lookups import Lookups
from pulumi_ivschat.settings import Connection, Settings
from tests.conftest import LocalService


@pytest.fixture
def lookups(service: LocalService, monkeypatch: pytest.MonkeyPatch) -> Lookups:
    """Return lookups on an empty local service, in the words of the native plug-in."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "local")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "local")
    control_plane: BotoControlPlane = shared_control_plane(Connection(endpoint_url=service.url))
    return Lookups(Settings("us-west-2"), control_plane, NATIVE)


def test_a_room_is_the_same_by_its_arn_and_by_its_name(lookups: Lookups, service: LocalService) -> None:
    arn = service.client().create_room(name="lobby", tags={"team": "chat"})["arn"]

    room = lookups.get_room(arn)

    assert room == lookups.get_room(name="lobby")
    assert room["room_id"] == arn.rpartition("/")[2]
    assert (room["region"], room["maximum_message_length"], room["message_review_handler"]) == ("us-west-2", 500, None)


def test_a_list_has_the_rooms_with_all_tags(lookups: Lookups, service: LocalService) -> None:
    service.client().create_room(name="one", tags={"team": "chat"})
    service.client().create_room(name="two", tags={"team": "chat", "stage": "prod"})

    found = lookups.list_rooms(tags={"team": "chat", "stage": "prod"})

    assert [room["name"] for room in found] == ["two"]


def test_an_error_names_the_argument_in_the_callers_words(lookups: Lookups) -> None:
    with pytest.raises(Invalid, match=r"^ListTagsForResource: resourceArn "):
        lookups.list_tags_for_resource("room")
