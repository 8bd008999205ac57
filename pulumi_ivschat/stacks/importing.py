"""
Import: taking what exists into a stack, with the program's code for it.

A resource is imported as its program's code will have it, so the next preview finds nothing to change; see `ResourceImport`. It is
read, and not touched. In the state it is protected until the program has it: an `up` without the code fails, and deletes
nothing.
"""

from __future__ import annotations

import collections
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import attrs

from pulumi_ivschat.aws.client import ControlPlane
from pulumi_ivschat.dynamic import serialized_provider
from pulumi_ivschat.errors import ResourceNotFound, SettingsError
from pulumi_ivschat.lifecycle import Lifecycle, lifecycle_for
from pulumi_ivschat.lifecycle.tags import others, owned
from pulumi_ivschat.model import native
from pulumi_ivschat.model.arns import RESOURCES
from pulumi_ivschat.model.owner_tag import owner_tag
from pulumi_ivschat.model.properties import PROVIDER_KEY
from pulumi_ivschat.settings import Settings
from pulumi_ivschat.stacks import state
from pulumi_ivschat.stacks.account import Found
from pulumi_ivschat.stacks.engine import Stack
from pulumi_ivschat.stacks.properties_in_state import inputs_in_state, outputs_in_state

_NONE: Final[Mapping[str, str]] = {}


@attrs.frozen
class ResourceImport:
    """
    A resource that is to be imported.

    Attributes:
        arguments: what the program writes, as far as it differs from the defaults.
        inputs, outputs: what the state holds, the same that an `up` of that program would have left.
        changes: what the next `up` changes all the same, as the rest of such a sentence: default tags that it does not have,
            and the owner tag if that names another stack or resource.
        owner: `project/stack` of another stack that its owner tag names, or "".
        recorded_in: `project/stack` of another stack that records it, or "".
    """

    type: str
    resource_name: str
    arn: str
    arguments: Mapping[str, Any]
    inputs: Mapping[str, Any] = attrs.field(repr=False)
    outputs: Mapping[str, Any] = attrs.field(repr=False)
    changes: tuple[str, ...] = ()
    owner: str = ""
    recorded_in: str = ""

    @property
    def is_resource(self) -> bool:
        """Whether it has an ARN of its own; otherwise it is tags on a resource."""
        return self.type in RESOURCES

    def native_entry(self, secret_tags: Collection[str] = ()) -> dict[str, Any]:
        """Return its entry of Pulumi's import file, as a resource of the native plug-in; *secret_tags* are keys."""
        resource = {"type": native.token(self.type), "name": self.resource_name, "id": self.arn}
        hidden = {("tags", key) for key in secret_tags}
        outputs = outputs_in_state(resource, self.outputs, hidden)
        return {**resource, "inputs": inputs_in_state(resource, self.inputs, hidden), "outputs": outputs}

    def entry(self) -> dict[str, Any]:
        """Return its entry of Pulumi's import file, as a dynamic resource."""
        provider = {PROVIDER_KEY: serialized_provider(self.type)}
        return {
            "type": f"{native.DYNAMIC_TYPE_PREFIX}{self.type}",
            "name": self.resource_name,
            "id": self.arn,
            "inputs": {**provider, **self.inputs},
            "outputs": {**provider, **self.outputs},
        }


@attrs.frozen
class Skipped:
    """A resource that is not imported, and why; *is_here* if the stack has it already."""

    arn: str
    reason: str
    is_here: bool = False


@attrs.define
class Plan:
    """What an import will do."""

    resource_imports: list[ResourceImport] = attrs.field(factory=list)
    skipped: list[Skipped] = attrs.field(factory=list)


