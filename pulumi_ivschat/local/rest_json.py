"""The REST-JSON protocol, both ways, as the service model describes it: requests to input, output to answers."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final, NoReturn
from urllib.parse import parse_qsl, unquote

import attrs

from pulumi_ivschat.local.errors import ApiError, malformed
from pulumi_ivschat.local.resources import Resource
from pulumi_ivschat.model.service_model import Operation, Shape, operations

_LABEL: Final = re.compile(r"\\\{(\w+)\\\}")


@attrs.frozen
class Routed:
    """The operation that a method and a raw path name, with the labels in the path, still encoded."""

    operation: Operation
    labels: Mapping[str, str]


@attrs.frozen
class Answer:
    """An answer on the wire."""

    status: int
    body: bytes
    headers: Mapping[str, str] = attrs.field(factory=dict)


def route(method: str, target: str) -> Routed | None:
    """Find the operation for a request by its method and raw path; a label is one segment, as the model says."""
    if operation := _without_labels().get((method, target)):
        return Routed(operation, {})
    for operation, path in _with_labels():
        found = path.fullmatch(target)
        if found and operation.method == method:
            return Routed(operation, found.groupdict())
    return None


@functools.cache
def _without_labels() -> Mapping[tuple[str, str], Operation]:
    return {(each.method, each.path): each for each in operations().values() if "{" not in each.path}


@functools.cache
def _with_labels() -> tuple[tuple[Operation, re.Pattern[str]], ...]:
    return tuple((operation, _path(operation.path)) for operation in operations().values() if "{" in operation.path)


def _path(template: str) -> re.Pattern[str]:
    return re.compile(_LABEL.sub(r"(?P<\1>[^/]*)", re.escape(template)))


def read(routed: Routed, query: str, body: bytes) -> dict[str, Any]:
    """
    Return the input of an operation, in the API's casing.

    What the service model does not know is omitted. Raises SerializationException where the JSON or a type in it is
    wrong; constraints are not looked at.
    """
    structure = routed.operation.input
    located = _labels(routed, structure) | _query_members(structure, query) if structure.locations else {}
    if structure.members.keys() <= structure.locations.keys():
        return located
    unlocated = {name: value for name, value in document(body).items() if name not in structure.locations}
    return {**members(structure, unlocated), **located}


def members(structure: Shape, given: Any) -> dict[str, Any]:
    """Return those members of a structure that JSON gives; raise SerializationException where a type in it is wrong."""
    return _structure(structure, _object(given), "")


def _labels(routed: Routed, structure: Shape) -> dict[str, Any]:
    return {
        member: _decoded(routed.labels[member]) for member, location in structure.locations.items() if location == "uri"
    }


def _query_members(structure: Shape, query: str) -> dict[str, Any]:
    given: dict[str, list[str]] = {}
    for name, value in _pairs(query):
        given.setdefault(name, []).append(value)
    return {
        member: given[member] if structure.members[member].type == "list" else given[member][-1]
        for member, location in structure.locations.items()
        if location == "querystring" and member in given
    }


def _pairs(query: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(query, keep_blank_values=True, errors="strict", max_num_fields=1000)
    except ValueError:
        msg = "The query string is not UTF-8, or has too many members"
        raise malformed(msg) from None


def _decoded(segment: str) -> str:
    try:
        return unquote(segment, errors="strict")
    except UnicodeDecodeError:
        msg = "The path is not UTF-8"
        raise malformed(msg) from None


def document(body: bytes) -> dict[str, Any]:
    """Return the JSON object that a body holds, an empty one if it is empty; raise SerializationException."""
    try:
        return _object(_DECODER.decode(body.decode() or "{}"))
    except (ValueError, RecursionError):
        msg = "The request body is not well-formed JSON"
        raise malformed(msg) from None


def _object(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        msg = "Start of structure or map expected"
        raise malformed(msg)
    return value


def _not_json(constant: str) -> NoReturn:
    raise ValueError(constant)


_DECODER: Final = json.JSONDecoder(parse_constant=_not_json)


def _structure(structure: Shape, value: Mapping[str, Any], path: str) -> dict[str, Any]:
    return {
        member: _typed(inner, value[member], f"{path}.{member}".lstrip("."))
        for member, inner in structure.members.items()
        if value.get(member) is not None
    }


def _typed(inner: Shape, value: Any, path: str) -> Any:
    if not isinstance(value, _JSON_TYPES[inner.type]) or isinstance(value, bool):
        msg = f"{path}: {_kind(value)} can not be converted to {_WORDS[inner.type]}"
        raise malformed(msg)
    if inner.type == "structure":
        return _structure(inner, value, path)
    if inner.type == "list" and inner.item is not None:
        return [_typed(inner.item, item, f"{path}[{index}]") for index, item in enumerate(value)]
    if inner.type == "map" and inner.item is not None:
        return {_encodable(key, path): _typed(inner.item, item, f"{path}.{key}") for key, item in value.items()}
    return _encodable(value, path) if isinstance(value, str) else value


def _encodable(text: str, path: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError:
        msg = f"{path}: a lone surrogate is not a character"
        raise malformed(msg) from None
    return text


def _kind(value: Any) -> str:
    for kind, types in _KINDS.items():
        if isinstance(value, types):
            return kind
    return "NULL_VALUE"


_JSON_TYPES: Final[Mapping[str, Any]] = {"string": str, "integer": int, "list": list, "map": dict, "structure": dict}

_WORDS: Final[Mapping[str, str]] = {
    "string": "a String",
    "integer": "an Integer",
    "list": "a List",
    "map": "a Map",
    "structure": "an Object",
}

_KINDS: Final[Mapping[str, type]] = {
    "BOOLEAN_VALUE": bool,
    "STRING_VALUE": str,
    "NUMBER_VALUE": int,
    "DECIMAL_VALUE": float,
    "LIST_VALUE": list,
    "STRUCTURE_VALUE": dict,
}


def write(operation: Operation, output: Mapping[str, Any]) -> Answer:
    """Return the answer that carries an output; what the operation's shape does not have is omitted."""
    no_content = 204
    if operation.status == no_content:
        return Answer(operation.status, b"")
    return Answer(operation.status, _json(operation.output, output).encode())


def write_error(error: ApiError) -> Answer:
    """Return the answer that carries an error; after a request that came too slowly, the connection ends (RFC 9110, 15.5.9)."""
    ends = {"connection": "close"} if error.status == HTTPStatus.REQUEST_TIMEOUT else {}
    return Answer(error.status, _ENCODER.encode(error.body()).encode(), {"x-amzn-ErrorType": error.code, **ends})


def _json(inner: Shape, value: Any) -> str:
    """Return a value in JSON, without what its shape does not have."""
    if isinstance(value, Resource):
        return value.answers.get(inner.name) or _first(inner, value)
    if inner.type == "structure":
        return _members(inner, value)
    if inner.type == "list" and inner.item is not None and inner.item.type == "structure":
        return f"[{','.join([_json(inner.item, item) for item in value])}]"
    return _ENCODER.encode(value)


def _first(structure: Shape, resource: Resource) -> str:
    """Return a resource in JSON, and keep the text with it for the next answer."""
    resource.answers[structure.name] = text = _members(structure, resource)
    return text


def _members(structure: Shape, value: Mapping[str, Any]) -> str:
    shown = {name: value[name] for name in structure.members if name in value}
    if shown.keys().isdisjoint(structure.nested):
        return _ENCODER.encode(shown)  # all at once, which is faster
    members = (f'"{name}":{_json(structure.members[name], each)}' for name, each in shown.items())
    return f"{{{','.join(members)}}}"


_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
