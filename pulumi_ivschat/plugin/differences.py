"""A difference as the engine shows it: the path of each value that changes, and how it changes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pulumi_ivschat.lifecycle import Difference, Inputs
from pulumi_ivschat.lifecycle.logging_configuration import ACTIVE
from pulumi_ivschat.model.native import Spec, ValuePath, outward_path, shown_path


def changes(difference: Difference, state: Inputs, inputs: Inputs, spec: Spec) -> dict[str, str]:
    """
    Return how each value changes: ADD, DELETE or UPDATE, with _REPLACE if that replaces the resource.

    Keys are paths as people write them, such as `tags.team` and `messageReviewHandler.uri`. An owner tag that alone changes has
    none, nor has a damaged state: the engine would replace the resource for one if the program has `replaceOnChanges: ["*"]`.
    """
    if difference.unseen:
        return {"state": "UPDATE"} if state.get("state", ACTIVE) != ACTIVE else {}
    found = {}
    for name in difference.properties:
        suffix = "_REPLACE" if name in difference.replaces else ""
        for path, kind in _changes((name,), state.get(name), inputs.get(name)):
            found[shown_path(outward_path(path, spec))] = f"{kind}{suffix}"
    return found


def _changes(path: ValuePath, old: Any, new: Any) -> Iterator[tuple[ValuePath, str]]:
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in sorted(old.keys() | new.keys()):
            if old.get(key) != new.get(key):
                yield from _changes((*path, key), old.get(key), new.get(key))
    else:
        yield path, "ADD" if old is None else "DELETE" if new is None else "UPDATE"
