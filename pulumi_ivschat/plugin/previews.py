"""What a preview knows of the state that a create or an update will leave."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from pulumi_ivschat.lifecycle import Inputs, State
from pulumi_ivschat.lifecycle.tags import owner_tag_change, tag_change
from pulumi_ivschat.model.owner_tag import OWNER_TAG
from pulumi_ivschat.model.validation import UNKNOWN

_ACTIVE: Final = {"state": "ACTIVE"}


def created(inputs: Inputs, names: Iterable[str]) -> State:
    """Return the state after a create, which has all outputs in *names*; those that AWS decides are unknown."""
    tags, owner = inputs["tags"], inputs.get("owner_tag", "")
    state = {**dict.fromkeys(names, UNKNOWN), **inputs}
    if "message_review_handler" in state and "message_review_handler" not in inputs:
        del state["message_review_handler"]
    if "resource_arn" not in inputs:  # the tags of another resource are not known
        mark = {OWNER_TAG: owner} if owner else {}
        state |= {"owner_tag": owner, "tags_all": {**mark, **tags} if isinstance(tags, Mapping) else UNKNOWN}
    return {**state, **(_ACTIVE if "state" in state else {})}


def updated(state: Inputs, inputs: Inputs, properties: Iterable[str]) -> State:
    """Return the state after an update of these *properties*; when that happens is unknown."""
    after: dict[str, Any] = {**state, **inputs}
    if "message_review_handler" not in inputs:
        after.pop("message_review_handler", None)
    if set(properties) - {"tags", "timeout_seconds"} and "update_time" in state:
        after["update_time"] = UNKNOWN
    live = _tags_after(state, inputs)
    after["tags_all"] = live
    if "owner_tag" in state:
        after["owner_tag"] = live.get(OWNER_TAG, "") if isinstance(live, Mapping) else state["owner_tag"]
    return {**after, **(_ACTIVE if "state" in state else {})}


def _tags_after(state: Inputs, inputs: Inputs) -> Any:
    before, after, live = state.get("tags", {}), inputs["tags"], state.get("tags_all", {})
    if not isinstance(after, Mapping):
        return UNKNOWN
    owner = owner_tag_change(live, inputs.get("owner_tag"), after)
    return tag_change(before, after).with_put(owner).applied(live)
