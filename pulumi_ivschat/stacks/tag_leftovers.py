"""What an update that was interrupted has done to tags: keys that it has added or removed, and the state does not know."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import attrs

from pulumi_ivschat.lifecycle.tag_set import TagSetLife
from pulumi_ivschat.stacks import state
from pulumi_ivschat.stacks.state import Pending


@attrs.frozen
class TagLeftover:
    """
    What the pending create of a tag set has come to: the *state* of a set of the keys that are there.

    A key that was there before with the same value cannot be distinguished, and is one of them: see `TagSetLife.begun`.
    """

    pending: Pending
    state: Mapping[str, Any] = attrs.field(repr=False)

    @property
    def arn(self) -> str:
        """The ARN of what it tags."""
        return str(self.state["resource_arn"])

    @property
    def is_whole(self) -> bool:
        """Whether all keys are there that were to be set."""
        return bool(self.state["tags"] == self.pending.inputs["tags"])


@attrs.frozen
class TagUpdate:
    """How far the pending update of a resource's tags has come: its outputs in the state, and what they are to be."""

    pending: Pending
    arn: str
    before: Mapping[str, Any] = attrs.field(repr=False)
    state: Mapping[str, Any] = attrs.field(repr=False)

    @property
    def keys(self) -> list[str]:
        """The keys of which the state does not know what has become."""
        before, now = self.before["tags"], self.state["tags"]
        return sorted(key for key in before.keys() | now.keys() if before.get(key) != now.get(key))


def tag_leftovers(exported: Mapping[str, Any], pending: Iterable[Pending], life: TagSetLife) -> Iterator[TagLeftover]:
    """Yield what has come of the pending creates of tag sets, without the keys that the state has as some other resource's."""
    recorded = _recorded_keys(exported)
    for create in pending:
        if not create.is_create or create.creates_resource:
            continue
        inputs = create.inputs
        tags = {key: value for key, value in inputs["tags"].items() if (inputs["resource_arn"], key) not in recorded}
        if begun := life.begun({**inputs, "tags": tags}):
            yield TagLeftover(create, begun)


def tag_updates(exported: Mapping[str, Any], pending: Iterable[Pending], life: TagSetLife) -> Iterator[TagUpdate]:
    """Yield how far pending updates of tags have come, without new keys that the state has as some other resource's."""
    recorded = _recorded_keys(exported)
    resources = {each.urn: each for each in state.managed(exported)}
    for update in pending:
        if not update.is_update or (resource := resources.get(update.urn)) is None:
            continue
        outputs = {"tags": {}, **resource.outputs}  # an editor may have removed them
        before, after = outputs["tags"], update.inputs["tags"]
        own = {key: value for key, value in after.items() if key in before or (resource.arn, key) not in recorded}
        if own != before and (now := life.changed(resource.arn, outputs, {"tags": own})):
            yield TagUpdate(update, resource.arn, outputs, now)


def _recorded_keys(exported: Mapping[str, Any]) -> set[tuple[str, str]]:
    return {(each.arn, key) for each in state.managed(exported) for key in each.outputs.get("tags") or ()}
