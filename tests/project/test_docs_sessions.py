"""The tutorials and the README's commands, run as a reader runs them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tools.docs import sessions

ROOT = Path(__file__).parents[2]


@pytest.mark.long
@pytest.mark.xdist_group("sessions")  # some use ports of their own
@pytest.mark.parametrize("page", sessions.pages(), ids=lambda page: page.stem)
def test_the_commands_of_a_page_print_what_it_shows(page: Path) -> None:
    text = page.read_text()

    assert sessions.comparable(sessions.of_page(page)) == sessions.comparable(text)


def test_a_session_has_files_commands_and_their_output() -> None:
    page = "```python\n# a.py\nprint(6 * 7)\n```\n\n```console\n$ python \\\n  a.py\nold\n$ true\n```\n"

    assert sessions.session(page) == page.replace("old", "42")


def test_an_output_that_ends_with_an_ellipsis_keeps_the_lines_that_it_shows() -> None:
    page = "```console\n$ printf 'a 1s\\nb\\nc\\n'\na 2s\ngone\n…\n$ echo d\nd\n```\n"

    assert sessions.session(page) == page.replace("a 2s\ngone", "a 1s")


def test_a_command_that_fails_ends_the_session_with_what_it_printed() -> None:
    with pytest.raises(sessions.SessionFailed, match=r"(?s)echo no; false\nno\n.*exit code 1"):
        sessions.session("```console\n$ echo no; false\n```\n")


def test_a_session_has_a_home_and_no_credentials_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "mine")

    shown = sessions.session("```console\n$ echo $AWS_PROFILE; cd; pwd\n```\n")

    assert shown == f"```console\n$ echo $AWS_PROFILE; cd; pwd\n{sessions.HOME}\n```\n"


def test_what_differs_from_run_to_run_is_not_compared() -> None:
    first = "created (1s)\nroom/ldkQ9iy6aqb3\nhttp://127.0.0.1:4711\nDuration: 3s\n"
    second = "Duration: 4s\nhttp://127.0.0.1:4712\nroom/FytyM5knGTw2\ncreated (0.54s)\n"

    assert sessions.comparable(first) == sessions.comparable(second)


def test_other_numbers_are_compared() -> None:
    assert sessions.comparable("2 created") != sessions.comparable("3 created")


def test_the_tutorials_typescript_is_the_examples() -> None:
    [program] = re.findall(
        r"```typescript\n// index\.ts\n(.*?)```", (ROOT / "docs/yaml-and-typescript.md").read_text(), re.DOTALL
    )

    assert program == (ROOT / "examples/quickstart-typescript/index.ts").read_text()


def test_a_session_that_does_not_end_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions, "SECONDS", 0.5)

    with pytest.raises(sessions.SessionFailed, match=r"\$ sleep 60\n"):
        sessions.session("```console\n$ sleep 60\n```\n")
