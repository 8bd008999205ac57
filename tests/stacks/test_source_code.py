"""Code for adoptions: valid, readable, and referring by variable."""

from __future__ import annotations

from typing import Any

import pytest

from pulumi_ivschat.stacks.importing import ResourceImport
from pulumi_ivschat.stacks.source_code import module

ARN = "arn:aws:ivschat:us-west-2:000000000000:room/abcdefghijkl"
LOGGING = "arn:aws:ivschat:us-west-2:000000000000:logging-configuration/abcdefghijkl"


def resource_import(
    resource_name: str = "lobby", kind: str = "Room", arn: str = "", /, **arguments: Any
) -> ResourceImport:
    return ResourceImport(kind, resource_name, arn or f"{ARN}{resource_name}", arguments, {}, {})


def calls(*resource_imports: ResourceImport) -> list[str]:
    """Return the code below the import."""
    return module(resource_imports).split("\n\n", 2)[2].splitlines()


def values(*resource_imports: ResourceImport) -> list[tuple[str, str, dict[str, Any]]]:
    """Run the code, and return what it calls with what."""
    called: list[tuple[str, str, dict[str, Any]]] = []

    class Resource:
        def __init__(self, name: str, **arguments: Any) -> None:
            self.arn = f"the ARN of {name}"
            called.append((type(self).__name__, name, arguments))

    kinds = {kind: type(kind, (Resource,), {}) for kind in ("Room", "LoggingConfiguration", "TagSet")}
    exec("\n".join(calls(*resource_imports)), kinds)  # noqa: S102  it is what is tested
    return called


def test_a_module_imports_what_it_uses_and_is_ready_to_be_read() -> None:
    assert module(
        [resource_import(maximum_message_length=7), resource_import("t", "TagSet", resource_arn=f"{ARN}lobby", tags={})]
    ) == (
        '"""What existed before this program, as `pulumi-ivschat import` found it."""\n\n'
        "from pulumi_ivschat import Room, TagSet\n\n"
        'lobby = Room("lobby", maximum_message_length=7)\n'
        'TagSet("t", resource_arn=lobby.arn, tags={})\n'
    )


def test_a_long_call_has_an_argument_on_each_line() -> None:
    assert calls(resource_import(name="x" * 50, tags={"a": "y" * 50})) == [
        "lobby = Room(",
        '    "lobby",',
        f'    name="{"x" * 50}",',
        f'    tags={{"a": "{"y" * 50}"}},',
        ")",
    ]


def test_logging_configurations_come_before_the_rooms_that_refer_to_them() -> None:
    other = "arn:aws:ivschat:us-west-2:1:x"
    room = resource_import("a", logging_configuration_identifiers=[LOGGING, other])

    assert calls(room, resource_import("logs", "LoggingConfiguration", LOGGING)) == [
        'logs = LoggingConfiguration("logs")',
        f'a = Room("a", logging_configuration_identifiers=[logs.arn, "{other}"])',
    ]


def test_an_arn_in_a_tag_is_text_and_not_a_reference_to_the_room_itself() -> None:
    assert values(resource_import("lobby", "Room", ARN, tags={"self": ARN, ARN: "x"})) == [
        ("Room", "lobby", {"tags": {"self": ARN, ARN: "x"}})
    ]


@pytest.mark.parametrize(
    ("name", "variable"),
    [
        ("lobby", "lobby"),
        ("Lobby-2_x", "lobby_2_x"),
        ("2nd", "_2nd"),
        ("class", "_class"),
        ("help", "_help"),
        ("---", "resource"),
        ("Room", "room"),
        ("Zürich", "z_rich"),
        ('say "hi"', "say_hi"),
    ],
)
def test_a_variable_has_the_resources_name_as_far_as_python_takes_it(name: str, variable: str) -> None:
    assert calls(resource_import(name))[0].startswith(f"{variable} = Room(")
    assert values(resource_import(name)) == [("Room", name, {})]


def test_no_two_resources_share_a_variable() -> None:
    variables = [
        line.split(" = ")[0] for line in calls(resource_import("a-b"), resource_import("a_b"), resource_import("a b"))
    ]

    assert variables == ["a_b", "a_b_2", "a_b_3"]


@pytest.mark.parametrize(
    "text", ["", "Zürich 🎉", '"', "'", "\\", "{x}", "a\nb", "\x00", "\u2028", "\u202egnp.exe", "\x7f", "\ud7ff", "%s"]
)
def test_any_text_comes_back_as_it_is(text: str) -> None:
    made = resource_import(tags={"k": text, f"k{text}": ""})

    assert values(made) == [("Room", "lobby", {"tags": {"k": text, f"k{text}": ""}})]


def test_what_would_act_on_an_editor_is_an_escape() -> None:
    code = module([resource_import(tags={"k": "\u202egnp.exe\x1b"})])

    assert all(each.isprintable() or each == "\n" for each in code)
    assert "\\u202egnp.exe\\u001b" in code
