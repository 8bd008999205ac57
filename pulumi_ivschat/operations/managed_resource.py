"""The life of a resource within an operation of the engine: who owns its tag keys, and what an earlier `up` may have left."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Any

import attrs

from pulumi_ivschat.errors import Invalid
from pulumi_ivschat.lifecycle import Checked, Difference, Inputs, Lifecycle, Reading, State
from pulumi_ivschat.lifecycle.sound_states import is_damaged, sound, validate_id
from pulumi_ivschat.model.owner_tag import OWNER_TAG
from pulumi_ivschat.model.urns import Urn
from pulumi_ivschat.operations.operation import Operation
from pulumi_ivschat.plain_text import plain_lines


@attrs.frozen
class ManagedResource:
    """
    The life of one resource type within an operation.

    Its properties are those of a lifecycle: snake_case, without secrets, `UNKNOWN` for what a preview does not know.

    Attributes:
        owner: the resource as an owner of tag keys, None if the program itself finds two owners of a key.
    """

    name: str
    operation: Operation
    life: Lifecycle
    owner: Urn | None = None

    @classmethod
    def of(cls, name: str, operation: Operation, owner: Urn | None = None) -> ManagedResource:
        """Return the life of a resource type in this operation."""
        return cls(name, operation, operation.lifecycle(name), owner)

    def check(self, inputs: Inputs, previous: Inputs) -> Checked:
        """Return canonical inputs and all failures; *previous* are the checked inputs in the state, if there are any."""
        recorded = sound(self.name, previous)
        self.operation.leftovers.recorded(recorded.get("owner_tag"))
        checked = self.life.check(inputs, recorded)
        self.operation.key_owners.checked(self._keys(checked.inputs))
        return checked

    def diff(self, arn: str, state: Inputs, inputs: Inputs) -> Difference:
        """
        Compare a state with checked inputs by meaning.

        What differs because the state is damaged is reported as *unseen*: the inputs in it may be right.
        """
        recorded, state = state, self.sound(arn, state)
        if self.operation.key_owners.is_checked(self._keys(inputs)):  # else a refresh asks, about what the state has
            self.declare_keys(inputs, inputs.get("resource_arn", arn))
        self.operation.leftovers.recorded(state.get("tags_all", {}).get(OWNER_TAG))
        difference = self.life.diff(arn, state, inputs)
        hides = difference.changed and not difference.replaces and is_damaged(recorded, state)
        return attrs.evolve(difference, unseen=difference.unseen or hides)

    def create(self, inputs: Inputs) -> tuple[str, State]:
        """Create, or leave nothing; return ARN and state."""
        return self._created(self.life.create, inputs)

    def begin(self, inputs: Inputs) -> tuple[str, State]:
        """Create; return ARN and state. Raises Unfinished for what AWS has made and could not finish."""
        return self._created(self.life.begin, inputs)

    def _created(self, create: Callable[[Inputs], tuple[str, State]], inputs: Inputs) -> tuple[str, State]:
        tagged = inputs.get("resource_arn")
        with self._turn(tagged):
            self.declare_keys(inputs, tagged)
            arn, state = create(inputs)
        self._declare(inputs, arn)  # it exists, so nothing may fail any more
        return arn, state

    def warning(self, inputs: Inputs) -> str:
        """
        Return the warning about what was created with *inputs*, "" if there is none.

        Ask after the create: by then the engine has asked about more resources of the state. It never fails.
        """
        with contextlib.suppress(Exception):
            if self.operation.settings.owner_tag:
                return plain_lines(self.operation.leftovers.warning(self.name, inputs) or "")
        return ""

    def read(self, arn: str, state: Inputs) -> Reading | None:
        """Return what AWS holds, or None if it is gone."""
        return self.life.read(arn, self.sound(arn, state))

    def update(self, arn: str, state: Inputs, inputs: Inputs) -> State:
        """Change what differs; return the new state."""
        sound_state = self.sound(arn, state)
        with self._turn(arn):
            kept = self.operation.key_owners.without_given_away(arn, sound_state, inputs["tags"])
            return self.life.update(arn, kept, inputs)

    def delete(self, arn: str, state: Inputs) -> None:
        """Delete; what is gone already is not an error."""
        sound_state = self.sound(arn, state)
        with self._turn(arn):
            self.life.delete(arn, self.operation.key_owners.without_given_away(arn, sound_state))

    def sound(self, arn: str, state: Inputs) -> State:
        """Return a state without damaged properties; raise DamagedState if its id is wrong."""
        validate_id(self.name, arn, state)
        return sound(self.name, state)

    def _turn(self, arn: str | None) -> AbstractContextManager[None]:
        return self.operation.key_owners.turn(arn) if arn else contextlib.nullcontext()

    def declare_keys(self, inputs: Inputs, arn: str | None) -> None:
        """
        Take note of the keys that the program has on a resource, as far as a preview knows both.

        Raises Invalid if another owner of the same program has one of them.
        """
        if conflict := self._declare(inputs, arn):
            raise Invalid(conflict, subject=arn or "")

    def _keys(self, inputs: Inputs) -> tuple[Any, ...]:
        """Return what identifies a resource of the program, and the tag keys that it declares."""
        tags = inputs.get("tags")
        keys = frozenset(tags) if isinstance(tags, Mapping) else None
        # People may have written a list there.
        name, resource_arn = (str(inputs.get(each)) for each in ("name", "resource_arn"))
        return (str(self.owner or inputs.get("owner_tag")), name, resource_arn, keys)

    def _declare(self, inputs: Inputs, arn: str | None) -> str | None:
        tags = inputs.get("tags")
        if not (isinstance(arn, str) and isinstance(tags, Mapping)):
            return None
        exclusive = inputs.get("exclusive") is True
        return self.operation.key_owners.declare(arn, tags, self.owner, exclusive=exclusive)
