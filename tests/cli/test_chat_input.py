"""What a line means."""

from __future__ import annotations

import os
from typing import Any

import pytest

from pulumi_ivschat.cli.chat_input import Event, Help, NotUnderstood, Quit, lines, piped, typed

ID = "abcdefghijkl"


def message(content: str) -> dict[str, str]:
    return {"Action": "SEND_MESSAGE", "Content": content}


def deletion(**members: str) -> dict[str, str]:
    return {"Action": "DELETE_MESSAGE", "Id": ID, **members}


def disconnection(user: str, **members: str) -> dict[str, str]:
    return {"Action": "DISCONNECT_USER", "UserId": user, **members}


@pytest.mark.parametrize(
    ("line", "meaning"),
    [
        ("hello /delete", message("hello /delete")),
        ("//shrug", message("/shrug")),
        (f"/delete {ID}", deletion()),
        (f"/delete  {ID}  don't spam  here ", deletion(Reason="don't spam  here")),
        ("/kick bob", disconnection("bob")),
        ('/kick "bob smith" rude', disconnection("bob smith", Reason="rude")),
        ("/event app:poll q='how are you' a=b=c", Event("app:poll", {"q": "how are you", "a": "b=c"})),
        ("/event app:poll", Event("app:poll", {})),
        ("/help", Help()),
        ("/quit", Quit()),
    ],
)
def test_a_line_that_a_person_types_is_a_message_or_a_command(line: str, meaning: Any) -> None:
    assert typed(line) == meaning


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("/nope", "there is no /nope"),
        ("/delete", "/delete ID"),
        ("/kick  ", "/kick USER"),
        ("/event", "/event NAME"),
        ("/event x a", "KEY=VALUE"),
        ("/event x 'a", "quotes"),
    ],
)
def test_a_command_that_lacks_something_is_reported(line: str, shown: str) -> None:
    with pytest.raises(NotUnderstood, match=shown):
        typed(line)


@pytest.mark.parametrize("line", ["/quit", "hello", "[1]", "{", '"a"', "[" * 100_000])
def test_a_line_of_a_program_is_a_message_whatever_it_looks_like(line: str) -> None:
    assert piped(line) == message(line)


def test_a_json_object_of_a_program_is_an_action() -> None:
    assert piped(f'{{"Action": "DELETE_MESSAGE", "Id": "{ID}"}}') == deletion()
    for line in ("{}", '{"Action": 1}'):
        with pytest.raises(NotUnderstood, match="a JSON object is an action"):
            piped(line)


def test_lines_are_read_as_they_come_with_any_end_and_any_bytes() -> None:
    out, into = os.pipe()
    read = lines(out)

    os.write(into, "grüße\r\nha".encode())
    assert next(read) == "grüße"
    os.write(into, b"lf\n\xff\nlast")
    os.close(into)
    assert list(read) == ["half", "\ufffd", "last"]
    os.close(out)
