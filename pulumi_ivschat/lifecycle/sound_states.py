"""
States without the damage that an editor or another tool has done.

A damaged property is omitted: then it differs from the program's, so the next `up` sends it again, and a refresh reads it.
A wrong id cannot be repaired in this way: it could be another room's.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Final

from pulumi_ivschat.errors import DamagedState, SettingsError
from pulumi_ivschat.lifecycle import Inputs, State
from pulumi_ivschat.model import service_model, validation
from pulumi_ivschat.model.arns import RESOURCES, region_of, type_of
from pulumi_ivschat.model.service_model import Shape, snake_case

_RECORDED: Final = frozenset({"arn", "create_time", "region", "resource_arn", "tags_all", "update_time"})
"""Each is in every state of a resource, or in its checked inputs, which take the place of outputs that are lost."""


def is_recorded(state: Inputs) -> bool:
    """Return whether a state is that of a resource that exists, and not what a lookup or an import begins with."""
    return not _RECORDED.isdisjoint(state)


def sound(name: str, properties: Inputs) -> State:
    """
    Return properties of a resource of the type *name* without values that are not of their types.

    Properties that this version does not have stay: a newer one may have written them.
    """
    shapes = _shapes(name)
    return {
        key: value
        for key, value in properties.items()
        if key not in shapes or validation.is_of_type(shapes[key], value)
    }


def is_damaged(recorded: Inputs, sound_state: Inputs) -> bool:
    """Return whether a state lacks its tags, which every resource has, or a property that is not in its *sound_state*."""
    given = {key for key, value in recorded.items() if value is not None}
    return "tags" not in sound_state or not given <= sound_state.keys()


def validate_id(name: str, arn: str, state: Inputs) -> None:
    """Raise DamagedState if the id of a recorded resource of the type *name* does not fit the ARN or region of its state."""
    if not is_recorded(state):
        return
    recorded = state.get("arn" if name in RESOURCES else "resource_arn", arn)
    if recorded != arn:
        problem = f"the id is {arn}, but the ARN is {recorded}"
    elif not _may_be_of(name, arn):
        problem = f"the id {arn} is not that of a {name}"
    elif (region := state.get("region", region_of(arn))) != region_of(arn):
        problem = f"the id {arn} is in {region_of(arn)}, but the region is {region}"
    else:
        return
    msg = f"the state of this resource is damaged: {problem}"
    raise DamagedState(msg)


def _may_be_of(name: str, arn: str) -> bool:
    try:
        return type_of(arn) == name or name not in RESOURCES
    except SettingsError:
        return False


@functools.cache
def _shapes(name: str) -> Mapping[str, Shape]:
    get = service_model.operations().get(f"Get{name}")
    members = get.output.members if get else {}
    return {**{snake_case(member): inner for member, inner in members.items()}, **_OURS}


_TAGS: Final = service_model.shape("Tags")
_FLAG: Final = Shape(name="Flag", type="boolean")
_TEXT: Final = Shape(name="Text", type="string")
_OURS: Final[Mapping[str, Shape]] = {
    "exclusive": _FLAG,
    "overwrite": _FLAG,
    "owner_tag": _TEXT,
    "region": _TEXT,
    "resource_arn": _TEXT,
    "tags": _TAGS,
    "tags_all": _TAGS,
    "timeout_seconds": Shape(name="TimeoutSeconds", type="integer"),
}
"""The properties that no answer of AWS has under this name."""
