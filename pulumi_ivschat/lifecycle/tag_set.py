"""The life of a tag set: some keys on a resource that is managed elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import attrs

from pulumi_ivschat.aws.client import ControlPlane
from pulumi_ivschat.aws.read_ahead import Pages, Reader
from pulumi_ivschat.aws.waiting import Time
from pulumi_ivschat.errors import DamagedState, ResourceNotFound, TagTaken, looking_up
from pulumi_ivschat.lifecycle import Checked, Difference, Inputs, Reading, State
from pulumi_ivschat.lifecycle.sound_states import is_recorded
from pulumi_ivschat.lifecycle.tags import TagChange, live_tags, others, owned, part_way, put_tags, tag_change
from pulumi_ivschat.lifecycle.words import PYTHON, Words
from pulumi_ivschat.model import service_model, validation
from pulumi_ivschat.model.arns import region_of
from pulumi_ivschat.model.service_model import Shape
from pulumi_ivschat.settings import Settings

_FLAG: Final = Shape(name="Flag", type="boolean")
_DEFAULTS: Final = {"overwrite": False, "exclusive": False}
INPUTS: Final = attrs.evolve(
    service_model.operations()["TagResource"].input,
    name="TagSet",
    members={**service_model.operations()["TagResource"].input.members, **dict.fromkeys(_DEFAULTS, _FLAG)},
)
"""The shape of a tag set's inputs."""


@attrs.frozen
class TagSetLife:
    """The life of a tag set, whose id is the ARN of the resource that it tags."""

    settings: Settings
    control_plane: ControlPlane
    pages: Pages | None = None
    time: Time = attrs.field(factory=Time)
    words: Words = PYTHON

    def check(self, inputs: Inputs, previous: Inputs) -> Checked:
        """Merge in defaults, and find all failures."""
        del previous
        complete = {**_DEFAULTS, **{name: value for name, value in inputs.items() if value is not None}}
        return Checked(complete, list(validation.failures(INPUTS, complete, names=self.words.names)))

    def diff(self, arn: str, state: Inputs, inputs: Inputs) -> Difference:
        """Compare property by property; another resource replaces."""
        moved = inputs.get("resource_arn") != arn
        properties = [name for name in ("tags", *_DEFAULTS) if state.get(name) != inputs.get(name)]
        replaces = ["resource_arn"] if moved else []
        return Difference(bool(replaces or properties), replaces, properties=[*replaces, *properties])

    def create(self, inputs: Inputs) -> tuple[str, State]:
        """Set the keys, after a look at whose they are."""
        arn = inputs["resource_arn"]
        return arn, self._written(arn, {}, inputs, live_tags(self.control_plane, arn))

    def begin(self, inputs: Inputs) -> tuple[str, State]:
        """Set the keys: what fails leaves none."""
        return self.create(inputs)

    def begun(self, inputs: Inputs) -> State | None:
        """
        Return the state that a create which was interrupted has come to: a set of the keys that are there, None if none is.

        Those are the declared keys with their declared values. One that somebody else had put there before with the same
        value cannot be distinguished, and is the set's, as it is after a create that ended. Values that a set with
        *overwrite* has overwritten are lost. A set that is to be *exclusive* is so only if no keys of others are left.
        """
        arn, tags = inputs["resource_arn"], inputs["tags"]
        try:
            live = live_tags(self.control_plane, arn)
        except ResourceNotFound:
            return None
        there = {key: value for key, value in tags.items() if live.get(key) == value}
        is_exclusive = inputs["exclusive"] and not others(live, tags)
        return {**inputs, "tags": there, "exclusive": is_exclusive, "tags_all": live} if there else None

    def changed(self, arn: str, state: Inputs, inputs: Inputs) -> State | None:
        """
        Return the state that an update which was interrupted has brought a resource's tags to, of any type; None if it is gone.

        A key that somebody else had put there with the same value is treated as its own, as in `begun`.
        """
        try:
            live = live_tags(self.control_plane, arn)
        except ResourceNotFound:
            return None
        return {**state, "tags": part_way(state["tags"], inputs["tags"], live), "tags_all": live}

    def read(self, arn: str, state: Inputs) -> Reading | None:
        """
        Return the owned keys as they are; those of others as well where the set is exclusive.

        A state that has lost its tags stays without: with no tags, a delete would leave its keys on the resource.
        A state without resource is a lookup, for which *gone* is an error.
        """
        region_of(arn)  # raises if it is not an ARN

        def agrees(answer: Mapping[str, Any]) -> bool:
            return self._reading(arn, state, answer["tags"]).state == dict(state)

        try:
            with looking_up():
                answer = Reader(self.control_plane, self.pages).read("ListTagsForResource", arn, state, agrees)
        except ResourceNotFound:
            if is_recorded(state):
                return None
            raise
        return self._reading(arn, state, answer["tags"])

    def _reading(self, arn: str, state: Inputs, tags: Mapping[str, str]) -> Reading:
        live = dict(tags)
        all_owned = state.get("exclusive") or not is_recorded(state)
        keys = [*state.get("tags", {}), *(others(live, ()) if all_owned else ())]
        own: State = {"tags": owned(live, keys)} if "tags" in state or all_owned else {}
        flags: State = {name: state.get(name, default) for name, default in _DEFAULTS.items()}
        inputs: State = {**flags, "resource_arn": arn, **own}
        return Reading({**inputs, "tags_all": live}, inputs)

    def update(self, arn: str, state: Inputs, inputs: Inputs) -> State:
        """Change what differs; look at the resource first where keys come, go, or are to be the only ones."""
        before, after = state.get("tags", {}), inputs["tags"]
        looks = inputs["exclusive"] or before.keys() != after.keys() or "tags_all" not in state
        live = live_tags(self.control_plane, arn) if looks else {**state["tags_all"], **before}
        return self._written(arn, before, inputs, live)

    def delete(self, arn: str, state: Inputs) -> None:
        """Remove the keys whose value is still the set's own; raise DamagedState if the state does not have them."""
        if "tags" not in state:
            msg = "the state does not have the tags of this set, so its keys are not known"
            raise DamagedState(msg, subject=arn, remedy="Run `pulumi up` with the set in the program first.")
        try:
            live = live_tags(self.control_plane, arn)
        except ResourceNotFound:
            return
        ours = [key for key, value in state["tags"].items() if live.get(key) == value]
        put_tags(self.control_plane, arn, TagChange({}, sorted(ours)), live)

    def _written(self, arn: str, before: Mapping[str, str], inputs: Inputs, live: Mapping[str, str]) -> State:
        after = inputs["tags"]
        if not inputs["overwrite"]:
            self._refuse_taken(arn, {key: after[key] for key in after.keys() - before.keys()}, live)
        going = {key: value for key, value in before.items() if live.get(key) == value}
        if inputs["exclusive"]:
            going |= others(live, after)
        change = tag_change({**owned(live, after), **going}, after)
        put_tags(self.control_plane, arn, change, live)
        return {**inputs, "tags_all": change.applied(live)}

    def _refuse_taken(self, arn: str, new: Mapping[str, str], live: Mapping[str, str]) -> None:
        taken = [key for key in sorted(new) if live.get(key, new[key]) != new[key]]
        if taken:  # the values may be secrets
            msg = f"{', '.join(taken)} has another value already"
            remedy = f"Leave the key to its owner, or take it over with {self.words.overwrite}."
            raise TagTaken(msg, operation="TagResource", subject=arn, remedy=remedy)


lifecycle: Final = TagSetLife
