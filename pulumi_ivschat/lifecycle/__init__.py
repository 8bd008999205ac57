"""
The life of a resource: check, diff, create, read, update, delete.

`operations`, `plugin`, `program` and `stacks` call it. It imports `aws` and the words at the package's root, and never
Pulumi. There are three kinds of properties, all snake_case and JSON-safe. *Inputs* are declared by the program. *Checked
inputs* are complete and canonical: `check` returns them. The *state* is AWS's answer. `CloudResource` is the life of
a resource with operations of its own. `TagSetLife` is that of tags on a resource that is managed elsewhere.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, Protocol

import attrs

from pulumi_ivschat.aws.waiting import Time
from pulumi_ivschat.errors import IvsChatError
from pulumi_ivschat.lifecycle.words import PYTHON, Words
from pulumi_ivschat.model.arns import RESOURCES
from pulumi_ivschat.model.service_model import snake_case
from pulumi_ivschat.model.validation import Failure

if TYPE_CHECKING:
    from pulumi_ivschat.aws.client import ControlPlane
    from pulumi_ivschat.aws.read_ahead import Pages
    from pulumi_ivschat.settings import Settings

RESOURCE_TYPES: Final = (*RESOURCES, "TagSet")
"""
The resource types, whose names are in people's state.

The module of a type has its name in snake case, and a `lifecycle` that makes its life from settings and a control plane.
"""

Inputs = Mapping[str, Any]
State = dict[str, Any]


@attrs.frozen
class Checked:
    """Canonical inputs, and everything that is wrong with them."""

    inputs: State
    failures: list[Failure]


@attrs.frozen
class Difference:
    """
    Whether there is a change to make, and which of the changed properties force a replacement.

    *properties* are those whose meaning differs. *unseen* is true if the inputs may not show the change. Then AWS holds what was
    declared, in a state that is not good; or only the owner tag differs, which the state may have in its inputs already; or
    the stack's state is damaged, in *properties*.
    """

    changed: bool
    replaces: list[str] = attrs.field(factory=list)
    unseen: bool = False
    properties: list[str] = attrs.field(factory=list, eq=False)


@attrs.frozen
class Reading:
    """A resource as AWS has it: the state, and the inputs that lead to it."""

    state: State
    inputs: State


class Unfinished(IvsChatError):
    """
    Raised when AWS has made something and could not finish it, or not in time.

    Attributes:
        arn: its ARN.
        state: its state, as AWS has it.
        error: what went wrong.
    """

    def __init__(self, arn: str, state: State, error: IvsChatError) -> None:
        super().__init__(error.message, subject=arn)
        vars(self).update(vars(error))
        self.arn, self.state, self.error = arn, state, error


class Lifecycle(Protocol):
    """The life of one resource type. An id is an ARN; all but check and diff may raise an `IvsChatError`."""

    def check(self, inputs: Inputs, previous: Inputs) -> Checked:
        """Return canonical inputs and all failures; *previous* are the last checked ones; unknown values pass."""
        ...

    def diff(self, arn: str, state: Inputs, inputs: Inputs) -> Difference:
        """Compare a state with checked inputs by meaning, not spelling."""
        ...

    def create(self, inputs: Inputs) -> tuple[str, State]:
        """Create, or leave nothing; return ARN and state."""
        ...

    def begin(self, inputs: Inputs) -> tuple[str, State]:
        """Create, and return ARN and state; raise Unfinished for what AWS has made and could not finish."""
        ...

    def read(self, arn: str, state: Inputs) -> Reading | None:
        """Return what AWS holds, or None if it is gone."""
        ...

    def update(self, arn: str, state: Inputs, inputs: Inputs) -> State:
        """Change what differs, and return the new state."""
        ...

    def delete(self, arn: str, state: Inputs) -> None:
        """Delete; what is gone already is not an error."""
        ...


def lifecycle_for(  # noqa: PLR0913  one for each thing that a life depends on
    name: str,
    given: Settings,
    control_plane: ControlPlane,
    pages: Pages | None = None,
    time: Time | None = None,
    *,
    words: Words = PYTHON,
) -> Lifecycle:
    """
    Return the life of a resource type in a stack.

    *pages* answer reads, *time* passes while AWS is at work, and errors have the *words* of people's language.
    """
    module = importlib.import_module(f".{snake_case(name)}", __name__)
    life: Lifecycle = module.lifecycle(given, control_plane, pages, time or Time(), words)
    return life
