"""The life of a resource that has Create…, Get…, Update… and Delete… operations of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import attrs

from pulumi_ivschat import service_model
from pulumi_ivschat.client import ControlPlane
from pulumi_ivschat.errors import ResourceNotFound, looking_up
from pulumi_ivschat.lifecycle import Checked, Difference, Inputs, Reading, State
from pulumi_ivschat.lifecycle.tags import OWNER_TAG, crowding, merged, owned, put_tags, region_of, tag_change
from pulumi_ivschat.service_model import UNKNOWN, Failure, Shape
from pulumi_ivschat.settings import REGION_FORM, Settings


@attrs.frozen
class ResourceType:
    """
    What is particular to a resource type with operations of its own.

    Attributes:
        name: as in the operations' names: `Room` has CreateRoom, GetRoom, UpdateRoom, DeleteRoom.
        canonical: per property, its one spelling for all values that mean the same; None where that is *absent*.
        removal: per property, what an update sends to drop it; else its default is sent.
    """

    name: str
    canonical: Mapping[str, Callable[[Any], Any]]
    removal: Mapping[str, Any]

    def operation(self, verb: str) -> service_model.Operation:
        """Give the operation of this type for a verb such as Create."""
        return service_model.operations()[f"{verb}{self.name}"]

    @property
    def defaults(self) -> State:
        """What AWS takes where an input is left out."""
        return service_model.from_api(self.operation("Create").input, self.operation("Create").input.defaults())

    @property
    def settable(self) -> list[str]:
        """The properties that a program may set and AWS knows."""
        return [service_model.snake_case(member) for member in self.operation("Create").input.members]

    @property
    def inputs(self) -> Shape:
        """The shape of all inputs of the type."""
        create = self.operation("Create").input
        return attrs.evolve(create, members={**create.members, "region": _REGION, "owner_tag": _OWNER_TAG})


_REGION = Shape(name="Region", type="string", pattern=REGION_FORM)
_OWNER_TAG = Shape(name="OwnerTag", type="string")


@attrs.frozen
class CloudResource:
    """The life of a resource with Create…, Get…, Update… and Delete… operations."""

    type: ResourceType
    settings: Settings
    control_plane: ControlPlane

    def check(self, inputs: Inputs, previous: Inputs) -> Checked:
        """
        Merge in defaults, default tags and region; canonicalise; find all failures.

        A region that neither the program nor the stack names stays what it was: an environment variable that differs
        between two machines moves no room.
        """
        complete = {**self.type.defaults, **{name: value for name, value in inputs.items() if value is not None}}
        complete["tags"] = merged(self.settings.default_tags, inputs.get("tags"))
        if "region" not in complete:
            complete["region"] = self.settings.region or previous.get("region") or self.settings.resolved_region()
        failures = list(self._failures(complete))
        if failures:
            return Checked(complete, failures)
        return Checked(self._canonical(complete), [])

    def diff(self, arn: str, state: Inputs, inputs: Inputs) -> Difference:
        """Find the properties whose meaning differs; only another region replaces."""
        here = region_of(arn)
        moved = inputs.get("region", here) != here
        return Difference(moved or bool(self._changed(state, inputs)), ["region"] if moved else [])

    def create(self, inputs: Inputs) -> tuple[str, State]:
        """Create with one call, whose answer is the state."""
        tags = {**self._owner_tag(inputs), **inputs["tags"]}
        members = {name: value for name, value in {**inputs, "tags": tags}.items() if value not in ([], {}, None)}
        answer = self._call("Create", inputs["region"], str(inputs.get("name", "")), members)
        return answer["arn"], self._state(answer, inputs)

    def read(self, arn: str, state: Inputs) -> Reading | None:
        """Get it; a state without ARN is a lookup, for which *gone* is an error."""
        try:
            with looking_up():
                answer = self._call("Get", region_of(arn), arn, {"identifier": arn})
        except ResourceNotFound:
            if "arn" in state:
                return None
            raise
        known = state if "arn" in state else {"tags": set(answer.get("tags", {})) - {OWNER_TAG}}
        current = self._state(answer, {**known, "region": region_of(arn)})
        inputs = {name: current[name] for name in (*self.type.settable, "region", "owner_tag") if name in current}
        return Reading(current, inputs)

    def update(self, arn: str, state: Inputs, inputs: Inputs) -> State:
        """Send what differs: settings in one call, tags in at most two; their answers are the state."""
        changed = {name: inputs.get(name, self.type.removal.get(name)) for name in self._changed(state, inputs)}
        answer: Mapping[str, Any] | None = None
        if changed.keys() - {"tags"}:
            answer = self._call("Update", region_of(arn), arn, {**changed, "identifier": arn})
        change = tag_change(state.get("tags", {}), inputs["tags"])
        put_tags(self.control_plane, arn, change)
        if answer is None:
            return {**state, "tags": inputs["tags"], "tags_all": change.applied(state.get("tags_all", {}))}
        live = answer.get("tags", state.get("tags_all", {}))
        return self._state({**answer, "tags": change.applied(live)}, inputs)

    def delete(self, arn: str, state: Inputs) -> None:
        """Delete with one call; gone already is no error."""
        del state
        try:
            self._call("Delete", region_of(arn), arn, {"identifier": arn})
        except ResourceNotFound:
            return

    def _failures(self, complete: Inputs) -> Iterator[Failure]:
        if complete["region"] is None:
            yield Failure("region", "is not set: `pulumi config set ivschat:region us-west-2`, or AWS_REGION")
        yield from service_model.failures(self.type.inputs, complete)
        if self._owner_tag(complete):
            yield from crowding(complete["tags"])

    def _canonical(self, properties: Inputs) -> State:
        spelled = {name: self._spelled(name, value) for name, value in properties.items()}
        return {name: value for name, value in spelled.items() if value is not None}

    def _spelled(self, name: str, value: Any) -> Any:
        return self.type.canonical[name](value) if name in self.type.canonical and value is not UNKNOWN else value

    def _changed(self, state: Inputs, inputs: Inputs) -> list[str]:
        return [name for name in self.type.settable if not self._same(name, state.get(name), inputs.get(name))]

    def _same(self, name: str, one: Any, other: Any) -> bool:
        def meaning(value: Any) -> Any:
            value = self._spelled(name, value) if value is not None else self.type.defaults.get(name)
            # lists of identifiers are sets, and the same ones in another order mean the same
            return set(value) if isinstance(value, list) else value

        return bool(meaning(one) == meaning(other))

    def _state(self, answer: Mapping[str, Any], inputs: Inputs) -> State:
        """Give the state for an answer: tags by owner, and the spelling of *inputs* where the meaning is the same."""
        state = service_model.from_api(self.type.operation("Get").output, answer)
        state["room_id"] = state.pop("id")
        live = {**self.type.defaults, **self._canonical(state)}
        live["tags_all"] = state.get("tags", {})
        live["tags"] = owned(live["tags_all"], inputs.get("tags", {}))
        for name in self.type.settable:
            if name in live and name in inputs and self._same(name, live[name], inputs[name]):
                live[name] = inputs[name]
        return {**live, **{name: inputs[name] for name in ("region", "owner_tag") if name in inputs}}

    def _owner_tag(self, inputs: Inputs) -> dict[str, str]:
        return {OWNER_TAG: inputs["owner_tag"]} if self.settings.owner_tag and "owner_tag" in inputs else {}

    def _call(self, verb: str, region: str, subject: str, members: Inputs) -> dict[str, Any]:
        operation = self.type.operation(verb)
        return self.control_plane.call(
            operation.name, region, subject, **service_model.to_api(operation.input, members)
        )
