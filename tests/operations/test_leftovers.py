"""What a create notices of an `up` that was interrupted: one look, and one warning."""

from __future__ import annotations

import threading

import pytest

from pulumi_ivschat.aws.client import shared_control_plane
from pulumi_ivschat.aws.creates import Creates
from pulumi_ivschat.model.owner_tag import OWNER_TAG
from pulumi_ivschat.operations.leftovers import Leftovers
from pulumi_ivschat.settings import Connection
from tests.conftest import REGION, LocalService

LOBBY = {"owner_tag": "chat/test/lobby", "region": REGION}
HALL = {"owner_tag": "chat/test/hall", "region": REGION}


@pytest.fixture
def leftovers(service: LocalService, monkeypatch: pytest.MonkeyPatch) -> Leftovers:
    """Return the leftovers in an empty local service."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "local")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "local")
    return Leftovers(Creates(shared_control_plane(Connection(endpoint_url=service.url, max_attempts=1)), 1))


def left(service: LocalService, owner_tag: str) -> str:
    """Make a room as an `up` that was interrupted did."""
    return service.client().create_room(name="any", tags={OWNER_TAG: owner_tag})["arn"]


def test_a_room_with_the_owner_tag_of_what_is_to_be_made_is_reported_with_the_command_that_helps(
    service: LocalService, leftovers: Leftovers
) -> None:
    arn = left(service, "chat/test/lobby")

    assert leftovers.warning("Room", LOBBY) == (
        f"{arn} has the owner tag chat/test/lobby as well. It may be in use: another stack or resource had this name "
        "before a rename, or --replace replaces it. If an earlier `up` of this stack was interrupted, run "
        "`pulumi-ivschat recover --region us-west-2`: it lists what that `up` left behind, and asks first. The resource "
        "that this `up` creates stays."
    )


def test_there_is_one_look_for_a_type_and_region_and_one_warning_for_all(
    service: LocalService, leftovers: Leftovers
) -> None:
    for tag in ("chat/test/lobby", "chat/test/hall"):
        left(service, tag)

    warnings = [leftovers.warning("Room", inputs) for inputs in (HALL, LOBBY, {**LOBBY, "region": "eu-west-1"})]

    assert [bool(warning) for warning in warnings] == [True, False, False]
    assert service.calls()[2:] == ["ListRooms", "ListRooms"]


@pytest.mark.parametrize("tag", ["chat/test/hall", "chat/prod/lobby", "chat/test/lobby/2", "x"])
def test_what_others_made_is_not_a_leftover(service: LocalService, leftovers: Leftovers, tag: str) -> None:
    left(service, tag)
    service.client().create_room(name="lobby")

    assert leftovers.warning("Room", LOBBY) is None


def test_a_replacement_costs_no_look(service: LocalService, leftovers: Leftovers) -> None:
    left(service, "chat/test/lobby")
    leftovers.recorded("chat/test/lobby")
    leftovers.recorded(None)

    assert leftovers.warning("Room", LOBBY) is None
    assert service.calls() == ["CreateRoom"]


def test_what_has_no_owner_tag_costs_no_look(service: LocalService, leftovers: Leftovers) -> None:
    assert leftovers.warning("TagSet", {"resource_arn": "arn"}) is None
    assert service.calls() == []


def test_a_look_that_fails_is_not_an_error_and_is_not_repeated(service: LocalService, leftovers: Leftovers) -> None:
    service.fault("ListRooms", error="AccessDeniedException")

    assert [leftovers.warning("Room", LOBBY) for _ in range(2)] == [None, None]
    assert service.calls() == ["ListRooms"]


def test_one_page_is_enough(service: LocalService, leftovers: Leftovers) -> None:
    left(service, "chat/test/lobby")
    for _ in range(50):
        left(service, "chat/prod/x")

    assert leftovers.warning("Room", LOBBY) is None
    assert service.calls()[51:] == ["ListRooms"]


def test_creates_of_several_threads_share_the_look_and_the_warning(service: LocalService, leftovers: Leftovers) -> None:
    left(service, "chat/test/lobby")
    warnings: list[str | None] = []
    threads = [threading.Thread(target=lambda: warnings.append(leftovers.warning("Room", LOBBY))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len([warning for warning in warnings if warning]) == 1
    assert service.calls() == ["CreateRoom", "ListRooms"]
