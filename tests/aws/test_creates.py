"""Creates whose answer is lost, on a real local service: one resource, and not somebody else's."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from pulumi_ivschat.aws.client import BotoControlPlane
from pulumi_ivschat.aws.creates import Creates
from pulumi_ivschat.aws.custom_timeouts import limited
from pulumi_ivschat.aws.waiting import Time
from pulumi_ivschat.errors import AccessDenied, LostAnswer, TimedOut
from pulumi_ivschat.model.owner_tag import OWNER_TAG
from pulumi_ivschat.settings import Connection
from tests.conftest import REGION, LocalService

ATTEMPTS = 3
LOBBY: dict[str, Any] = {"name": "lobby", "tags": {OWNER_TAG: "chat/test/lobby", "team": "chat"}}
LOST: dict[str, Any] = {"drop": True, "when": "after"}

Made = Callable[..., Creates]


@pytest.fixture
def slept() -> list[float]:
    """Return the seconds that were slept; no time passes."""
    return []


@pytest.fixture
def new(service: LocalService, slept: list[float], monkeypatch: pytest.MonkeyPatch) -> Made:
    """Return a function that gives the creates of a new process, on an empty local service."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "local")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "local")

    def make(attempts: int = ATTEMPTS, sleep: Callable[[float], None] = slept.append) -> Creates:
        return Creates(BotoControlPlane(Connection(endpoint_url=service.url)), attempts, Time(sleep=sleep))

    return make


@pytest.fixture
def creates(new: Made) -> Creates:
    return new()


def create(creates: Creates, operation: str = "CreateRoom", **members: Any) -> dict[str, Any]:
    return creates.call(operation, REGION, "lobby", **(members or LOBBY))


def rooms(service: LocalService) -> list[str]:
    return [room["arn"] for room in service.client().list_rooms()["rooms"]]


def test_a_create_that_is_answered_takes_one_look_and_one_call(service: LocalService, creates: Creates) -> None:
    first, second = create(creates), create(creates, name="hall")

    assert rooms(service) == [second["arn"], first["arn"]]
    assert service.calls() == ["ListRooms", "CreateRoom", "CreateRoom", "ListRooms"]


@pytest.mark.parametrize("fault", [LOST, {"error": "InternalServerException", "when": "after"}])
def test_a_room_whose_answer_was_lost_is_found_and_is_the_only_one(
    service: LocalService, creates: Creates, fault: dict[str, Any]
) -> None:
    service.fault("CreateRoom", **fault)

    answer = create(creates, **LOBBY, maximumMessageLength=42)

    assert rooms(service) == [answer["arn"]]
    assert (answer["name"], answer["maximumMessageLength"], answer["tags"]) == ("lobby", 42, LOBBY["tags"])
    assert service.calls()[:4] == ["ListRooms", "CreateRoom", "ListRooms", "GetRoom"]


def test_a_logging_configuration_whose_answer_was_lost_is_found_too(service: LocalService, creates: Creates) -> None:
    service.fault("CreateLoggingConfiguration", **LOST)
    to_a_bucket = {"s3": {"bucketName": "chat-logs"}}

    answer = create(creates, "CreateLoggingConfiguration", **LOBBY, destinationConfiguration=to_a_bucket)

    found = service.client().list_logging_configurations()["loggingConfigurations"]
    assert [each["arn"] for each in found] == [answer["arn"]]
    assert answer["destinationConfiguration"] == to_a_bucket


@pytest.mark.parametrize("fault", [{"drop": True}, {"error": "ServiceUnavailable"}])
def test_a_create_that_came_to_nothing_is_repeated_after_several_looks(
    service: LocalService, creates: Creates, slept: list[float], fault: dict[str, Any]
) -> None:
    service.fault("CreateRoom", **fault)

    answer = create(creates)

    assert rooms(service) == [answer["arn"]]
    assert service.calls()[1:-1] == ["CreateRoom", "ListRooms", "ListRooms", "ListRooms", "CreateRoom"]
    assert slept == [0, 1, 3]


def test_what_a_list_shows_late_is_found_by_a_later_look(service: LocalService, new: Made) -> None:
    def appear(seconds: float) -> None:
        if seconds:  # as if the first try were still on its way
            service.client().create_room(**LOBBY)

    creates = new(sleep=appear)
    service.fault("CreateRoom", drop=True)

    answer = create(creates)

    assert rooms(service) == [answer["arn"]]


