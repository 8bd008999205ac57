"""
Property values in messages, and as lifecycles take them.

A message marks secrets and unknown values. Lifecycles take plain values, `UNKNOWN` for what is unknown, and the paths of
secrets are kept beside them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

import attrs
from google.protobuf.struct_pb2 import ListValue, Struct, Value

from pulumi_ivschat.model.native import ValuePath
from pulumi_ivschat.model.secret_paths import SECRET, SIGNATURE
from pulumi_ivschat.model.validation import UNKNOWN, UNKNOWN_FORMS, UNKNOWN_STRING

# How the engine marks other values (sdk/go/common/resource/properties.go, plugin/rpc.go).
_OUTPUT: Final = "d0e6a833031e9bbcd3f4e8bde6ca49a4"


@attrs.frozen
class Plain:
    """Plain values, and the paths of those that are secrets."""

    values: Mapping[str, Any] = attrs.field(repr=False)
    secrets: frozenset[ValuePath] = frozenset()


def plain(struct: Struct) -> Plain:
    """Return the plain values of a message; a null is the same as an omitted property."""
    secrets: set[ValuePath] = set()
    values = {key: _plain(value, (key,), secrets) for key, value in struct.fields.items()}
    given = {key: value for key, value in values.items() if value is not None}
    return Plain(given, frozenset(path for path in secrets if path[0] in given))


def _plain(value: Value, path: ValuePath, secrets: set[ValuePath]) -> Any:
    kind = value.WhichOneof("kind")
    if kind == "struct_value":
        return _plain_struct(value.struct_value, path, secrets)
    if kind == "list_value":
        return [_plain(item, (*path, index), secrets) for index, item in enumerate(value.list_value.values)]
    if kind == "string_value":
        return UNKNOWN if value.string_value in UNKNOWN_FORMS else value.string_value
    return getattr(value, kind) if kind and kind != "null_value" else None


def _plain_struct(struct: Struct, path: ValuePath, secrets: set[ValuePath]) -> Any:
    fields = struct.fields
    mark = fields[SIGNATURE].string_value if SIGNATURE in fields else ""
    if mark == SECRET or (mark == _OUTPUT and "secret" in fields and fields["secret"].bool_value):
        secrets.add(path)
    if mark in {SECRET, _OUTPUT}:
        return _plain(fields["value"], path, secrets) if "value" in fields else UNKNOWN
    return {key: _plain(item, (*path, key), secrets) for key, item in fields.items()}


def message(values: Mapping[str, Any], secrets: Collection[ValuePath] = ()) -> Struct:
    """Return plain values as a message, in which those at the paths of *secrets* are marked; None is omitted."""
    fields = {key: _value(value, (key,), secrets) for key, value in values.items() if value is not None}
    return Struct(fields=fields)


def _value(value: Any, path: ValuePath, secrets: Collection[ValuePath]) -> Value:
    bare = _bare(value, path, secrets)
    if path not in secrets:
        return bare
    fields = {SIGNATURE: Value(string_value=SECRET), "value": bare}
    return Value(struct_value=Struct(fields=fields))


def _bare(value: Any, path: ValuePath, secrets: Collection[ValuePath]) -> Value:
    if value is UNKNOWN:
        return Value(string_value=UNKNOWN_STRING)
    if isinstance(value, Mapping):
        fields = {key: _value(item, (*path, key), secrets) for key, item in value.items() if item is not None}
        return Value(struct_value=Struct(fields=fields))
    if isinstance(value, (list, tuple)):
        items = [_value(item, (*path, index), secrets) for index, item in enumerate(value)]
        return Value(list_value=ListValue(values=items))
    if isinstance(value, bool):
        return Value(bool_value=value)
    return Value(number_value=value) if isinstance(value, (int, float)) else Value(string_value=value)


def is_known(value: Any) -> bool:
    """Return whether a value has nothing unknown in it."""
    return not any(each is UNKNOWN for each in _leaves(value))


def _leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, Mapping):
        value = [*value.values()]
    if isinstance(value, (list, tuple)):
        for item in value:
            yield from _leaves(item)
    else:
        yield value
