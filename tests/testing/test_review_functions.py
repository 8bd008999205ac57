"""Review handlers of tests: Python functions in a thread, functions in files in a process."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from pulumi_ivschat.testing import IvsChat
from tests.testing.chat import answer_to


def review(ivschat: IvsChat, handler: Any, content: str = "hello", fallback: str = "DENY") -> dict[str, Any]:
    """Return what ann gets for a message that a handler reviews."""
    arn = ivschat.review_handler(handler)
    room = ivschat.create_room(messageReviewHandler={"uri": arn, "fallbackResult": fallback})
    return answer_to(ivschat, room, content)


def test_a_function_runs_in_this_process_and_edits_the_message(ivschat: IvsChat) -> None:
    seen: list[Any] = []

    def handler(event: Mapping[str, Any], context: Any) -> dict[str, Any]:
        seen.append((event["Content"], os.getpid(), context.function_name, context.get_remaining_time_in_millis() > 0))
        return {"ReviewResult": "ALLOW", "Content": event["Content"].upper(), "Attributes": {"reviewed": "yes"}}

    frame = review(ivschat, handler)

    assert (frame["Content"], frame["Attributes"]) == ("HELLO", {"reviewed": "yes"})
    assert seen == [("hello", os.getpid(), "review-handler-1", True)]


def test_a_function_denies_a_message_with_a_reason(ivschat: IvsChat) -> None:
    def handler(event: Mapping[str, Any], _: object) -> dict[str, Any]:
        return {"ReviewResult": "DENY", "Content": event["Content"], "Attributes": {"Reason": "no shouting"}}

    frame = review(ivschat, handler, "HELLO")

    assert (frame["ErrorCode"], frame["ErrorMessage"]) == (406, "no shouting")


@pytest.mark.parametrize("error", [LookupError("x"), SystemExit(1), pytest.fail.Exception("x")])
@pytest.mark.parametrize(("fallback", "kind"), [("ALLOW", "MESSAGE"), ("DENY", "ERROR")])
def test_the_fallback_result_applies_if_a_function_raises(
    ivschat: IvsChat, error: BaseException, fallback: str, kind: str
) -> None:
    def handler(_: object, __: object) -> None:
        raise error

    assert review(ivschat, handler, fallback=fallback)["Type"] == kind


def test_a_function_leaves_no_thread(ivschat: IvsChat) -> None:
    before = threading.active_count()

    review(ivschat, lambda event, _: {**event, "ReviewResult": "ALLOW"})
    ivschat.reset()

    assert threading.active_count() == before


PYTHON = """\
import os
def handler(event, context):
    if event["Content"] == "exit":
        os._exit(3)
    return {"ReviewResult": "ALLOW", "Content": os.environ["SUFFIX"] + str(os.getpid()), "Attributes": {}}
"""


def test_a_function_in_a_file_runs_in_a_process_with_the_environment_of_the_test(
    ivschat: IvsChat, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "review.py").write_text(PYTHON)
    monkeypatch.setenv("SUFFIX", "process ")

    word, pid = review(ivschat, f"{tmp_path / 'review.py'}:handler")["Content"].split()

    assert (word, int(pid) == os.getpid()) == ("process", False)
    ivschat.reset()
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid), 0)


def test_a_process_that_exits_is_replaced(ivschat: IvsChat, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "review.py").write_text(PYTHON)
    monkeypatch.setenv("SUFFIX", "process ")
    arn = ivschat.review_handler(f"{tmp_path / 'review.py'}:handler")
    room = ivschat.create_room(messageReviewHandler={"uri": arn, "fallbackResult": "DENY"})

    assert [answer_to(ivschat, room, content)["Type"] for content in ("exit", "hello")] == ["ERROR", "MESSAGE"]


def test_a_function_in_node_js_reviews(ivschat: IvsChat, tmp_path: Path) -> None:
    answer = {"ReviewResult": "ALLOW", "Content": "from Node.js", "Attributes": {}}
    (tmp_path / "review.mjs").write_text(f"export const handler = async () => ({json.dumps(answer)});")

    assert review(ivschat, f"{tmp_path / 'review.mjs'}:handler")["Content"] == "from Node.js"


def test_a_file_that_cannot_be_loaded_is_an_error_with_its_traceback(ivschat: IvsChat, tmp_path: Path) -> None:
    (tmp_path / "review.py").write_text("import unheard_of\n")

    with pytest.raises(ValueError, match=r"(?s)review\.py:handler cannot be loaded: ModuleNotFoundError.*line 1"):
        ivschat.review_handler(f"{tmp_path / 'review.py'}:handler")


def test_a_file_that_does_not_exist_is_an_error(ivschat: IvsChat) -> None:
    with pytest.raises(ValueError, match="does not exist"):
        ivschat.review_handler("nowhere/review.py:handler")


def test_any_other_handler_is_an_error_that_shows_the_forms(ivschat: IvsChat) -> None:
    with pytest.raises(TypeError, match=r"a function \(event, context\), or a text: file\.py:function"):
        ivschat.review_handler(42)  # type: ignore[arg-type]
