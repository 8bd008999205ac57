"""What is seen of a room."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pulumi_ivschat.cli.chat_screen import JsonLines, Terminal

MESSAGE = {
    "Type": "MESSAGE",
    "Id": "abcdefghijkl",
    "RequestId": "",
    "Attributes": None,
    "Content": "hello",
    "SendTime": "2022-12-02T08:25:51.13691272Z",
    "Sender": {"Attributes": None, "UserId": "bob"},
}
EVENT = {"Type": "EVENT", "Id": "abcdefghijkl", "EventName": "app:hello", "SendTime": "2022-12-02T08:25:51Z"}


def event(name: str, **attributes: str) -> dict[str, Any]:
    return {**EVENT, "EventName": name, "Attributes": attributes}


@pytest.mark.parametrize(
    ("frame", "line"),
    [
        (MESSAGE, "abcdefghijkl bob: hello"),
        ({**MESSAGE, "Attributes": {"k": "v"}}, "abcdefghijkl bob: hello k=v"),
        (
            {**MESSAGE, "Content": "[bold]x[/] :smile: https://a.b " + "y" * 200},
            "[bold]x[/] :smile: https://a.b " + "y" * 200,
        ),
        (EVENT, "abcdefghijkl * app:hello"),
        (event("app:hello", a="b"), "* app:hello a=b"),
        (event("aws:DELETE_MESSAGE", MessageID="mnop", Reason="spam"), "* message mnop was deleted: spam"),
        (event("aws:DISCONNECT_USER", UserId="bob"), "* bob was disconnected"),
        ({"Type": "MESSAGE"}, "--:--:--  : "),
        ({"Type": "EVENT", "Attributes": 1, "EventName": 2, "SendTime": 3}, "* 2"),
    ],
)
def test_a_frame_is_a_line_with_its_id(frame: dict[str, Any], line: str, capsys: pytest.CaptureFixture[str]) -> None:
    Terminal("alice").show(frame)

    out = capsys.readouterr().out
    assert out.endswith(f"{line}\n")
    assert out.count("\n") == 1


@pytest.mark.parametrize("where", ["Id", "Content", "Attributes", "Sender", "EventName"])
def test_nothing_of_a_frame_acts_on_the_terminal(where: str, capsys: pytest.CaptureFixture[str]) -> None:
    bad = "\x1b]0;owned\x07\n\u202e"
    values: dict[str, Any] = {"Attributes": {bad: bad}, "Sender": {"UserId": bad}}

    for frame in (MESSAGE, EVENT, event("aws:DELETE_MESSAGE", MessageID=bad), event("aws:DISCONNECT_USER", UserId=bad)):
        Terminal("alice").show({**frame, where: values.get(where, bad)})
    Terminal("alice").say(bad)
    JsonLines().show({**MESSAGE, where: values.get(where, bad)})
    JsonLines().say(bad)

    captured = capsys.readouterr()
    assert captured.out.count("\n") == 5
    for character in "\x1b\x07\u202e":
        assert character not in captured.out + captured.err


def test_a_remark_is_not_a_part_of_the_conversation(capsys: pytest.CaptureFixture[str]) -> None:
    Terminal("alice").say("lost [bold]")
    JsonLines().say("lost")

    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("", "lost [bold]\nlost\n")


def test_for_programs_a_frame_is_a_line_of_json(capsys: pytest.CaptureFixture[str]) -> None:
    JsonLines().show(MESSAGE)

    assert [json.loads(line) for line in capsys.readouterr().out.splitlines()] == [MESSAGE]
