"""
Import: taking what exists into a stack, with the program's code for it.

A resource comes in as its program's code will have it, so the next preview finds nothing to change; see `Adoption`. It is
read, and not touched. In the state it is protected until the program has it: an `up` without the code fails, and deletes
nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import attrs

from pulumi_ivschat.client import ControlPlane
from pulumi_ivschat.dynamic import lifecycle_for, serialized_provider
from pulumi_ivschat.errors import ResourceNotFound
from pulumi_ivschat.lifecycle.tags import others, owned
from pulumi_ivschat.settings import Settings
from pulumi_ivschat.stacks.account import Found
from pulumi_ivschat.stacks.engine import Stack
from pulumi_ivschat.stacks.state import PROVIDER_KEY, TYPE_PREFIX, Managed

_NOT_THE_PROGRAMS: Final = ("owner_tag",)


@attrs.frozen
class Adoption:
    """
    A resource that is to be taken in.

    Attributes:
        arguments: what the program writes, as far as it differs from the defaults.
        inputs, outputs: what the state holds, the same that an `up` of that program would have left.
        changes: what the next `up` changes all the same: a default tag of the stack that it does not have.
    """

    type: str
    resource_name: str
    arn: str
    arguments: Mapping[str, Any]
    inputs: Mapping[str, Any] = attrs.field(repr=False)
    outputs: Mapping[str, Any] = attrs.field(repr=False)
    changes: tuple[str, ...] = ()

    def entry(self) -> dict[str, Any]:
        """Give its entry of Pulumi's import file."""
        provider = {PROVIDER_KEY: serialized_provider(self.type)}
        return {
            "type": f"{TYPE_PREFIX}{self.type}",
            "name": self.resource_name,
            "id": self.arn,
            "inputs": {**provider, **self.inputs},
            "outputs": {**provider, **self.outputs},
        }


@attrs.frozen
class Skipped:
    """A resource that is not taken in, and why."""

    arn: str
    reason: str


@attrs.define
class Plan:
    """What an import will do."""

    adoptions: list[Adoption] = attrs.field(factory=list)
    skipped: list[Skipped] = attrs.field(factory=list)


def plan(  # noqa: PLR0913  one for each thing that it depends on
    chosen: Sequence[Found],
    stack: Stack,
    managed: Iterable[Managed],
    settings: Settings,
    control_plane: ControlPlane,
    *,
    names: Mapping[str, str],
    tag_sets: bool = False,
    read: Callable[[Iterable[Found]], Iterable[Found]] = iter,
) -> Plan:
    """
    Say what is to be taken in, and what not and why; nothing is changed.

    *names* are resource names by ARN, where somebody chose one; *read* is called with what is read one by one, so that
    progress can be shown. Raises an IvsChatError where AWS does not answer.
    """
    found = Plan()
    known = [*managed]
    names_taken = {(resource.type, resource.name) for resource in known}
    wanted = [each for each in chosen if _may_come_in(each, stack, known, found)]
    for each in read(wanted):
        life = lifecycle_for(each.type, settings, control_plane)
        try:
            reading = life.read(each.arn, {})
        except ResourceNotFound:
            found.skipped.append(Skipped(each.arn, "is gone"))
            continue
        assert reading is not None  # noqa: S101  a lookup that finds nothing raises
        name = names.get(each.arn) or _resource_name(each, wanted, names_taken)
        names_taken.add((each.type, name))
        adoption = _adoption(each, name, reading.inputs, reading.state, settings)
        found.adoptions.extend(_with_tag_set(adoption, settings) if tag_sets else [adoption])
    return found


def _may_come_in(each: Found, stack: Stack, managed: Sequence[Managed], found: Plan) -> bool:
    here = next((resource for resource in managed if resource.arn == each.arn and resource.type == each.type), None)
    owner = each.owner
    if here:
        found.skipped.append(Skipped(each.arn, f"is managed here already, as {here.name}"))
    elif owner and (owner.project, owner.stack) != (stack.project, stack.name):
        reason = f"belongs to the stack {owner.project}/{owner.stack}, by its owner tag"
        found.skipped.append(Skipped(each.arn, reason))
    else:
        return True
    return False


def _resource_name(each: Found, wanted: Sequence[Found], taken: set[tuple[str, str]]) -> str:
    """Give its own name where that is one and tells it apart, else one with its id."""
    same = [other for other in wanted if (other.type, other.name) == (each.type, each.name)]
    if each.name and len(same) == 1 and (each.type, each.name) not in taken:
        return each.name
    kind = "room" if each.type == "Room" else "logging-configuration"
    return f"{each.name or kind}-{each.summary['id']}"


def _adoption(
    each: Found, name: str, inputs: Mapping[str, Any], state: Mapping[str, Any], settings: Settings
) -> Adoption:
    tags = others(state["tags_all"], ())
    settled = {**inputs, "tags": tags}
    missing = [f"tag {key}={value}" for key, value in settings.default_tags.items() if tags.get(key) != value]
    return Adoption(
        type=each.type,
        resource_name=name,
        arn=each.arn,
        arguments=dict(_arguments(each, name, settled, settings)),
        inputs=settled,
        outputs={**state, "tags": tags},
        changes=tuple(missing),
    )


def _arguments(each: Found, name: str, inputs: Mapping[str, Any], settings: Settings) -> Iterator[tuple[str, Any]]:
    """Give the arguments that differ from what the program gets without them."""
    life = lifecycle_for(each.type, settings, _NobodyCalled())
    bare = life.check({"name": name}, {}).inputs
    for argument, value in inputs.items():
        if argument in _NOT_THE_PROGRAMS:
            continue
        if argument == "tags":
            value = {key: tag for key, tag in value.items() if settings.default_tags.get(key) != tag}  # noqa: PLW2901
        if value != bare.get(argument) and value not in ({}, None):
            yield argument, value


class _NobodyCalled:
    """The control plane of a life that is only asked to check."""

    def call(self, operation: str, *_: Any, **__: Any) -> dict[str, Any]:
        """Never happens."""
        raise AssertionError(operation)


def _with_tag_set(adoption: Adoption, settings: Settings) -> Iterator[Adoption]:
    """Split the tags of a resource off into a tag set; it keeps those that the stack's default tags give it anyway."""
    kept = owned(adoption.inputs["tags"], settings.default_tags)
    rest = {key: value for key, value in adoption.inputs["tags"].items() if key not in kept}
    arguments = {argument: value for argument, value in adoption.arguments.items() if argument != "tags"}
    yield attrs.evolve(
        adoption,
        arguments=arguments,
        inputs={**adoption.inputs, "tags": kept},
        outputs={**adoption.outputs, "tags": kept},
    )
    if rest:
        inputs = {"resource_arn": adoption.arn, "tags": rest, "overwrite": False, "exclusive": False}
        yield Adoption(
            type="TagSet",
            resource_name=f"{adoption.resource_name}-tags",
            arn=adoption.arn,
            arguments={"resource_arn": adoption.arn, "tags": rest},
            inputs=inputs,
            outputs={**inputs, "tags_all": adoption.outputs["tags_all"]},
        )
