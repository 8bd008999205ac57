"""Which values are secrets: those that a program declares as such, also if they are repeated, and other people's tags."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Final

from pulumi_ivschat.model.native import ValuePath
from pulumi_ivschat.model.owner_tag import OWNER_TAG

# How the engine marks secrets in messages and states (sdk/go/common/resource/properties.go).
SIGNATURE: Final = "4dabf18193072939515e22adb298388d"
SECRET: Final = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105  it is not a password

_TAGS: Final = "tags"
_ALL: Final = "tags_all"


def of_inputs(
    given: Collection[ValuePath], inputs: Mapping[str, Any], own_tags: Any, secret_defaults: Collection[str]
) -> set[ValuePath]:
    """
    Return the paths of the secrets in checked inputs.

    *given* are those of the program's own inputs, whose tags are *own_tags*; *secret_defaults* are keys of default tags.
    """
    declared = own_tags if isinstance(own_tags, Mapping) else {}
    tags = inputs.get(_TAGS)
    merged = {
        (_TAGS, key) for key in secret_defaults if isinstance(tags, Mapping) and key in tags and key not in declared
    }
    return {*given, *merged}


def of_outputs(inputs: Collection[ValuePath], outputs: Mapping[str, Any]) -> set[ValuePath]:
    """
    Return the paths of the secrets in outputs, by those of the inputs.

    A declared tag is as secret in all tags as in its declaration. Any other one may be a secret of somebody
    else, of which AWS's answer shows nothing.
    """
    own, live = outputs.get(_TAGS), outputs.get(_ALL)
    if not isinstance(live, Mapping):
        return {*inputs, (_ALL,)}
    plain = {key for key in own if not {(_TAGS,), (_TAGS, key)} & {*inputs}} if isinstance(own, Mapping) else set()
    return {*inputs, *((_ALL, key) for key in live if key not in plain and key != OWNER_TAG)}