def test_it_gives_up_after_as_many_attempts_as_a_call_has(service: LocalService, creates: Creates) -> None:
    service.fault("CreateRoom", drop=True, count=None)

    with pytest.raises(LostAnswer, match="CreateRoom lobby"):
        create(creates)
    assert service.calls().count("CreateRoom") == ATTEMPTS


def test_the_answer_of_the_last_attempt_may_be_lost_as_well(service: LocalService, new: Made) -> None:
    service.fault("CreateRoom", **LOST)

    answer = create(new(attempts=1))

    assert rooms(service) == [answer["arn"]]


def test_what_is_replaced_is_not_treated_as_what_replaces_it(service: LocalService, new: Made) -> None:
    predecessor = create(new())
    service.fault("CreateRoom", **LOST)

    successor = create(new())

    assert successor["arn"] != predecessor["arn"]
    assert rooms(service) == [successor["arn"], predecessor["arn"]]


def test_what_is_replaced_and_changes_meanwhile_is_not_taken_either(service: LocalService, new: Made) -> None:
    predecessor = create(new())
    creates = new()
    creates.before("CreateRoom", REGION)
    service.client().update_room(identifier=predecessor["arn"], maximumMessageLength=7)
    service.fault("CreateRoom", drop=True)

    assert create(creates)["arn"] != predecessor["arn"]


def test_of_an_account_with_more_rooms_than_a_page_none_is_taken(service: LocalService, new: Made) -> None:
    predecessor = create(new())
    for number in range(60):
        service.client().create_room(name=f"other-{number}")
    creates = new()
    creates.before("CreateRoom", REGION)
    service.client().update_room(identifier=predecessor["arn"], maximumMessageLength=7)
    service.fault("CreateRoom", drop=True)

    assert create(creates)["arn"] != predecessor["arn"]


def test_a_room_that_gets_the_owner_tag_of_what_is_created_by_a_rename_is_not_taken(
    service: LocalService, new: Made
) -> None:
    tags = {**LOBBY["tags"], OWNER_TAG: "chat/old/lobby"}
    renamed = service.client().create_room(name="lobby", tags=tags)["arn"]
    creates = new()
    creates.before("CreateRoom", REGION)
    service.client().tag_resource(resourceArn=renamed, tags=LOBBY["tags"])
    service.client().update_room(identifier=renamed, maximumMessageLength=7)
    service.fault("CreateRoom", drop=True)

    assert create(creates)["arn"] != renamed


@pytest.mark.parametrize(
    "other",
    [
        {**LOBBY, "name": "hall"},
        {**LOBBY, "tags": {OWNER_TAG: "chat/prod/lobby", "team": "chat"}},
        {**LOBBY, "tags": {OWNER_TAG: "chat/test/lobby"}},
        {"name": "lobby"},
    ],
)
def test_what_others_make_meanwhile_is_not_taken(
    service: LocalService, creates: Creates, other: dict[str, Any]
) -> None:
    creates.before("CreateRoom", REGION)
    theirs = service.client().create_room(**other)["arn"]
    service.fault("CreateRoom", drop=True)

    assert create(creates)["arn"] != theirs


