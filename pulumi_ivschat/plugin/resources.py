"""The resources of a configured provider: their life in an operation, with what the engine itself knows about them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextlib import AbstractContextManager
from typing import Any

import attrs

from pulumi_ivschat.aws import custom_timeouts
from pulumi_ivschat.errors import Invalid
from pulumi_ivschat.lifecycle import Checked, Difference, Inputs, State, Unfinished
from pulumi_ivschat.lifecycle.tags import crowding
from pulumi_ivschat.model import native, secret_paths, validation
from pulumi_ivschat.model.arns import RESOURCES
from pulumi_ivschat.model.urns import Urn
from pulumi_ivschat.model.validation import Failure
from pulumi_ivschat.operations.managed_resource import ManagedResource
from pulumi_ivschat.operations.operation import Operation
from pulumi_ivschat.operations.secret_tags import SecretTags
from pulumi_ivschat.plugin import differences, previews
from pulumi_ivschat.plugin.values import Plain


@attrs.frozen
class Made:
    """A resource as AWS has it: ARN, outputs and inputs, and the reason if it is not finished."""

    arn: str
    outputs: Plain
    inputs: Plain
    unfinished: Unfinished | None = None


@attrs.frozen
class NativeResource:
    """
    One resource in an operation; properties have the names that lifecycles take.

    Attributes:
        secret_defaults: the keys of default tags whose values are secrets.
    """

    urn: Urn
    managed: ManagedResource
    spec: native.Spec
    secret_defaults: Collection[str] = ()

    @classmethod
    def of(cls, urn: Urn, operation: Operation, secret_defaults: Collection[str]) -> NativeResource:
        """Return the resource with this URN; raise Invalid for a type that the schema does not have."""
        spec = native.resource(urn.type)
        return cls(urn, ManagedResource.of(urn.type, operation, urn), spec, secret_defaults)

    @property
    def has_name(self) -> bool:
        """Whether it has a name and an owner tag of its own: a tag set has none."""
        return self.urn.type in RESOURCES

    def check(self, news: Plain, olds: Plain, default_name: str | None) -> tuple[Plain, list[Failure]]:
        """
        Return checked inputs, and all failures.

        *default_name* is the name if the program names none; None if the stack's configuration turns that off.
        """
        unknown = self._unknown_inputs(news.values)
        given = {name: value for name, value in news.values.items() if name not in unknown}
        if self.has_name and given.get("name") is None:
            if default_name is None:
                failure = Failure("name", "is required: the configuration of this stack turns automatic names off")
                return news, [failure]
            given["name"] = default_name
        checked = self._checked(given, olds.values)
        inputs = _for_people(checked.inputs)
        marked = secret_paths.of_inputs(news.secrets, inputs, news.values.get("tags"), self.secret_defaults)
        return Plain(inputs, frozenset(marked)), [*unknown.values(), *checked.failures]

    def _unknown_inputs(self, given: Inputs) -> dict[str, Failure]:
        """Return the failures of the properties that are not inputs in the schema."""
        known = native.inputs(self.urn.type)
        written = {name: native.outward_path((name,), self.spec)[0] for name in given}
        return {
            name: validation.unknown_property(written[name], known)
            for name in given
            if native.camel_case(name) not in known
        }

    def _checked(self, given: Inputs, olds: Inputs) -> Checked:
        # A resource of the state may have no owner tag, and then gets none: only `diff` sees that.
        owner = {"owner_tag": self.urn.owner_tag} if self.has_name and not olds else {}
        return self.managed.check({**given, **owner}, olds)

    def diff(self, arn: str, state: Inputs, inputs: Inputs) -> tuple[Difference, dict[str, str]]:
        """Compare; return the difference, and how each value changes, by its path: see `differences`."""
        complete = self._complete(inputs)
        if state.get("owner_tag") and "owner_tag" in complete:
            _refuse_crowding(arn, complete)
        difference = self.managed.diff(arn, state, complete)
        return difference, differences.changes(difference, state, complete, self.spec)

    def must_hide(self, state: Plain, inputs: Plain) -> bool:
        """Return whether the state has tags as plain ones that are secrets now: an update, which calls nothing, hides them."""
        tags = state.values.get("tags") or {}
        here = {path for path in inputs.secrets if path[0] == "tags" and (path[1] in tags if path[1:] else tags)}
        return bool(here - state.secrets) and ("tags",) not in state.secrets

    def preview_create(self, inputs: Plain) -> Plain:
        """Return the outputs as far as a preview knows them."""
        complete = self._complete(inputs.values)
        self.managed.declare_keys(complete, complete.get("resource_arn"))
        return self._outputs(previews.created(complete, native.names(self.spec)), inputs)

    def create(self, inputs: Plain, timeout: float) -> Made:
        """Create; what AWS has made and could not finish is returned with the error."""
        complete = self._complete(inputs.values, timeout)
        try:
            with self._limited("create", timeout):
                arn, state = self.managed.begin(complete)
        except Unfinished as unfinished:
            return Made(unfinished.arn, self._outputs(unfinished.state, inputs), inputs, unfinished)
        return Made(arn, self._outputs(state, inputs), inputs)

    def warning(self, inputs: Plain) -> str:
        """Return the warning about what was created, "" if there is none."""
        return self.managed.warning(self._complete(inputs.values))

    def read(self, arn: str, state: Plain, inputs: Plain, secret_tags: SecretTags) -> Made | None:
        """
        Return what AWS has, None if it is gone.

        Tags of the program that are secrets are so here too. An import gets no default tags as inputs: the program, whose code
        Pulumi writes from the inputs, has them from the stack's settings. If a state has lost its outputs, its inputs show which
        tags are its own.
        """
        reading = self.managed.read(arn, state.values or inputs.values)
        if reading is None:
            return None
        known = _still_there(inputs.secrets | state.secrets, reading.inputs)
        found = Plain(_for_people(reading.inputs), known | self._secret_tags(reading.inputs, state.values, secret_tags))
        outputs = self._outputs(reading.state, found)
        return Made(
            arn,
            outputs,
            found if state.values or inputs.values or not self.has_name else self._without_default_tags(found),
        )

    def _secret_tags(self, inputs: Inputs, state: Inputs, secret_tags: SecretTags) -> set[native.ValuePath]:
        """Return the paths of tags that are the program's secrets, or default tags that are, which no state has as plain ones."""
        tags = inputs.get("tags", {})
        defaults = {("tags", key) for key in self.secret_defaults if key in tags and key not in state.get("tags", {})}
        return defaults | secret_tags.paths_in({"tags": tags})

    def _without_default_tags(self, found: Plain) -> Plain:
        defaults = self.managed.operation.settings.default_tags
        own = {key: value for key, value in found.values["tags"].items() if defaults.get(key) != value}
        omitted = {("tags", key) for key in found.values["tags"].keys() - own.keys()}
        return Plain({**found.values, "tags": own}, found.secrets - omitted)

    def preview_update(self, arn: str, state: Plain, inputs: Plain) -> Plain:
        """Return the outputs as far as a preview knows them."""
        complete = self._complete(inputs.values)
        recorded = self.managed.sound(arn, state.values)
        difference = self.managed.life.diff(arn, recorded, complete)
        return self._outputs(previews.updated(recorded, complete, difference.properties), inputs)

    def update(self, arn: str, state: Plain, inputs: Plain, timeout: float) -> Plain:
        """Change what differs; return the outputs."""
        with self._limited("update", timeout):
            after = self.managed.update(arn, state.values, self._complete(inputs.values, timeout))
        return self._outputs(after, inputs)

    def delete(self, arn: str, state: Inputs, timeout: float) -> None:
        """Delete."""
        with self._limited("delete", timeout):
            self.managed.delete(arn, self._complete(state, timeout))

    def _limited(self, verb: str, timeout: float) -> AbstractContextManager[None]:
        return custom_timeouts.limited(f"customTimeouts.{verb}", timeout, self.managed.operation.time.now)

    def _complete(self, inputs: Inputs, timeout: float = 0) -> dict[str, Any]:
        """Return inputs with the owner tag, if resources get one, and with the seconds that custom timeouts leave."""
        is_marked = self.has_name and self.managed.operation.settings.owner_tag
        owner = {"owner_tag": self.urn.owner_tag} if is_marked else {}
        limit = {"timeout_seconds": timeout} if timeout and self.urn.type == "LoggingConfiguration" else {}
        return {**inputs, **owner, **limit}

    def _outputs(self, state: Inputs, inputs: Plain) -> Plain:
        known = {*native.names(self.spec)}
        outputs = {name: value for name, value in state.items() if name in known}
        return Plain(outputs, frozenset(secret_paths.of_outputs(inputs.secrets, outputs)))


def _for_people(inputs: Inputs) -> State:
    return {name: value for name, value in inputs.items() if name not in native.NOT_INPUTS}


def _still_there(paths: Collection[tuple[Any, ...]], values: Mapping[str, Any]) -> frozenset[tuple[Any, ...]]:
    return frozenset(path for path in paths if path[0] in values and path[0] != "tags_all")


def _refuse_crowding(arn: str, inputs: Inputs) -> None:
    for failure in crowding(inputs.get("tags")):
        raise Invalid(str(failure), subject=arn)