@attrs.frozen
class Importer:
    """
    What an import into a stack depends on: the stack, its settings and state, and where it reads.

    *recorded_elsewhere* are the other stacks (`project/stack`) that record a resource, by its ARN: see `other_stacks`.
    """

    stack: Stack
    settings: Settings
    control_plane: ControlPlane
    exported: Mapping[str, Any] = attrs.field(repr=False)
    recorded_elsewhere: Mapping[str, str] = attrs.field(factory=dict)

    @property
    def arns_here(self) -> set[str]:
        """The ARNs of the resources that the stack has already."""
        return state.arns(self.exported)

    def plan(
        self,
        chosen: Sequence[Found],
        *,
        names: Mapping[str, str] = _NONE,
        explicit: Collection[str] = (),
        tag_sets: bool = False,
        read: Callable[[Iterable[Found]], Iterable[Found]] = iter,
    ) -> Plan:
        """
        Return what is to be imported, and what not and why; nothing is changed.

        *names* are the chosen resource names by ARN; *explicit* are ARNs that somebody named, which are imported
        even if their owner tag names another stack; *read* is called with what is read one by one, so that progress can be shown.
        Raises an IvsChatError if AWS does not answer, or a name is taken.
        """
        plan = Plan(skipped=list(self._skipped(chosen, explicit)))
        left_out = {each.arn for each in plan.skipped}
        wanted = [each for each in chosen if each.arn not in left_out]
        resource_names = self._resource_names(wanted, names)
        for each in read(wanted):
            try:
                resource_import = self._resource_import(each, resource_names[each.arn])
            except ResourceNotFound:
                plan.skipped.append(Skipped(each.arn, "is gone"))
                continue
            plan.resource_imports.extend(self._with_tag_set(resource_import) if tag_sets else [resource_import])
        return plan

    def _skipped(self, chosen: Iterable[Found], explicit: Collection[str]) -> Iterator[Skipped]:
        here = {(resource.type, resource.arn): resource for resource in state.managed(self.exported)}
        for each in chosen:
            if managed := here.get((each.type, each.arn)):
                yield Skipped(each.arn, f"is already in this stack, as {managed.name}", is_here=True)
            elif (other := self.recorded_elsewhere.get(each.arn)) and each.arn not in explicit:
                yield Skipped(each.arn, f"is recorded in the stack {other}; to import it all the same, name its ARN")
            elif (owner := self._other_stack(each)) and each.arn not in explicit:
                reason = f"has the owner tag of the stack {owner}; to import it all the same, name its ARN"
                yield Skipped(each.arn, reason)

    def _other_stack(self, found: Found) -> str:
        """Return the `project/stack` that an owner tag names, "" if it is this one or there is none."""
        owner = f"{found.owner.project}/{found.owner.stack}" if found.owner else ""
        return "" if owner == f"{self.stack.project}/{self.stack.name}" else owner

    def _resource_names(self, wanted: Sequence[Found], given: Mapping[str, str]) -> dict[str, str]:
        """Return each its name by ARN: the one given, else its own where that distinguishes it, else one with its id."""
        taken = state.names(self.exported)
        named = [(each.type, given[each.arn]) for each in wanted if each.arn in given]
        if clash := [name for kind, name in named if (kind, name) in taken or named.count((kind, name)) > 1]:
            msg = f"there would be two resources of the name {', '.join(dict.fromkeys(clash))} in the stack"
            raise SettingsError(msg, remedy="Choose another name: RESOURCE_NAME=ARN.")
        own = collections.Counter((each.type, each.name) for each in wanted)
        free = {key for key, number in own.items() if number == 1 and key[1]} - taken - {*named}
        return {
            each.arn: given.get(each.arn) or (each.name if (each.type, each.name) in free else _name_with_id(each))
            for each in wanted
        }

    def _resource_import(self, each: Found, name: str) -> ResourceImport:
        life = lifecycle_for(each.type, self.settings, self.control_plane)
        reading = life.read(each.arn, {})
        assert reading is not None  # noqa: S101  a lookup that finds nothing raises
        taken = {"tags": others(reading.state["tags_all"], ())}
        inputs = {**reading.inputs, **taken}
        return ResourceImport(
            type=each.type,
            resource_name=name,
            arn=each.arn,
            arguments=dict(self._arguments(life, name, inputs)),
            inputs=inputs,
            outputs={**reading.state, **taken},
            changes=(*self._default_tags_that_come({}, inputs["tags"]), *self._owner_tag_that_changes(inputs, name)),
            owner=self._other_stack(each),
            recorded_in=self.recorded_elsewhere.get(each.arn, ""),
        )

    def _arguments(self, life: Lifecycle, name: str, inputs: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
        """Yield the arguments that differ from what the program gets without them."""
        bare = life.check({"name": name}, {}).inputs
        for argument, given in inputs.items():
            value = given
            if argument == "tags":
                value = {key: tag for key, tag in value.items() if self.settings.default_tags.get(key) != tag}
            if argument != "owner_tag" and value != bare.get(argument) and value not in ({}, None):
                yield argument, value

    def _default_tags_that_come(self, kept: Mapping[str, str], tags: Mapping[str, str]) -> tuple[str, ...]:
        """Return the default tags that are not there, or have another value and are *kept* from the program's own."""
        defaults = self.settings.default_tags.items()
        return tuple(
            f"adds the stack's default tag {key}"
            for key, value in defaults
            if key not in tags or kept.get(key, value) != value
        )

    def _owner_tag_that_changes(self, inputs: Mapping[str, Any], name: str) -> tuple[str, ...]:
        """Return the change of its owner tag; what has none gets none."""
        new = owner_tag(self.stack.project, self.stack.name, name)
        former = inputs.get("owner_tag", new)
        return (f"changes its owner tag from {former} to {new}",) if self.settings.owner_tag and former != new else ()

    def _with_tag_set(self, resource_import: ResourceImport) -> Iterator[ResourceImport]:
        """Split the tags of a resource off into a tag set; it keeps those that the stack's default tags give it anyway."""
        tags = resource_import.inputs["tags"]
        kept = owned(tags, self.settings.default_tags)
        rest = {key: value for key, value in tags.items() if key not in kept}
        yield attrs.evolve(
            resource_import,
            arguments={name: value for name, value in resource_import.arguments.items() if name != "tags"},
            inputs={**resource_import.inputs, "tags": kept},
            outputs={**resource_import.outputs, "tags": kept},
            changes=(
                *self._default_tags_that_come(kept, tags),
                *self._owner_tag_that_changes(resource_import.inputs, resource_import.resource_name),
            ),
        )
        if rest:
            yield _tag_set(resource_import, rest)


def _name_with_id(each: Found) -> str:
    return f"{each.name or RESOURCES[each.type]}-{each.summary['id']}"


def _tag_set(resource_import: ResourceImport, tags: Mapping[str, str]) -> ResourceImport:
    arguments = {"resource_arn": resource_import.arn, "tags": tags}
    inputs = {**arguments, "overwrite": False, "exclusive": False}
    return ResourceImport(
        type="TagSet",
        resource_name=f"{resource_import.resource_name}-tags",
        arn=resource_import.arn,
        arguments=arguments,
        inputs=inputs,
        outputs={**inputs, "tags_all": resource_import.outputs["tags_all"]},
    )
