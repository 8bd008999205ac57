"""The protocol: what a request means and how an answer looks, without HTTP."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, strategies as st

from pulumi_ivschat.local.errors import ApiError
from pulumi_ivschat.local.resources import resource
from pulumi_ivschat.local.rest_json import Routed, read, route, write, write_error
from pulumi_ivschat.model.service_model import operations
from tests.drawn import drawn


def _routed(method: str, target: str) -> Routed:
    routed = route(method, target)
    assert routed is not None
    return routed


def _create_room(body: bytes) -> dict[str, Any]:
    return read(_routed("POST", "/CreateRoom"), "", body)


@pytest.mark.parametrize("name", sorted(operations()))
def test_every_operation_is_found_by_its_method_and_path(name: str) -> None:
    described = operations()[name]
    target = described.path.replace("{resourceArn}", "arn%3Aaws")

    assert _routed(described.method, target).operation == described


@pytest.mark.parametrize(
    ("method", "target"),
    [
        ("GET", "/CreateRoom"),
        ("POST", "/createroom"),
        ("POST", "/CreateRoom/"),
        ("POST", "/"),
        ("PUT", "/tags/x"),
        ("GET", "/tags"),
        ("GET", "/tags/a/b"),
        ("GET", "/xtags/a"),
    ],
)
def test_other_methods_and_paths_name_no_operation(method: str, target: str) -> None:
    assert route(method, target) is None


def test_a_label_is_decoded_once() -> None:
    assert read(_routed("GET", "/tags/arn%3Aaws%2F%2541"), "", b"") == {"resourceArn": "arn:aws/%41"}


def test_query_members_may_be_repeated_and_hold_anything() -> None:
    query = "tagKeys=b%20k&tagKeys=a%2F%C3%A9&other=x&tagKeys=a%26%3D&tagKeys="

    assert read(_routed("DELETE", "/tags/x"), query, b"")["tagKeys"] == ["b k", "a/é", "a&=", ""]


@pytest.mark.parametrize(
    ("target", "query"), [("/tags/%ff", ""), ("/tags/x", "tagKeys=%c3"), ("/tags/x", "a=&" * 1001)]
)
def test_a_path_or_query_that_is_not_text_is_malformed(target: str, query: str) -> None:
    with pytest.raises(ApiError, match="SerializationException"):
        read(_routed("DELETE", target), query, b"")


def test_labels_and_body_make_one_input_and_the_body_cannot_set_a_label() -> None:
    body = b'{"tags": {"a": "b"}, "resourceArn": "other"}'

    assert read(_routed("POST", "/tags/arn"), "", body) == {"resourceArn": "arn", "tags": {"a": "b"}}


def test_null_and_unknown_members_are_omitted() -> None:
    assert _create_room(b'{"name": null, "unknown": {"deep": [1]}, "tags": {}}') == {"tags": {}}


def test_an_empty_body_is_an_empty_input() -> None:
    assert _create_room(b"") == {}


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"\xff",
        b"\xef\xbb\xbf{}",
        b"[]",
        b"null",
        b'"text"',
        b'{"maximumMessageLength": NaN}',
        b'{"maximumMessageLength": 1' + b"0" * 5000 + b"}",
        b'{"maximumMessageLength": "10"}',
        b'{"maximumMessageLength": 10.0}',
        b'{"maximumMessageLength": true}',
        b'{"name": 1}',
        b'{"name": ["a"]}',
        b'{"name": "\\ud800"}',
        b'{"tags": []}',
        b'{"tags": {"\\udfff": "x"}}',
        b'{"tags": {"a": 1}}',
        b'{"tags": {"a": null}}',
        b'{"loggingConfigurationIdentifiers": {}}',
        b'{"loggingConfigurationIdentifiers": [null]}',
        b'{"messageReviewHandler": "arn"}',
        b'{"messageReviewHandler": {"uri": {}}}',
        b'{"unknown": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    ],
)
def test_wrong_json_and_wrong_types_are_malformed(body: bytes) -> None:
    with pytest.raises(ApiError) as raised:
        _create_room(body)

    assert (raised.value.code, raised.value.status) == ("SerializationException", 400)


def _outcome(routed: Routed, body: bytes) -> str | dict[str, Any]:
    try:
        return read(routed, "", body)
    except ApiError as error:
        return error.code


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)
_members = st.sampled_from(["identifier", "name", "tags", "maxResults", "nextToken", "destinationConfiguration"])


@drawn(50)
@given(st.sampled_from(sorted(operations())), st.dictionaries(_members, _json))
def test_any_json_is_either_read_or_malformed(name: str, document: dict[str, Any]) -> None:
    described = operations()[name]
    routed = Routed(described, {"resourceArn": "x"})

    outcome = _outcome(routed, json.dumps(document).encode())

    assert outcome == "SerializationException" or set(outcome) <= described.input.members.keys()


@drawn(50)
@given(st.binary(max_size=200))
def test_any_bytes_are_either_read_or_malformed(body: bytes) -> None:
    outcome = _outcome(_routed("POST", "/CreateRoom"), body)

    assert outcome == "SerializationException" or set(outcome) <= operations()["CreateRoom"].input.members.keys()


def test_an_answer_has_the_members_of_the_shape_only() -> None:
    room = {"name": "é", "maximumMessageLength": 1, "secret": "x"}

    answer = write(operations()["ListRooms"], {"rooms": [room]})

    assert (answer.status, answer.body.decode()) == (200, '{"rooms":[{"name":"é"}]}')


def test_an_answer_shows_what_the_store_has_kept_by_the_shape_of_the_operation() -> None:
    room = resource('{"name":"é","maximumMessageLength":1,"messageReviewHandler":{"uri":"x","secret":1},"secret":"x"}')
    outputs = [("GetRoom", room), ("ListRooms", {"rooms": [room, room]})] * 2

    answers = [write(operations()[operation], output) for operation, output in outputs]

    summary = {"name": "é", "messageReviewHandler": {"uri": "x"}}
    whole, listed = {**summary, "maximumMessageLength": 1}, {"rooms": [summary, summary]}
    assert [json.loads(answer.body) for answer in answers] == [whole, listed] * 2


def test_an_answer_without_content_has_no_body() -> None:
    answer = write(operations()["DeleteRoom"], {"x": "y"})

    assert (answer.status, answer.body) == (204, b"")


def test_an_error_has_its_code_in_the_header_and_its_members_in_the_body() -> None:
    answer = write_error(ApiError("ThrottlingException", "Slow down", limit=5))

    assert answer.status == 429
    assert answer.headers == {"x-amzn-ErrorType": "ThrottlingException"}
    assert json.loads(answer.body) == {
        "message": "Slow down",
        "resourceId": "unknown",
        "resourceType": "ROOM",
        "limit": 5,
    }
