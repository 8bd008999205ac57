"""
The file of a fleet, checked: which rooms there are, and which stack each is in.

    stacks: [NAME, …]     the stacks that the rooms are spread over
    settings: {…}         `ivschat:…` of every stack
    rooms:
      KEY:                the room's name in Pulumi, and its own unless it says another
        stack: NAME       the stack it is in; if omitted, its key decides
        …                 any input of a Room

A room's stack follows from its key and the names of the stacks alone, so another room more or less moves none.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import attrs
import yaml

from pulumi_ivschat.errors import IvsChatError
from pulumi_ivschat.model import service_model, validation
from pulumi_ivschat.settings import REGION_FORM, from_config


class FleetFileError(Exception):
    """Raised if a file is invalid; the message names the file, and each entry and property."""


@attrs.frozen
class Fleet:
    """What a file says."""

    stacks: Sequence[str]
    settings: Mapping[str, Any]
    rooms: Mapping[str, Mapping[str, Any]]

    def stack_of(self, key: str) -> str:
        """Return the stack of a room: the one it names, else the one with the highest hash beside its key."""
        pinned = self.rooms.get(key, {}).get("stack")
        return pinned or max(self.stacks, key=lambda name: hashlib.sha256(f"{name}/{key}".encode()).digest())

    def rooms_of(self, stack: str) -> dict[str, dict[str, Any]]:
        """Return the inputs of each room of a stack."""
        own = {key: inputs for key, inputs in self.rooms.items() if self.stack_of(key) == stack}
        return {key: {name: value for name, value in own[key].items() if name != "stack"} for key in own}


def read(file: str | Path) -> Fleet:
    """Read a file; raise FleetFileError with everything that is wrong in it."""
    try:
        document = yaml.safe_load(Path(file).read_text(encoding="utf-8"))
    except OSError as error:
        msg = f"{file}: {error.strerror}"
        raise FleetFileError(msg) from None
    except yaml.YAMLError as error:
        msg = f"{file}: is not YAML: {' '.join(str(error).split())}"
        raise FleetFileError(msg) from None
    if problems := list(_problems(document)):
        raise FleetFileError("\n".join(f"{file}: {problem}" for problem in problems))
    rooms = {key: inputs or {} for key, inputs in document["rooms"].items()}
    return Fleet(document["stacks"], document.get("settings") or {}, rooms)


def _problems(document: Any) -> Iterator[str]:
    if not isinstance(document, dict):
        yield "must have stacks and rooms"
        return
    for name in document.keys() - {"stacks", "settings", "rooms"}:
        yield f"{name} is not a section of it: use stacks, settings or rooms"
    stacks = document.get("stacks")
    if not isinstance(stacks, list) or not stacks or not all(isinstance(name, str) for name in stacks):
        yield "stacks must be a list of names"
        stacks = []
    yield from _setting_problems(document.get("settings") or {})
    rooms = document.get("rooms")
    if not isinstance(rooms, dict):
        yield "rooms must be a map of rooms"
        return
    for key, inputs in rooms.items():
        yield from (f"rooms.{key}{problem}" for problem in _room_problems(key, inputs or {}, stacks))


def _setting_problems(settings: Any) -> Iterator[str]:
    if not isinstance(settings, dict):
        yield "settings must be a map"
        return
    try:
        from_config({f"ivschat:{name}": value for name, value in settings.items()})
    except IvsChatError as error:
        yield f"settings: {error}"


def _room_problems(key: Any, inputs: Any, stacks: Sequence[str]) -> Iterator[str]:
    if not isinstance(key, str) or not isinstance(inputs, dict):
        yield " must be a name with a map of inputs"
        return
    region, stack = inputs.get("region"), inputs.get("stack")
    if region is not None and not REGION_FORM.fullmatch(str(region)):
        yield f".region must be a region such as us-west-2; it is {region!r}"
    if stack is not None and stack not in stacks:
        yield f".stack must be one of {', '.join(stacks)}; it is {stack!r}"
    own = {name: value for name, value in inputs.items() if name not in {"region", "stack"}}
    for failure in validation.failures(service_model.shape("CreateRoomRequest"), {"name": key, **own}):
        yield f".{failure.property} {failure.reason}"