def test_of_two_that_ask_for_the_same_each_gets_its_own(service: LocalService, creates: Creates) -> None:
    service.fault("CreateRoom", latency_seconds=0.2, **LOST)
    answers: list[str] = []
    threads = [threading.Thread(target=lambda: answers.append(create(creates)["arn"])) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(rooms(service)) == sorted(answers)
    assert len({*answers}) == 2


def test_an_equal_one_that_was_answered_before_is_not_taken(service: LocalService, creates: Creates) -> None:
    first = create(creates)
    service.fault("CreateRoom", drop=True)

    second = create(creates)

    assert rooms(service) == [second["arn"], first["arn"]]


def test_without_a_look_before_what_is_found_may_be_older(service: LocalService, new: Made) -> None:
    predecessor = create(new())
    service.fault("ListRooms", error="AccessDeniedException")
    service.fault("CreateRoom", drop=True)

    with pytest.raises(LostAnswer, match=f"it may have created {predecessor['arn']}"):
        create(new())


def test_without_an_owner_tag_what_is_found_may_be_somebody_elses(service: LocalService, creates: Creates) -> None:
    service.fault("CreateRoom", **LOST)

    with pytest.raises(LostAnswer) as raised:
        create(creates, name="lobby")
    [arn] = rooms(service)
    assert f"it may have created {arn}" in str(raised.value)
    assert "pulumi-ivschat import ARN" in str(raised.value)


def test_without_an_owner_tag_a_create_that_came_to_nothing_is_repeated(
    service: LocalService, creates: Creates
) -> None:
    service.fault("CreateRoom", drop=True)

    arn = create(creates, name="lobby")["arn"]

    assert rooms(service) == [arn]


@pytest.mark.parametrize("failing", [1, 2])
def test_without_permission_to_list_the_error_says_that_it_is_not_known(
    service: LocalService, creates: Creates, failing: int
) -> None:
    if failing == 2:
        creates.before("CreateRoom", REGION)
    service.fault("ListRooms", error="AccessDeniedException", count=None)
    service.fault("CreateRoom", **LOST)

    with pytest.raises(LostAnswer) as raised:
        create(creates)
    assert "whether it created anything is not known" in str(raised.value)
    assert f"`pulumi-ivschat recover --region {REGION}`" in str(raised.value)


@pytest.mark.parametrize("fault", [{"error": "InternalServerException"}, {"error": "AccessDeniedException"}])
def test_what_was_found_and_cannot_be_read_is_reported_with_what_takes_it_in(
    service: LocalService, creates: Creates, fault: dict[str, Any]
) -> None:
    service.fault("GetRoom", count=None, **fault)
    service.fault("CreateRoom", **LOST)

    with pytest.raises(LostAnswer, match="CreateRoom lobby") as raised:
        create(creates)
    [arn] = rooms(service)
    assert f"it may have created {arn}" in str(raised.value)
    assert f"`pulumi-ivschat recover --region {REGION}`" in str(raised.value)


def test_an_answer_that_says_no_is_one(service: LocalService, creates: Creates) -> None:
    service.fault("CreateRoom", error="AccessDeniedException")

    with pytest.raises(AccessDenied):
        create(creates)
    assert service.calls() == ["ListRooms", "CreateRoom"]


def test_other_operations_are_made_as_they_are(service: LocalService, creates: Creates) -> None:
    arn = create(creates)["arn"]

    assert creates.call("GetRoom", REGION, arn, identifier=arn)["arn"] == arn
    creates.call("DeleteRoom", REGION, arn, identifier=arn)
    assert service.calls() == ["ListRooms", "CreateRoom", "GetRoom", "DeleteRoom"]


def test_a_region_that_could_not_be_looked_at_keeps_no_create_from_being_made(
    service: LocalService, creates: Creates
) -> None:
    service.fault("ListRooms", error="AccessDeniedException")

    assert create(creates)["arn"] in rooms(service)
    assert creates.before("CreateRoom", REGION) is None


def test_a_room_whose_answer_came_after_the_custom_timeout_is_found(service: LocalService, new: Made) -> None:
    service.fault("CreateRoom", latency_seconds=1)
    creates = new(sleep=time.sleep)
    creates.before("CreateRoom", REGION)

    with limited("customTimeouts.create", 0.5, time.monotonic):
        answer = create(creates)

    assert rooms(service) == [answer["arn"]]
    assert service.calls().count("CreateRoom") == 1


def test_a_room_that_is_not_found_after_the_custom_timeout_may_still_come(
    service: LocalService, creates: Creates
) -> None:
    service.fault("CreateRoom", latency_seconds=2)
    creates.before("CreateRoom", REGION)

    limit = limited("customTimeouts.create", 0.5, time.monotonic)
    with pytest.raises(LostAnswer, match=r"CreateRoom may have been done") as caught, limit:
        create(creates)

    assert "whether it created anything is not known" in str(caught.value)
    assert f"`pulumi-ivschat recover --region {REGION}`" in str(caught.value)
    while not rooms(service):
        time.sleep(0.1)


def test_the_custom_timeout_of_one_create_does_not_take_the_look_from_the_next(
    service: LocalService, creates: Creates
) -> None:
    with (
        pytest.raises(TimedOut, match="nothing was changed in AWS"),
        limited("customTimeouts.create", 1e-9, time.monotonic),
    ):
        create(creates)

    service.fault("CreateRoom", **LOST)
    answer = create(creates)

    assert rooms(service) == [answer["arn"]]
