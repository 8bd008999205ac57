"""Messages of the engine as plain values, and back."""

from __future__ import annotations

from typing import Any

import pytest
from google.protobuf import json_format
from google.protobuf.struct_pb2 import Struct

from pulumi_ivschat.model.validation import UNKNOWN
from pulumi_ivschat.plugin.values import is_known, message, plain

SECRET = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270"}
OUTPUT = {"4dabf18193072939515e22adb298388d": "d0e6a833031e9bbcd3f4e8bde6ca49a4"}
UNKNOWN_STRING = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"


def struct(values: dict[str, Any]) -> Struct:
    return json_format.ParseDict(values, Struct())


def test_plain_values_go_there_and_back() -> None:
    values = {"a": "text", "b": 1.5, "c": True, "d": [1.0, {"e": "f"}], "g": {}}

    assert plain(message(values)).values == values


def test_secrets_are_found_at_every_depth_and_put_back() -> None:
    sent = struct({"tags": {"a": {**SECRET, "value": "hush"}, "b": "c"}, "list": [{**SECRET, "value": [1.0]}]})

    found = plain(sent)

    assert found.values == {"tags": {"a": "hush", "b": "c"}, "list": [[1.0]]}
    assert found.secrets == {("tags", "a"), ("list", 0)}
    assert message(found.values, found.secrets) == sent


def test_unknown_values_of_each_kind_are_found_and_sent() -> None:
    found = plain(struct({"a": UNKNOWN_STRING, "b": ["6a19a0b0-7e62-4c92-b797-7f8e31da9cc2"]}))

    assert found.values == {"a": UNKNOWN, "b": [UNKNOWN]}
    assert not is_known(found.values["b"])
    assert is_known({"a": [1]})
    assert plain(message({"a": UNKNOWN})).values == {"a": UNKNOWN}


def test_outputs_are_their_value_or_unknown() -> None:
    sent = struct({"a": {**OUTPUT, "value": "x", "secret": True}, "b": OUTPUT})

    found = plain(sent)

    assert found.values == {"a": "x", "b": UNKNOWN}
    assert found.secrets == {("a",)}


@pytest.mark.parametrize("values", [{"a": None}, {}])
def test_a_null_is_the_same_as_an_omitted_property(values: dict[str, Any]) -> None:
    assert plain(struct(values)).values == {}
    assert message(values) == Struct()


def test_no_repr_shows_a_value() -> None:
    assert "hush" not in repr(plain(struct({"a": "hush"})))


def test_a_secret_null_is_an_omitted_property_and_no_secret() -> None:
    found = plain(struct({"name": {**SECRET, "value": None}, "tags": {"a": "1"}}))

    assert (found.values, found.secrets) == ({"tags": {"a": "1"}}, frozenset())
