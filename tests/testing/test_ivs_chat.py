"""The service as a test sees it."""

from __future__ import annotations

from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest

from pulumi_ivschat import runtime
from pulumi_ivschat.errors import AccessDenied
from pulumi_ivschat.testing import IvsChat
from tests.testing.chat import answer_to


def test_its_region_is_that_of_the_environment(ivschat: IvsChat, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")

    assert ivschat.create_room().split(":")[3] == "eu-west-1"


def test_a_region_without_ivs_chat_is_an_error_that_names_the_others(
    ivschat: IvsChat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-north-1")

    with pytest.raises(ValueError, match=r"not in eu-north-1, .* set AWS_DEFAULT_REGION to .*us-west-2"):
        ivschat.create_room()


def test_messages_and_events_are_those_of_one_room_in_their_order(ivschat: IvsChat) -> None:
    room, other = ivschat.create_room(), ivschat.create_room()
    for content in ("one", "two"):
        answer_to(ivschat, room, content)
    answer_to(ivschat, other, "three")
    runtime.send_event(room, "app:hello", {"from": "test"})

    assert [(each["Content"], each["Sender"]["UserId"]) for each in ivschat.messages(room)] == [
        ("one", "ann"),
        ("two", "ann"),
    ]
    assert [(each["EventName"], each["Attributes"]) for each in ivschat.events(room)] == [
        ("app:hello", {"from": "test"})
    ]


def test_more_messages_than_the_service_keeps_are_an_error(ivschat: IvsChat) -> None:
    room = ivschat.create_room()
    connection = HTTPConnection(urlsplit(ivschat.url).netloc, timeout=10)
    for _ in range(1001):
        connection.request("GET", "/unsigned")  # which is quicker than a signed call
        connection.getresponse().read()
    connection.close()

    with pytest.raises(RuntimeError, match="reset"):
        ivschat.messages(room)


def test_a_fault_meets_the_next_calls_of_an_operation(ivschat: IvsChat, ivschat_room: str) -> None:
    ivschat.fault("CreateChatToken", error="AccessDeniedException", message="ask your administrator")

    with pytest.raises(AccessDenied, match="ask your administrator"):
        runtime.create_chat_token(ivschat_room, "ann")

    assert runtime.create_chat_token(ivschat_room, "ann").token


def test_the_rooms_that_it_creates_are_not_counted_as_calls(ivschat: IvsChat) -> None:
    ivschat.create_room(name="fixture")
    ivschat.client.create_room(name="application")

    assert ivschat.calls() == ["CreateRoom"]


def test_a_reset_leaves_nothing(ivschat: IvsChat, ivschat_room: str) -> None:
    answer_to(ivschat, ivschat_room, "hello")
    ivschat.fault("ListRooms", error="ThrottlingException")

    ivschat.reset()

    assert (ivschat.messages(ivschat_room), ivschat.calls()) == ([], [])
    assert ivschat.client.list_rooms()["rooms"] == []


def test_a_review_handler_may_have_the_arn_that_the_code_under_test_names(ivschat: IvsChat) -> None:
    arn = "arn:aws:lambda:us-west-2:000000000000:function:review"

    assert ivschat.review_handler(lambda event, _: {**event, "ReviewResult": "ALLOW"}, arn) == arn


@pytest.mark.parametrize("arn", ["review", "arn:aws:ivschat:us-west-2:000000000000:room/a"])
def test_a_review_handler_with_another_arn_is_refused(ivschat: IvsChat, arn: str) -> None:
    with pytest.raises(ValueError, match="is not the ARN of a Lambda function"):
        ivschat.review_handler("http://127.0.0.1:9", arn)


def test_a_review_handler_is_forgotten_at_a_reset(ivschat: IvsChat) -> None:
    handler = ivschat.review_handler(lambda event, _: {**event, "ReviewResult": "ALLOW"})
    review = {"uri": handler, "fallbackResult": "DENY"}
    assert answer_to(ivschat, ivschat.create_room(messageReviewHandler=review), "hello")["Type"] == "MESSAGE"

    ivschat.reset()

    assert answer_to(ivschat, ivschat.create_room(messageReviewHandler=review), "hello")["Type"] == "ERROR"


def test_a_new_permission_of_a_review_handler_may_take_its_time(ivschat: IvsChat) -> None:
    handler = ivschat.review_handler("http://127.0.0.1:9", permission_after=60)

    with pytest.raises(ivschat.client.exceptions.ValidationException, match="invalid lambda permission"):
        ivschat.create_room(messageReviewHandler={"uri": handler})
