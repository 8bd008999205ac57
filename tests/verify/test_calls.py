"""Calls: answers and errors as they are, and requests that boto3 does not send."""

from __future__ import annotations

import pytest

from tests.conftest import LocalService
from verify.calls import Unanswered
from verify.run import Run


def test_an_answer_has_its_status_and_members(run: Run) -> None:
    seen = run.call("CreateRoom", name="lobby")

    assert seen.outcome == "ok 200"
    assert seen.members["name"] == "lobby"


def test_an_error_has_its_code_status_and_members(run: Run) -> None:
    seen = run.call("GetRoom", identifier="lobby")

    assert seen.outcome == "ValidationException 400"
    assert seen.members["reason"] == "FIELD_VALIDATION_FAILED"
    assert run.calls.texts == [seen.members["message"]]


def test_a_call_that_a_question_needs_raises_its_error(run: Run) -> None:
    with pytest.raises(Unanswered, match="GetRoom was refused: ValidationException 400"):
        run.must("GetRoom", identifier="lobby")


def test_boto3_checks_nothing_before_the_service_does(run: Run) -> None:
    assert run.call("UpdateRoom", identifier=run.scratch, name=5).outcome == "SerializationException 400"


def test_a_raw_body_is_signed(run: Run) -> None:
    assert run.calls.raw("{}", path="/ListRooms").outcome == "ok 200"


def test_a_raw_error_has_the_code_of_its_header(run: Run) -> None:
    assert run.calls.raw("[", path="/ListRooms").outcome == "SerializationException 400"


def test_a_call_that_is_throttled_is_repeated_after_a_pause(run: Run, service: LocalService) -> None:
    pauses: list[float] = []
    run.pace.sleep = pauses.append
    service.fault("ListRooms", error="ThrottlingException", count=2)

    assert run.call("ListRooms").outcome == "ok 200"
    assert pauses == [2.0, 2.0]


def test_each_call_keeps_the_pace(run: Run) -> None:
    run.call("ListRooms")
    run.calls.raw("{}", path="/ListRooms")

    assert run.pace.passed == 2
