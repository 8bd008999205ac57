"""Names of what another tool manages, and parts of its documents."""

from __future__ import annotations

import pytest

from pulumi_ivschat.errors import SettingsError
from pulumi_ivschat.stacks.other_tools.inventory import Entry, mapping_in, objects_in, resource_names
from tests.stacks.other_tools.documents import logging, room


def names(*entries: Entry) -> list[str]:
    return [*resource_names(entries).values()]


def test_names_are_those_of_the_tool_and_need_be_unique_for_their_type_only() -> None:
    entries = [Entry(room("aaaaaaaaaaaa"), "a", "lobby"), Entry(logging("bbbbbbbbbbbb"), "b", "lobby")]

    assert resource_names(entries) == {room("aaaaaaaaaaaa"): "lobby", logging("bbbbbbbbbbbb"): "lobby"}


def test_of_two_that_have_a_name_each_gets_its_modules_before_it() -> None:
    assert names(
        Entry(room("aaaaaaaaaaaa"), "a", "lobby", ("eu", "chat")),
        Entry(room("bbbbbbbbbbbb"), "b", "lobby", ("us",)),
        Entry(room("cccccccccccc"), "c", "hall", ("us",)),
    ) == ["hall", "eu-chat-lobby", "us-lobby"]


def test_names_that_even_modules_do_not_distinguish_get_the_id() -> None:
    assert names(
        Entry(room("aaaaaaaaaaaa"), 'a["a b"]', "lobby-a-b"),
        Entry(room("bbbbbbbbbbbb"), 'a["a-b"]', "lobby-a-b"),
    ) == ["lobby-a-b-aaaaaaaaaaaa", "lobby-a-b-bbbbbbbbbbbb"]


def test_a_name_with_modules_does_not_take_another_ones_own_name() -> None:
    assert names(
        Entry(room("aaaaaaaaaaaa"), "a", "eu-lobby"),
        Entry(room("bbbbbbbbbbbb"), "b", "lobby", ("eu",)),
        Entry(room("cccccccccccc"), "c", "lobby", ("us",)),
    ) == ["eu-lobby", "us-lobby", "eu-lobby-bbbbbbbbbbbb"]


def test_an_arn_that_is_there_twice_has_its_first_name() -> None:
    assert names(Entry(room("aaaaaaaaaaaa"), "a", "lobby"), Entry(room("aaaaaaaaaaaa"), "b", "hall")) == ["lobby"]


@pytest.mark.parametrize("arn", [None, "", 1, "lobby", "arn:aws:ivs:us-west-2:111122223333:channel/abcdefghijkl"])
def test_an_entry_without_an_arn_of_ivs_chat_is_an_error_that_names_it_and_the_file(arn: object) -> None:
    with pytest.raises(SettingsError, match=r"^state\.json: aws_ivschat_room\.lobby does not have the ARN of a room"):
        Entry.of(arn, "aws_ivschat_room.lobby", "lobby", place="state.json")


@pytest.mark.parametrize("document", [{}, {"a": None}, {"a": []}, {"a": {"b": 1}}])
def test_parts_of_a_document_that_have_another_form_count_as_not_there(document: dict[str, object]) -> None:
    assert mapping_in(document, "a", "b") == {}
    assert objects_in(document, "a") == []
