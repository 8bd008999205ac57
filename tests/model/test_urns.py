"""What a URN shows."""

from __future__ import annotations

import pytest

from pulumi_ivschat.model.urns import Urn


@pytest.mark.parametrize(
    ("types", "name"),
    [
        ("ivschat:index:Room", "lobby"),
        ("my:index:Chat$ivschat:index:Room", "lobby"),
        ("ivschat:index:Room", "a::b"),
    ],
)
def test_the_parts_are_found(types: str, name: str) -> None:
    text = f"urn:pulumi:prod::chat::{types}::{name}"

    urn = Urn.parse(text)

    assert (urn.stack, urn.project, urn.type, urn.name) == ("prod", "chat", "Room", name)
    assert urn.label == f"Room {name}"
    assert str(urn) == text


def test_the_owner_tag_is_that_of_the_python_front_end() -> None:
    assert Urn.parse("urn:pulumi:prod::chat::ivschat:index:Room::lobby").owner_tag == "chat/prod/lobby"
