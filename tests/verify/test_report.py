"""The report, and the answers that are recorded and held against."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.verify.conftest import QUICK, Done
from verify.endpoint import local_service
from verify.question import Question, Result, Verdict, asked
from verify.questions import in_order
from verify.report import Report, read_recorded, recorded as as_recorded
from verify.run import Run

QUESTION = Question("a_question", "Is it?", "A topic", Verdict.ASSUMED, {"a": 1}, lambda _: None)
SAME = Result(QUESTION, Verdict.ASSUMED, {"a": 1})
OTHER = Result(QUESTION, Verdict.DIFFERENT, {"a": 2}, ("a | text",))
BROKEN = Result(QUESTION, Verdict.FAILED, reason="TimeoutError: no frame")
SKIPPED = Result(QUESTION, Verdict.NOT_TRIED, reason="no engine")
REPORT = Report("aws", "us-west-2", [SAME, OTHER, SKIPPED], 12, 3.0)


def test_markdown_shows_the_counts_the_differences_and_all_results() -> None:
    text = REPORT.as_markdown()

    assert "3 questions: 1 as assumed, 1 different, 1 not tried. 12 requests and frames in 3 s." in text
    assert '- expected: `{"a": 1}`\n- seen: `{"a": 2}`\n- text: a | text' in text
    assert "| A topic | `a_question` | not tried | no engine |" in text


def test_json_has_every_result() -> None:
    document = json.loads(REPORT.as_json())

    assert document["counts"] == {"as assumed": 1, "different": 1, "not tried": 1}
    assert [each["result"] for each in document["results"]] == ["as assumed", "different", "not tried"]


def test_what_was_not_tried_is_not_recorded() -> None:
    assert json.loads(as_recorded([SKIPPED])) == {"answers": {}, "failed": {}}


def test_failures_are_recorded_apart_from_answers() -> None:
    assert json.loads(as_recorded([SAME, BROKEN])) == {
        "answers": {"a_question": {"a": 1}},
        "failed": {"a_question": "TimeoutError: no frame"},
    }


def test_a_failure_is_shown_beside_the_differences() -> None:
    text = Report("aws", "us-west-2", [BROKEN], 1, 1.0).as_markdown()

    assert "1 questions: 1 failed." in text
    assert "- seen: TimeoutError: no frame" in text


def test_answers_hold_nothing_of_the_account_or_the_run(done: Done) -> None:
    text = as_recorded(done.results) + Report("local", "us-west-2", done.results, 0, 0).as_json()

    for secret in ("000000000000", done.run.id, "arn:aws:ivschat:us", "eyJ"):
        assert secret not in text


def test_the_page_with_a_report_of_the_local_service_is_current(done: Done) -> None:
    """To write it: `make verify ARGS='--no-deployments --markdown docs/verify-report.md'`."""
    page = (Path(__file__).parents[2] / "docs" / "verify-report.md").read_text(encoding="utf-8")
    lines = [line for line in page.splitlines() if line.startswith("| ")]

    assert lines == [line for line in Report("local", "us-west-2", done.results, 0, 0).table() if line.startswith("| ")]


def _differences(file: Path) -> list[str]:
    with local_service() as endpoint:
        results = list(asked(Run(endpoint, QUICK), in_order(), read_recorded(file)))
    return [result.question.name for result in results if result.verdict is Verdict.DIFFERENT]


def test_the_local_service_answers_as_every_recording_of_aws(recorded: list[Path]) -> None:
    assert {file.name: _differences(file) for file in recorded} == {file.name: [] for file in recorded}


def test_an_answer_that_differs_from_a_recording_is_found(done: Done, tmp_path: Path) -> None:
    answers = json.loads(as_recorded(done.results))["answers"]
    file = tmp_path / "recorded.json"
    moved = {"tags_move_the_update_time": {"tag": True, "untag": True}}
    file.write_text(json.dumps({"answers": {**answers, **moved}}))

    assert _differences(file) == ["tags_move_the_update_time"]


def test_a_recording_of_a_question_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "recorded.json"
    file.write_text('{"answers": {"no_question": 1}}')

    with pytest.raises(ValueError, match="no_question"):
        read_recorded(file)


@pytest.mark.parametrize("text", ["[]", "{", "{}", None])
def test_another_file_is_not_a_recording(tmp_path: Path, text: str | None) -> None:
    file = tmp_path / "recorded.json"
    if text is not None:
        file.write_text(text)

    with pytest.raises(ValueError, match=r"has no answers: record it with --record|cannot be read: No such file"):
        read_recorded(file)
