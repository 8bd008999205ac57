"""The life of a resource that has Create…, Get…, Update… and Delete… operations of its own."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import attrs

from pulumi_ivschat.aws.client import ControlPlane
from pulumi_ivschat.aws.read_ahead import Pages, Reader
from pulumi_ivschat.aws.regions import resolved_region
from pulumi_ivschat.aws.waiting import Time
from pulumi_ivschat.errors import ResourceNotFound, looking_up
from pulumi_ivschat.lifecycle import Checked, Difference, Inputs, Reading, State
from pulumi_ivschat.lifecycle.sound_states import is_recorded
from pulumi_ivschat.lifecycle.tags import crowding, live_tags, merged, owned, owner_tag_change, put_tags, tag_change
from pulumi_ivschat.lifecycle.words import PYTHON, Words
from pulumi_ivschat.model import conversion, service_model, validation
from pulumi_ivschat.model.arns import region_of
from pulumi_ivschat.model.owner_tag import OWNER_TAG
from pulumi_ivschat.model.service_model import Shape
from pulumi_ivschat.model.validation import UNKNOWN, Failure
from pulumi_ivschat.settings import REGION_FORM, Settings, unknown_region


@attrs.frozen
class ResourceType:
    """
    What is particular to a resource type with operations of its own.

    Attributes:
        name: as in the operations' names: `Room` has CreateRoom, GetRoom, UpdateRoom, DeleteRoom.
        canonical: per property, its one spelling for all values that mean the same; None if that is *absent*.
        removal: per property, what an update sends to drop it; else its default is sent.
        own: inputs that AWS does not know, with their shapes; they are kept in the state, and never drift.
    """

    name: str
    canonical: Mapping[str, Callable[[Any], Any]]
    removal: Mapping[str, Any] = attrs.field(factory=dict)
    own: Mapping[str, Shape] = attrs.field(factory=dict)

    def operation(self, verb: str) -> service_model.Operation:
        """Return the operation of this type for a verb such as Create."""
        return service_model.operations()[f"{verb}{self.name}"]

    @functools.cached_property
    def defaults(self) -> Inputs:
        """The defaults of omitted inputs."""
        own = {name: shape.default for name, shape in self.own.items()}
        return conversion.from_api(self.operation("Create").input, self.operation("Create").input.defaults()) | own

    @functools.cached_property
    def settable(self) -> tuple[str, ...]:
        """The properties that a program may set and AWS knows."""
        return tuple(map(service_model.snake_case, self.operation("Create").input.members))

    @functools.cached_property
    def updatable(self) -> frozenset[str]:
        """Those of them that its update takes; tags have operations of their own."""
        return frozenset(map(service_model.snake_case, self.operation("Update").input.members)) - {"identifier"}

    @functools.cached_property
    def id_name(self) -> str:
        """The name of the output that is `id` in the API, which Pulumi has another use for."""
        return f"{service_model.snake_case(self.name)}_id"

    @functools.cached_property
    def inputs(self) -> Shape:
        """The shape of all inputs of the type."""
        create = self.operation("Create").input
        return attrs.evolve(create, members={**create.members, **self.own, **_OURS})

    @functools.cached_property
    def unknown_to_aws(self) -> tuple[str, ...]:
        """The inputs that no answer of AWS holds."""
        return (*_OURS, *self.own)


_OURS: Final = {
    "region": Shape(name="Region", type="string", pattern=REGION_FORM),
    "owner_tag": Shape(name="OwnerTag", type="string"),
}


@attrs.frozen
class CloudResource:
    """The life of a resource with Create…, Get…, Update… and Delete… operations."""

    type: ResourceType
    settings: Settings
    control_plane: ControlPlane
    pages: Pages | None = None
    time: Time = attrs.field(factory=Time)
    words: Words = PYTHON

    def check(self, inputs: Inputs, previous: Inputs) -> Checked:
        """
        Merge in defaults, default tags and region; canonicalise; find all failures.

        A region that neither the program nor the stack names stays what it was: an environment variable that differs
        between two machines moves no room. No input at all is an import, whose inputs the next read brings.
        A resource that has no owner tag gets none, and with `ivschat:ownerTag` false none changes.
        """
        complete = {**self.type.defaults, **{name: value for name, value in inputs.items() if value is not None}}
        complete["tags"] = merged(self.settings.default_tags, inputs.get("tags"))
        if not self.settings.owner_tag or (previous and "owner_tag" not in previous):
            complete = {name: value for name, value in complete.items() if name != "owner_tag"}
            complete |= owned(previous, ["owner_tag"])
        if "region" not in complete:
            complete["region"] = self.settings.region or previous.get("region") or resolved_region(self.settings)
        failures = list(self._failures(complete, imported=not inputs))
        if failures:
            return Checked(complete, failures)
        return Checked(self._canonical(complete), [])

    def diff(self, arn: str, state: Inputs, inputs: Inputs) -> Difference:
        """
        Find the properties whose meaning differs; only another region replaces.

        An owner tag that alone differs is reported as *unseen*: the inputs in the state may have the new value already.
        """
        here = region_of(arn)
        moved = inputs.get("region", here) != here
        properties = [*(["region"] if moved else []), *self._changed(state, inputs)]
        changed = bool(properties)
        retagged = bool(self._owner_tag_change(state.get("tags_all", {}), inputs))
        unseen = retagged and not changed
        return Difference(changed or retagged, ["region"] if moved else [], unseen, properties)

    def create(self, inputs: Inputs) -> tuple[str, State]:
        """Create with one call, whose answer is the state."""
        tags = {**self._owner_tag(inputs), **inputs["tags"]}
        members = {name: value for name, value in {**inputs, "tags": tags}.items() if value not in ([], {}, None)}
        answer = self._call("Create", inputs["region"], str(inputs.get("name", "")), members)
        return answer["arn"], self._state(answer, inputs)

    def begin(self, inputs: Inputs) -> tuple[str, State]:
        """Create: one call, so there is nothing that is half made."""
        return self.create(inputs)

    def read(self, arn: str, state: Inputs) -> Reading | None:
        """Get it; a state that is not recorded is a lookup, for which *gone* is an error."""
        region_of(arn, self.type.name)  # raises if it is not an ARN of this type
        known = {name: value for name, value in state.items() if value is not None}

        compared: list[tuple[Mapping[str, Any], Reading]] = []

        def agrees(answer: Mapping[str, Any]) -> bool:
            compared.append((answer, self._reading(arn, state, answer)))
            return compared[-1][1].state == known

        try:
            with looking_up():
                get = self.type.operation("Get").name
                answer = Reader(self.control_plane, self.pages).read(get, arn, state, agrees)
        except ResourceNotFound:
            if is_recorded(state):
                return None
            raise
        known_already = (reading for each, reading in compared if each is answer)
        return next(known_already, None) or self._reading(arn, state, answer)

    def _reading(self, arn: str, state: Inputs, answer: Mapping[str, Any]) -> Reading:
        known = state if is_recorded(state) else {"tags": set(answer.get("tags", {})) - {OWNER_TAG}}
        current = self._state(answer, {**known, "region": region_of(arn)})
        names = (*self.type.settable, *self.type.unknown_to_aws)
        absent = () if current["owner_tag"] else ("owner_tag",)
        inputs = {name: current[name] for name in names if name in current and name not in absent}
        return Reading(current, inputs)

    def update(self, arn: str, state: Inputs, inputs: Inputs) -> State:
        """Send what differs: settings in one call, then tags in at most two; their answers are the state."""
        return self._with_tags(arn, state, self._with_settings(arn, state, inputs), inputs)

    def _with_settings(self, arn: str, state: Inputs, inputs: Inputs) -> State:
        """Send the settings that differ, if any, and return the state, with the tags that it had."""
        changed = {name: inputs.get(name, self.type.removal.get(name)) for name in self._changed(state, inputs)}
        if not changed.keys() & self.type.updatable:
            return {**state, **{name: inputs[name] for name in self.type.own if name in inputs}}
        answer = self._call("Update", region_of(arn), arn, {**changed, "identifier": arn})
        live = answer.get("tags", state.get("tags_all", {}))
        return self._state({**answer, "tags": live}, {**inputs, "tags": state.get("tags", {})})

    def _with_tags(self, arn: str, before: Inputs, state: Inputs, inputs: Inputs) -> State:
        """Change the owner tag, and the tags that were owned *before*; last, since nothing may fail once they are changed."""
        live = state["tags_all"] if "tags_all" in state else live_tags(self.control_plane, arn)
        owner_tag = self._owner_tag_change(live, inputs)
        change = tag_change(before.get("tags", {}), inputs["tags"]).with_put(owner_tag)
        put_tags(self.control_plane, arn, change, live)
        after = change.applied(live)
        return {**state, "tags": owned(after, inputs["tags"]), **_of_all(after)}

    def delete(self, arn: str, state: Inputs) -> None:
        """Delete with one call; gone already is not an error."""
        del state
        try:
            self._call("Delete", region_of(arn), arn, {"identifier": arn})
        except ResourceNotFound:
            return

    def _failures(self, complete: Inputs, *, imported: bool) -> Iterator[Failure]:
        yield from self._region_failures(complete["region"])
        structure = attrs.evolve(self.type.inputs, required=()) if imported else self.type.inputs
        yield from validation.failures(structure, complete, names=self.words.names)
        if self._owner_tag(complete):
            yield from crowding(complete["tags"])

    def _region_failures(self, region: Any) -> Iterator[Failure]:
        if region is None:
            yield Failure("region", "is not set: `pulumi config set ivschat:region us-west-2`, or AWS_REGION")
        elif isinstance(region, str) and REGION_FORM.fullmatch(region) and not self.settings.skip_region_validation:
            yield from (Failure("region", problem) for problem in unknown_region(region))

    def _canonical(self, properties: Inputs) -> State:
        spelled = {name: self._spelled(name, value) for name, value in properties.items()}
        return {name: value for name, value in spelled.items() if value is not None}

    def _spelled(self, name: str, value: Any) -> Any:
        return self.type.canonical[name](value) if name in self.type.canonical and value is not UNKNOWN else value

    def _changed(self, state: Inputs, inputs: Inputs) -> list[str]:
        names = (*self.type.settable, *self.type.own)
        return [name for name in names if not self._same(name, state.get(name), inputs.get(name))]

    def _same(self, name: str, one: Any, other: Any) -> bool:
        def meaning(value: Any) -> Any:
            value = self._spelled(name, value) if value is not None else self.type.defaults.get(name)
            # lists of identifiers are sets, and the same ones in another order mean the same
            return set(value) if isinstance(value, list) else value

        return bool(meaning(one) == meaning(other))

    def _state(self, answer: Mapping[str, Any], inputs: Inputs) -> State:
        """Return the state for an answer: tags by owner, and the spelling of *inputs* where the meaning is the same."""
        state = conversion.from_api(self.type.operation("Get").output, answer)
        state[self.type.id_name] = state.pop("id")
        live = {**self.type.defaults, **self._canonical(state)}
        live |= _of_all(state.get("tags", {}))
        live["tags"] = owned(live["tags_all"], inputs.get("tags", {}))
        for name in self.type.settable:
            if name in live and name in inputs and self._same(name, live[name], inputs[name]):
                live[name] = inputs[name]
        return {**live, **{name: inputs[name] for name in ("region", *self.type.own) if name in inputs}}

    def _owner_tag_change(self, live: Mapping[str, str], inputs: Inputs) -> dict[str, str]:
        """Return the owner tag to set on a resource with the tags *live*, if it has another one."""
        return owner_tag_change(live, self._owner_tag(inputs).get(OWNER_TAG), inputs.get("tags"))

    def _owner_tag(self, inputs: Inputs) -> dict[str, str]:
        return {OWNER_TAG: inputs["owner_tag"]} if self.settings.owner_tag and "owner_tag" in inputs else {}

    def _call(self, verb: str, region: str, subject: str, members: Inputs) -> dict[str, Any]:
        operation = self.type.operation(verb)
        return self.control_plane.call(operation.name, region, subject, **conversion.to_api(operation.input, members))


def _of_all(tags: Mapping[str, str]) -> State:
    """Return the outputs that show all *tags* of a resource."""
    return {"tags_all": dict(tags), "owner_tag": tags.get(OWNER_TAG, "")}
