"""The application as a whole, in-process: the order of its steps, faults, and a corpus of bad requests."""

from __future__ import annotations

import json
import logging
import random
import string
from collections.abc import Callable
from typing import Any, TypeAlias

import pytest
from hypothesis import given, strategies as st

from pulumi_ivschat.local import control_plane
from pulumi_ivschat.local.connections import Dropped
from pulumi_ivschat.local.faults import Fault
from pulumi_ivschat.local.rest_json import Answer
from pulumi_ivschat.local.service import Service
from pulumi_ivschat.local.store import Home
from pulumi_ivschat.model.service_model import operations
from tests.drawn import drawn

Ask: TypeAlias = Callable[..., Answer]
Sign: TypeAlias = Callable[..., dict[str, str]]


def _code(answer: Answer) -> str:
    return answer.headers.get("x-amzn-errortype", "")


def test_who_is_not_known_learns_nothing_about_input_or_resources(ask: Ask) -> None:
    answer = ask("GetRoom", {"identifier": "bad"}, signature="0" * 64)

    assert _code(answer) == "InvalidSignatureException"


def test_a_failure_of_the_service_itself_is_an_internal_error_and_in_its_log(
    ask: Ask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, service: Service
) -> None:
    def broken(_: object) -> Any:
        msg = "secret detail"
        raise RuntimeError(msg)

    monkeypatch.setattr("pulumi_ivschat.local.calls.perform", broken)

    with caplog.at_level(logging.ERROR):
        answer = ask("ListRooms")

    assert (answer.status, _code(answer)) == (500, "InternalServerException")
    assert b"secret detail" not in answer.body
    assert "secret detail" in caplog.text
    assert service.requests.after(0)[-1].error == "InternalServerException"


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("ThrottlingException", 429),
        ("AccessDeniedException", 403),
        ("PendingVerification", 403),
        ("ServiceQuotaExceededException", 402),
        ("ExpiredTokenException", 403),
        ("InternalServerException", 500),
        ("ServiceUnavailable", 503),
    ],
)
def test_a_fault_answers_with_its_error_and_nothing_is_done(
    code: str, status: int, service: Service, ask: Ask, call: Callable[..., Any]
) -> None:
    service.faults.add(Fault("CreateRoom", error=code, message="asked for"))

    answer = ask("CreateRoom")

    assert (answer.status, _code(answer), json.loads(answer.body)["message"]) == (status, code, "asked for")
    assert call("ListRooms")["rooms"] == []
    assert ask("CreateRoom").status == 200


def test_a_fault_after_the_call_answers_with_its_error_and_the_call_is_done(
    service: Service, ask: Ask, call: Callable[..., Any]
) -> None:
    service.faults.add(Fault("CreateRoom", error="InternalServerException", when="after"))

    assert ask("CreateRoom").status == 500
    assert len(call("ListRooms")["rooms"]) == 1


@pytest.mark.parametrize(("when", "rooms"), [("before", 0), ("after", 1)])
def test_a_dropped_connection_has_no_answer(
    when: str, rooms: int, service: Service, ask: Ask, call: Callable[..., Any]
) -> None:
    service.faults.add(Fault("CreateRoom", drop=True, when=when))

    with pytest.raises(Dropped):
        ask("CreateRoom")

    assert len(call("ListRooms")["rooms"]) == rooms
    assert service.requests.after(0)[0].error == "Dropped"
    assert service.requests.after(0)[0].status is None


@pytest.mark.parametrize(("when", "rooms"), [("before", 0), ("after", 1)])
def test_a_fault_with_a_body_puts_it_instead_of_the_answer(
    when: str, rooms: int, service: Service, ask: Ask, call: Callable[..., Any]
) -> None:
    for status, body in ((200, '{"arn": "arn:aws'), (503, "<html>busy</html>"), (200, "")):
        service.reset()
        service.faults.add(Fault("CreateRoom", body=body, status=status, when=when))

        answer = ask("CreateRoom")

        assert (answer.status, answer.body) == (status, body.encode())
        assert len(call("ListRooms")["rooms"]) == rooms
        assert service.requests.after(0)[0].status == status


def test_credentials_may_expire_in_the_middle(service: Service, ask: Ask) -> None:
    service.faults.add(Fault("*", error="ExpiredTokenException", after_calls=2, count=None))

    assert [ask("CreateRoom").status for _ in range(4)] == [200, 200, 403, 403]


def test_a_hanging_call_ends_when_the_client_goes(service: Service, ask: Ask) -> None:
    service.faults.add(Fault("CreateRoom", hang=True))

    with pytest.raises(Dropped):
        ask("CreateRoom")


def test_latency_alone_changes_no_answer(service: Service, call: Callable[..., Any]) -> None:
    service.faults.add(Fault("*", latency_seconds=0.01))

    assert call("CreateRoom", {"name": "late"})["name"] == "late"


