"""A question, its verdict, and what a failure is."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from tests.conftest import LocalService
from verify.endpoint import of_aws
from verify.question import QUESTIONS, NotTried, Question, Verdict, answer, asked, documented
from verify.run import Run


def _question(ask: Any, expected: Any = 1) -> Question:
    return Question("a_question", "Is it?", "Topic", Verdict.DOCUMENTED, expected, ask)


def test_an_answer_that_is_expected_has_the_verdict_of_its_basis(run: Run) -> None:
    assert answer(run, _question(lambda _: 1)).verdict is Verdict.DOCUMENTED


def test_another_answer_is_different(run: Run) -> None:
    result = answer(run, _question(lambda _: 2))

    assert (result.verdict, result.seen) == (Verdict.DIFFERENT, 2)


def test_an_answer_that_the_local_service_has_on_purpose_is_known_to_differ(run: Run) -> None:
    question = attrs.evolve(_question(lambda _: 2), here=2)

    assert answer(run, question).verdict is Verdict.DIFFERS_HERE
    assert answer(run, attrs.evolve(question, here=3)).verdict is Verdict.DIFFERENT


def test_an_answer_that_is_known_to_differ_here_is_different_on_aws() -> None:
    question = attrs.evolve(_question(lambda _: 2), here=2)

    assert answer(Run(of_aws("us-west-2")), question).verdict is Verdict.DIFFERENT


def test_a_question_that_cannot_be_asked_is_not_tried(run: Run) -> None:
    def ask(_: Run) -> Any:
        reason = "no log group"
        raise NotTried(reason)

    result = answer(run, _question(ask))

    assert (result.verdict, result.reason) == (Verdict.NOT_TRIED, "no log group")


def test_a_question_that_raises_has_failed_and_names_no_account(run: Run) -> None:
    result = answer(run, _question(lambda run: run.must("GetRoom", identifier=run.gone)))

    assert result.verdict is Verdict.FAILED
    assert result.reason.startswith("Unanswered: GetRoom was refused: ResourceNotFoundException 404")
    assert "000000000000" not in result.reason


def test_a_call_that_the_callers_policy_denies_is_a_failure_and_not_an_answer(run: Run, service: LocalService) -> None:
    message = "User is not authorized because no identity-based policy allows the ivschat:ListRooms action"
    service.fault("ListRooms", error="AccessDeniedException", message=message)

    result = answer(run, _question(lambda run: run.call("ListRooms").outcome, "ok 200"))

    assert result.verdict is Verdict.FAILED
    assert result.reason == f"your policy does not allow a call: {message}"


def test_the_texts_of_errors_are_kept_for_their_question_only(run: Run) -> None:
    first = answer(run, _question(lambda run: run.call("GetRoom", identifier="x").status))
    second = answer(run, _question(lambda _: 1))

    assert len(first.texts) == 1
    assert second.texts == ()


def test_recorded_answers_are_expected_instead(run: Run) -> None:
    questions = {"one": _question(lambda _: 1), "two": _question(lambda _: 2), "three": _question(lambda _: 3)}

    results = list(asked(run, questions, {"one": 1, "two": 1}))

    assert [result.verdict for result in results] == [Verdict.RECORDED, Verdict.DIFFERENT]


def test_a_name_is_given_once() -> None:
    name = next(iter(QUESTIONS))

    def ask(_: Run) -> Any: ...

    ask.__name__ = name
    with pytest.raises(ValueError, match=name):
        documented("Topic", source="CreateRoom", expected=1)(ask)
