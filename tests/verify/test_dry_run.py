"""The calls of each question, without a call."""

from __future__ import annotations

from verify.dry_run import calls, listing
from verify.questions import in_order


def test_a_question_lists_its_calls_and_those_of_the_functions_that_it_uses() -> None:
    questions = in_order()

    assert calls(questions["a_deleted_room_is_gone"]) == ["CreateRoom", "DeleteRoom", "GetRoom"]
    assert "ListRooms" in calls(questions["rooms_are_listed_newest_first"])
    assert "a chat connection" in calls(questions["close_codes"])


def test_each_question_has_a_line_with_at_least_one_call() -> None:
    lines = listing(in_order()).splitlines()

    assert len(lines) == len(in_order())
    assert [line for line in lines if line.endswith(": ")] == []