def test_a_fault_does_not_spend_itself_on_who_is_not_known(service: Service, ask: Ask) -> None:
    service.faults.add(Fault("*", error="ThrottlingException"))

    ask("ListRooms", signature="0" * 64)

    assert _code(ask("ListRooms")) == "ThrottlingException"


def test_one_call_too_many_in_a_second_is_refused_and_another_operation_is_not(
    service: Service, ask: Ask, pass_time: Callable[[float], None]
) -> None:
    service.rates.rates = {"ListRooms": 2}
    answers = [ask("ListRooms") for _ in range(3)]

    assert [answer.status for answer in answers] == [200, 200, 429]
    assert (_code(answers[2]), json.loads(answers[2].body)["limit"]) == ("ThrottlingException", 2)
    assert ask("ListLoggingConfigurations").status == 200
    pass_time(1)
    assert ask("ListRooms").status == 200


def test_who_is_not_known_uses_up_nobodys_quota(service: Service, ask: Ask) -> None:
    service.rates.rates = {"ListRooms": 1}

    ask("ListRooms", signature="0" * 64)

    assert ask("ListRooms").status == 200


def test_every_operation_names_what_it_lacks(ask: Ask) -> None:
    for name in control_plane.OPERATIONS:
        described = operations()[name]
        answer = ask(name)
        named = {failure["name"] for failure in json.loads(answer.body).get("fieldList", [])}
        assert {
            member for member in described.input.required if described.input.locations.get(member) != "uri"
        } <= named


def _any_text(chance: random.Random, characters: str = string.printable, length: int = 60) -> str:
    return "".join(chance.choice(characters) for _ in range(chance.randrange(length)))


def _bad(chance: random.Random, sign: Sign) -> tuple[str, str, dict[str, str], bytes]:
    """Return a request that was signed well and then spoilt in one way, or never signed."""
    method, target, body = chance.choice(
        [
            ("POST", "/CreateRoom", b'{"name":"x"}'),
            ("GET", "/tags/arn%3Aaws", b""),
            ("DELETE", "/tags/a?tagKeys=x", b""),
        ]
    )
    headers = sign(method, target, body)
    visible = string.ascii_letters + string.digits + "%/.:;=&-_~"
    spoilt = chance.randrange(10)
    if spoilt == 0:
        headers.pop("authorization")
    elif spoilt == 1:
        headers["authorization"] = _any_text(chance)
    elif spoilt == 2:
        cut = chance.randrange(len(headers["authorization"]) - 1)
        headers["authorization"] = headers["authorization"][:cut]
    elif spoilt == 3:
        target = "/x" + _any_text(chance, visible)  # "/" alone is the console
    elif spoilt == 4:
        body += _any_text(chance).encode() + b"\xff"
    elif spoilt == 5:
        method = chance.choice(["PUT", "PATCH", "HEAD", "OPTIONS", "TRACE", "get"])
    elif spoilt == 6:
        headers["x-amz-date"] = _any_text(chance, string.digits + "TZ", 20)
    elif spoilt == 7:
        headers["x-amz-content-sha256"] = _any_text(chance)
    elif spoilt == 8:
        headers["x-amz-security-token"] = _any_text(chance) + "x" * 20_000
    else:
        target += chance.choice(["?", "&", ""]) + _any_text(chance, visible) + "x"
    return method, target, headers, body


@drawn(100)
@given(chance=st.randoms())
def test_a_spoilt_request_never_gets_in_and_never_breaks_the_service(
    chance: random.Random, sign: Sign, send: Ask, service: Service
) -> None:
    answer = send(*_bad(chance, sign))

    assert answer.status in {403, 404}, answer
    assert service.store.page(Home("000000000000", "us-west-2"), "room", {}, None, 1).resources == []


@drawn(50)
@given(chance=st.randoms())
def test_a_well_signed_request_with_any_body_is_answered_as_a_client_s_mistake(
    chance: random.Random, sign: Sign, send: Ask
) -> None:
    operation = operations()[chance.choice(sorted(operations()))]
    junk: list[Any] = [
        None,
        True,
        -1,
        10**30,
        1.5,
        "",
        "\ud800",
        "x" * 2000,
        [],
        [[]],
        {},
        {"uri": []},
        "arn:aws:ivschat:::room/",
    ]
    members = chance.sample(sorted(operation.input.members), chance.randrange(len(operation.input.members)) + 1)
    body = json.dumps({member: chance.choice(junk) for member in members}).encode()
    target = operation.path.replace("{resourceArn}", chance.choice(["", "%FF", "%00", "a", "arn%3A" * 50]))

    answer = send(operation.method, target, sign(operation.method, target, body), body)

    assert answer.status < 500, answer
