"""The life of a resource within an operation of the engine: who owns its tag keys, and what an earlier `up` may have left."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager

import attrs

from pulumi_ivschat.lifecycle import Checked, Difference, Inputs, Lifecycle, Reading, State
from pulumi_ivschat.operations.operation import Operation
from pulumi_ivschat.owner_tag import OWNER_TAG
from pulumi_ivschat.plain_text import plain_lines


@attrs.frozen
class ManagedResource:
    """
    The life of one resource type within an operation.

    Its properties are those of a lifecycle: snake_case, without secrets, `UNKNOWN` for what a preview does not know.
    """

    name: str
    operation: Operation
    life: Lifecycle

    @classmethod
    def of(cls, name: str, operation: Operation) -> ManagedResource:
        """Return the life of a resource type in this operation."""
        return cls(name, operation, operation.lifecycle(name))

    def check(self, inputs: Inputs, previous: Inputs) -> Checked:
        """Return canonical inputs and all failures; *previous* are the checked inputs in the state, if there are any."""
        self.operation.leftovers.recorded(previous.get("owner_tag"))
        return self.life.check(inputs, previous)

    def diff(self, arn: str, state: Inputs, inputs: Inputs) -> Difference:
        """Compare a state with checked inputs by meaning."""
        self._declare_keys(inputs, arn)
        self.operation.leftovers.recorded(state.get("tags_all", {}).get(OWNER_TAG))
        return self.life.diff(arn, state, inputs)

    def create(self, inputs: Inputs) -> tuple[str, State]:
        """Create, or leave nothing; return ARN and state."""
        return self._created(self.life.create, inputs)

    def begin(self, inputs: Inputs) -> tuple[str, State]:
        """Create; return ARN and state. Raises Unfinished for what AWS has made and could not finish."""
        return self._created(self.life.begin, inputs)

    def _created(self, create: Callable[[Inputs], tuple[str, State]], inputs: Inputs) -> tuple[str, State]:
        tagged = inputs.get("resource_arn")
        with self._turn(tagged):
            self._declare_keys(inputs, tagged)
            return create(inputs)

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
        return self.life.read(arn, state)

    def update(self, arn: str, state: Inputs, inputs: Inputs) -> State:
        """Change what differs; return the new state."""
        with self._turn(arn):
            kept = self.operation.key_owners.without_given_away(arn, state, inputs["tags"])
            return self.life.update(arn, kept, inputs)

    def delete(self, arn: str, state: Inputs) -> None:
        """Delete; what is gone already is not an error."""
        with self._turn(arn):
            self.life.delete(arn, self.operation.key_owners.without_given_away(arn, state))

    def _turn(self, arn: str | None) -> AbstractContextManager[None]:
        return self.operation.key_owners.turn(arn) if arn else contextlib.nullcontext()

    def _declare_keys(self, inputs: Inputs, arn: str | None) -> None:
        arn, tags = inputs.get("resource_arn", arn), inputs.get("tags")
        if isinstance(arn, str) and isinstance(tags, Mapping):  # neither need be known in a preview
            self.operation.key_owners.declare(arn, tags)
