"""All questions: the local service answers as expected, and each row of the table of unknowns has its question."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path
from typing import Any, Final

import botocore
import pytest

from tests.verify.conftest import Done
from verify.endpoint import AWS_RATE, FRAME_RATE, local_service
from verify.question import Question, Verdict, asked
from verify.questions import MODULES, in_order
from verify.run import Run

_ROOT: Final = Path(__file__).parents[2]
_MODEL: Final = gzip.decompress(
    (Path(botocore.__file__).parent / "data/ivschat/2020-07-14/service-2.json.gz").read_bytes()
).decode()
PAGES: Final = {
    f"https://docs.aws.amazon.com/ivs/latest/{page}.html"
    for page in (
        "ChatUserGuide/chat-message-review-handler",
        "ChatUserGuide/getting-started-chat-auth",
        "chatmsgapireference/actions-event-subscribe",
        "chatmsgapireference/actions-sendmessage-publish",
        "chatmsgapireference/error-messages",
    )
}
"""Pages of AWS that somebody looked up; botocore's model names others."""
_PAGE = (_ROOT / "docs" / "local-service.md").read_text(encoding="utf-8")
_TABLES = _PAGE.partition("## Unknown behaviour of AWS")[2]
ROWS = [
    [cell.strip() for cell in line.strip("|").split(" | ")] for line in _TABLES.splitlines() if line.startswith("| ")
]
SETTLED = {row[0]: row[-1] for row in ROWS if not row[0].startswith("Question")}


def test_the_local_service_answers_as_documented_or_as_assumed(done: Done) -> None:
    unexpected = [result for result in done.results if result.verdict in {Verdict.DIFFERENT, Verdict.FAILED}]

    assert unexpected == []


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
    seconds = done.run.pace.passed / AWS_RATE + done.run.frames.passed / FRAME_RATE
    assert seconds <= 240  # at AWS's pace, and a minute is left for the deployments
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


@pytest.mark.parametrize(
    "question", [each for each in in_order().values() if each.basis is Verdict.DOCUMENTED], ids=repr
)
def test_what_is_documented_has_a_source(question: Question) -> None:
    source = question.source
    if source.startswith("https://"):
        assert source in PAGES or source in _MODEL
    elif source.endswith(".md"):
        assert (_ROOT / source).is_file()
    else:
        assert _of_the_model(*source.split("."))


def _of_the_model(name: str, member: str = "") -> Any:
    """Return the words or constraints that botocore's model has for an operation, a shape or a member."""
    model = json.loads(_MODEL)
    found = model["operations"].get(name) or model["shapes"][name]
    found = found["members"][member] if member else found
    return {"documentation", "min", "max", "pattern", "enum", "exception"} & found.keys()


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_a_row_of_unknowns_has_a_source_with_an_address_or_none(row: list[str]) -> None:
    assert row[2] in {"Source", "none found"} or "](https://" in row[2]


def test_each_question_is_in_words() -> None:
    assert [name for name, each in in_order().items() if not each.words.endswith("?")] == []


def test_questions_are_asked_module_by_module() -> None:
    modules = [each.ask.__module__ for each in in_order().values()]

    assert list(dict.fromkeys(modules)) == [module.__name__ for module in MODULES]
