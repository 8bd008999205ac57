"""All questions: the local service answers as expected, and each row of the table of unknowns has its question."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.verify.conftest import Done
from verify.endpoint import local_service
from verify.question import Verdict, asked
from verify.questions import MODULES, in_order
from verify.run import Run

_PAGE = (Path(__file__).parents[2] / "docs" / "local-service.md").read_text(encoding="utf-8")
_TABLES = _PAGE.partition("## Unknown behaviour of AWS")[2]
ROWS = [
    [cell.strip() for cell in line.strip("|").split(" | ")] for line in _TABLES.splitlines() if line.startswith("| ")
]
SETTLED = {row[0]: row[-1] for row in ROWS if not row[0].startswith("Question")}


def test_the_local_service_answers_as_documented_or_as_assumed(done: Done) -> None:
    different = [result for result in done.results if result.verdict is Verdict.DIFFERENT]

    assert different == []


def test_a_run_without_options_tries_all_questions_but_slow_ones_and_deployments(done: Done) -> None:
    skipped = {result.question.name for result in done.results if result.verdict is Verdict.NOT_TRIED}

    assert skipped == {
        "the_end_of_a_session",
        "a_message_after_the_end_of_a_session",
        "a_token_that_has_expired",
        "the_quickstart_is_deployed",
        "a_room_is_imported",
    }


def test_a_run_makes_few_rooms_and_few_requests_and_leaves_nothing(done: Done) -> None:
    assert done.run.rooms_made <= 18
    assert done.run.pace.passed <= 560  # 280 s at 2 a second
    assert done.left == 0


@pytest.mark.long
def test_the_quickstart_is_deployed_and_a_room_imported() -> None:
    with local_service() as endpoint:
        run = Run(endpoint)
        questions = {name: each for name, each in in_order().items() if each.ask.__module__.endswith("deployments")}
        results = list(asked(run, questions))
        run.clean()

    assert [result.verdict for result in results] == [Verdict.DOCUMENTED] * 2, results


@pytest.mark.parametrize("row", SETTLED)
def test_a_row_of_unknowns_names_its_questions_or_why_there_is_none(row: str) -> None:
    questions = [name for name, each in in_order().items() if each.topic == row and each.basis is Verdict.ASSUMED]
    named = re.findall(r"`(\w+)`", SETTLED[row])

    assert named == questions
    assert named or SETTLED[row].startswith("not asked: ")


def test_what_is_assumed_is_a_row_of_unknowns() -> None:
    topics = {each.topic for each in in_order().values() if each.basis is Verdict.ASSUMED}

    assert topics - SETTLED.keys() == set()


def test_each_question_is_in_words() -> None:
    assert [name for name, each in in_order().items() if not each.words.endswith("?")] == []


def test_questions_are_asked_module_by_module() -> None:
    modules = [each.ask.__module__ for each in in_order().values()]

    assert list(dict.fromkeys(modules)) == [module.__name__ for module in MODULES]
