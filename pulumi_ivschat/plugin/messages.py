"""
The engine's messages as lifecycles take them, and back: properties, names, errors.

`values` converts single values; `servicer` has a method for each message.
"""

from __future__ import annotations

import re
from typing import Any, Final

import grpc
from google.protobuf import any_pb2
from pulumi.runtime.proto import provider_pb2, status_pb2

from pulumi_ivschat.errors import SettingsError
from pulumi_ivschat.model import native
from pulumi_ivschat.model.urns import Urn
from pulumi_ivschat.operations.operation import Operation
from pulumi_ivschat.plain_text import plain_lines
from pulumi_ivschat.plugin.resources import Made, NativeResource
from pulumi_ivschat.plugin.values import Plain, message, plain
from pulumi_ivschat.settings import NAMESPACE

_DEFAULT_TAGS: Final = "defaultTags"
_SET: Final = re.compile(r"`pulumi config set (?:--path )?'?([^' ]+)'? ([^`]+)`")
_REMOVE: Final = re.compile(r" with `pulumi config rm [^`]+`")


def secret_defaults_in(given: Plain, operation: Operation) -> frozenset[str]:
    """Return the keys of default tags whose values are secrets."""
    if (_DEFAULT_TAGS,) in given.secrets:
        return frozenset(operation.settings.default_tags)
    return frozenset(path[1] for path in given.secrets if path[0] == _DEFAULT_TAGS and path[1:])


def for_provider(error: SettingsError, urn: str) -> SettingsError:
    """
    Return the error with the words and the remedy for the provider that has the settings.

    The engine calls those that have the stack's configuration `default` or `default_1_0_0`; the others are in the program.
    """
    name = Urn.parse(urn).name
    if name.partition("_")[0] == "default":
        return error
    text = _SET.sub(r"`\1: \2`", _REMOVE.sub("", error.message)).replace(NAMESPACE, "")
    return error.evolved(message=text, remedy=f"Correct the properties of the provider {name} in the program.")


def default_name(request: Any, resource: NativeResource, olds: Plain) -> str | None:
    """
    Return the name of a resource whose program names none.

    With automatic names it keeps the one it has, also one that a program has named: the state does not show who chose it, and
    the engine proposes another random one at each update.
    """
    if not request.HasField("autonaming"):
        return resource.urn.name
    options = provider_pb2.CheckRequest.AutonamingOptions
    if request.autonaming.mode == options.Mode.DISABLE:
        return None
    return olds.values.get("name") or request.autonaming.proposed_name or resource.urn.name


def inward(struct: Any, resource: NativeResource) -> Plain:
    """Return a message's properties with the names that lifecycles take, without the engine's own."""
    found = plain(struct)
    values = {key: value for key, value in found.values.items() if not key.startswith("__")}
    paths = (native.inward_path(path, resource.spec) for path in found.secrets if path[0] in values)
    return Plain(native.inward(values, resource.spec), frozenset(paths))


def outward(properties: Plain, resource: NativeResource) -> Any:
    """Return a message with the names that people write."""
    paths = {native.outward_path(path, resource.spec) for path in properties.secrets}
    return message(native.outward(properties.values, resource.spec), paths)


def kind_of(changed: bool) -> Any:  # noqa: FBT001  the engine's own flag
    """Return the engine's word for whether something changes."""
    response = provider_pb2.DiffResponse
    return response.DIFF_SOME if changed else response.DIFF_NONE


def unfinished_details(made: Made, resource: NativeResource, inputs: Any) -> bytes:
    """Return that something was made and is not finished, in the engine's own form."""
    text = plain_lines(str(made.unfinished))
    failed = provider_pb2.ErrorResourceInitFailed(
        id=made.arn, properties=outward(made.outputs, resource), reasons=[text], inputs=inputs
    )
    detail = any_pb2.Any()
    detail.Pack(failed)
    status = status_pb2.Status(code=grpc.StatusCode.UNKNOWN.value[0], message=text, details=[detail])
    return status.SerializeToString()
