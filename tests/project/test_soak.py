"""The soaks: what mixed load treats as a leak, that it runs, and that `make verify` finds changes on purpose."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.soak.mixed_load import soak
from tests.soak.mutations import MUTATIONS
from tests.soak.samples import Sample, leaks
from tests.soak.verify_mutants import changes, found
from verify.questions import in_order

_DOCS = Path(__file__).parents[2] / "docs"
FLAT = [Sample(memory=50_000 + number % 7, sockets=28 + number % 3, files=8, threads=2) for number in range(90)]


def test_what_fills_up_at_first_and_then_stays_is_not_a_leak() -> None:
    warm_up = [Sample(memory=40_000 + 300 * number, sockets=number, files=8, threads=2) for number in range(30)]

    assert leaks(warm_up + FLAT[:60]) == []


def test_what_goes_on_growing_is_a_leak() -> None:
    growing = [
        Sample(memory=50_000 + 100 * number, sockets=28 + number // 5, files=8, threads=2 + number // 9)
        for number in range(90)
    ]

    assert [shown.split()[0] for shown in leaks(growing)] == ["memory", "sockets", "threads"]


@pytest.mark.early
@pytest.mark.long
def test_a_short_soak_restarts_the_service_and_leaves_nothing_over() -> None:
    outcome = soak(seconds=10, seed=1)

    assert outcome.tally.wrong == []
    assert outcome.tally.done["session"] > 0
    assert outcome.tally.done["CreateRoom"] > 0
    assert [problem for problem in outcome.problems() if "left over" in problem] == []


def test_the_local_service_is_changed_in_as_many_ways_as_the_page_about_it_counts() -> None:
    page = (_DOCS / "verify.md").read_text(encoding="utf-8")

    assert f"{len(changes())} such changes" in page


def test_the_page_of_changes_names_changes_and_questions_that_there_are() -> None:
    page = (_DOCS / "verify-changes.md").read_text(encoding="utf-8")
    rows = [line.strip("|").split(" | ") for line in page.splitlines() if line.startswith("| ")][1:]
    earlier = {each.bug for each in changes() if each.name.startswith("local_service.")}

    assert {bug.strip() for bug, _ in rows} == {each.bug for each in changes()} - earlier
    assert {name for _, found in rows for name in re.findall(r"`(\w+)`", found)} <= in_order().keys()
    assert [bug for bug, found in rows if "`" not in found] == []


@pytest.mark.long
@pytest.mark.parametrize(
    ("change", "question"),
    [
        ("tags_move_the_time", "tags_move_the_update_time"),
        pytest.param("tokens_for_two", "statuses_of_refused_handshakes", marks=pytest.mark.nightly),
        pytest.param("failures_allow", "a_handler_that_fails_and_denies", marks=pytest.mark.nightly),
    ],
)
def test_a_changed_behaviour_is_found_by_its_question(change: str, question: str) -> None:
    seen = found(MUTATIONS[f"local_service.{change}"])

    assert seen.outcome == "caught"
    assert question in seen.questions
