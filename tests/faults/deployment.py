"""
What the engine does with a program and a state, step by step, on the real providers and a real control plane.

One step at a time, in the program's order; what is no longer declared, or was replaced, is deleted in the end. The first
error ends the run, and what was done before it is recorded. The state has the engine's form, so that recovery reads it.
"""

from __future__ import annotations

import contextlib
import copy
import json
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, Final, Protocol, TypeAlias

import attrs

from pulumi_ivschat.aws.client import CLIENTS
from pulumi_ivschat.aws.waiting import Time
from pulumi_ivschat.dynamic import provider_for, serialized_provider
from pulumi_ivschat.errors import IvsChatError
from pulumi_ivschat.host.provider import Provider
from pulumi_ivschat.lifecycle import RESOURCE_TYPES
from pulumi_ivschat.model.native import DYNAMIC_TYPE_PREFIX
from pulumi_ivschat.model.owner_tag import owner_tag
from pulumi_ivschat.model.properties import PROVIDER_KEY
from pulumi_ivschat.model.service_model import operations
from pulumi_ivschat.operations.operation import Operation
from pulumi_ivschat.settings import from_config
from pulumi_ivschat.stacks import account, engine
from pulumi_ivschat.stacks.engine import Update
from pulumi_ivschat.stacks.recovery import Recovery
from tests.conftest import REGION

PROJECT: Final = "chat"
STACK: Final = "test"
_FAST: Final = json.dumps(dict.fromkeys(operations(), 10000))
_HURRY: Final = Time(now=lambda: time.monotonic() * 100, sleep=lambda seconds: time.sleep(seconds / 100))
"""A clock on which this package's own waits are a hundred times as fast."""


@attrs.frozen
class Ref:
    """The ARN of another resource of the program."""

    name: str


@attrs.frozen
class Declared:
    """A resource of a program: its type, its resource name, and its inputs, which may hold a `Ref`."""

    type: str
    name: str
    inputs: Mapping[str, Any]

    @property
    def urn(self) -> str:
        """The URN."""
        return f"urn:pulumi:{STACK}::{PROJECT}::{DYNAMIC_TYPE_PREFIX}{self.type}::{self.name}"


Program: TypeAlias = Sequence[Declared]
Resource: TypeAlias = dict[str, Any]


class Deployed(Protocol):
    """A stack, and the commands on it: the model's here, or the engine's."""

    def up(self, program: Program) -> None:
        """Make the account what the program says; raise IvsChatError."""
        ...

    def refresh(self) -> None:
        """Take what AWS holds into the state; raise IvsChatError."""
        ...

    def destroy(self) -> None:
        """Delete everything in the state; raise IvsChatError."""
        ...

    def recover(self, regions: Sequence[str] = ()) -> list[str]:
        """Do what `pulumi-ivschat recover --region …` does, and return the ARNs that found no place."""
        ...

    def changes(self, program: Program) -> list[str]:
        """Return what a preview would make, change, replace or delete, one by one or together."""
        ...

    def id_of(self, name: str) -> str:
        """Return the ARN that the state has for a resource name."""
        ...

    def outputs(self, name: str) -> Mapping[str, Any]:
        """Return the outputs that the state has for a resource name."""
        ...

    def ids(self) -> set[str]:
        """Return all ARNs that the state has for rooms and logging configurations."""
        ...


class Died(BaseException):
    """Raised where the process is interrupted between AWS's answer and the state's writing."""


class Deployment:
    """A stack: its configuration, and its state. Each operation is a process of its own, as with the engine."""

    def __init__(self, **config: Any) -> None:
        given = {"region": REGION, "maxAttempts": "2", "rates": _FAST, **config}
        self.config = {f"ivschat:{key}": value for key, value in given.items()}
        self.resources: list[Resource] = []
        self.pending: list[Resource] = []
        self.program: Program = ()
        """The program of the last `up`."""
        self.writes_to_live: int | None = None
        """How many creates, updates and deletes are still recorded before the process is interrupted; None: all."""
        self.to_replace = ""
        """What the next `up` replaces, whether or not it has changed, as `--replace` has it."""
        self.since: datetime | None = None
        """When the stack's own resource came into the state."""
        self.written = _now()
        self.history: list[Update] = []
        """The operations that ended, latest first; none of a process that was interrupted."""
        self.doubts: set[str] = set()
        """What the last `recover` left alone."""
        self._providers: dict[str, Provider] = {}

    def up(self, program: Program) -> None:
        """Make the account what the program says; raise IvsChatError, or Died."""
        with self._recorded_in_history("update"):
            self._up(program)

    def _up(self, program: Program) -> None:
        self._start()
        self.since = self.since or _now()
        self.program = program
        for number, declared in enumerate(program):
            self._declare(declared)
            # The engine's state has what the program declares in its order, and the rest behind it.
            [done] = [each for each in self._recorded() if each["urn"] == declared.urn]
            self.resources.remove(done)
            self.resources.insert(number, done)
        self.to_replace = ""
        self._delete([each for each in self.resources if each.get("delete") or each["urn"] not in _urns(program)])

    def refresh(self) -> None:
        """Take what AWS holds into the state; raise IvsChatError."""
        with self._recorded_in_history("refresh"):
            self._refresh()

    def _refresh(self) -> None:
        self._start()
        for resource in [each for each in self.resources if not _is_on_its_way_out(each)]:
            read = self._provider(resource).read(resource["id"], resource["outputs"])
            if not read.id:
                self.resources.remove(resource)
                continue
            provider = {PROVIDER_KEY: resource["inputs"][PROVIDER_KEY]}
            resource.update(outputs={**provider, **(read.outs or {})}, inputs={**provider, **(read.inputs or {})})

    def destroy(self) -> None:
        """Delete everything in the state; raise IvsChatError, or Died."""
        with self._recorded_in_history("destroy"):
            self._start()
            self._delete(self.resources)
            self.since = None

    @contextlib.contextmanager
    def _recorded_in_history(self, kind: str) -> Iterator[None]:
        start = _now()
        # The engine carries pending creates over, and forgets other operations that were under way.
        self.pending = [each for each in self.pending if each["type"] == "creating"]
        try:
            yield
        except IvsChatError:
            self.history.insert(0, Update(kind, start, _now(), "failed"))
            raise
        self.history.insert(0, Update(kind, start, _now(), "succeeded"))

    def clear_pending_creates(self) -> None:
        """Do what `pulumi refresh --clear-pending-creates` does."""
        self.pending = [each for each in self.pending if each["type"] != "creating"]
        self.refresh()

    def recover(self, regions: Sequence[str] = (), *, delete: bool = False) -> list[str]:
        """Do what `pulumi-ivschat recover --region …` does, and return the ARNs that found no place."""
        settings = from_config(self.config)
        recovery = Recovery(_Recorded(Path(), PROJECT, STACK, self), account.control_plane_of(settings), settings)
        wreck = recovery.look(lambda _: None, regions=regions)
        self.doubts = {each.found.arn for each in wreck.doubts}
        if not delete:
            return [each.found.arn for each in recovery.import_leftovers(wreck)]
        recovery.delete(wreck)
        return []

    def changes(self, program: Program) -> list[str]:
        """Return the URNs of what a preview would make, change, replace or delete."""
        self._start()
        gone = [each["urn"] for each in self.resources if each.get("delete") or each["urn"] not in _urns(program)]
        return gone + [declared.urn for declared in program if self._kind_of_change(declared, self._checked(declared))]

    def id_of(self, name: str) -> str:
        """Return the ARN that the state has for a resource name."""
        return str(self._named(name)["id"])

    def find(self, name: str) -> str | None:
        """Return that ARN, None where the state has none."""
        return next((each["id"] for each in self._recorded() if each["urn"].endswith(f"::{name}")), None)

    def outputs(self, name: str) -> Mapping[str, Any]:
        """Return the outputs that the state has for a resource name."""
        outputs: Mapping[str, Any] = self._named(name)["outputs"]
        return outputs

    def ids(self) -> set[str]:
        """Return all ARNs that the state has for rooms and logging configurations."""
        return {each["id"] for each in self.resources if not each["type"].endswith("TagSet")}

    def tagged(self) -> set[str]:
        """Return the ARNs that tag sets of the state are on."""
        return {each["id"] for each in self.resources if each["type"].endswith("TagSet")}

    def _start(self) -> None:
        for pace in CLIENTS.paces:  # a new process has not been refused yet
            pace.passed()
        operation = Operation.begin(self.config, time=_HURRY)
        self._providers = {name: provider_for(name) for name in RESOURCE_TYPES}
        for provider in self._providers.values():
            provider.take_part(operation)

    def _provider(self, resource: Mapping[str, Any]) -> Provider:
        return self._providers[resource["type"].removeprefix(DYNAMIC_TYPE_PREFIX)]

    def _recorded(self) -> list[Resource]:
        return [each for each in self.resources if not each.get("delete")]

    def _named(self, name: str) -> Resource:
        return next(each for each in self._recorded() if each["urn"].endswith(f"::{name}"))

    def _find(self, declared: Declared) -> Resource | None:
        return next((each for each in self._recorded() if each["urn"] == declared.urn), None)

    def _resolved(self, value: Any) -> Any:
        if isinstance(value, Ref):
            return self.id_of(value.name)
        if isinstance(value, Mapping):
            return {key: self._resolved(item) for key, item in value.items()}
        return [self._resolved(item) for item in value] if isinstance(value, list) else value

    def _checked(self, declared: Declared) -> Resource:
        owner = {} if declared.type == "TagSet" else {"owner_tag": owner_tag(PROJECT, STACK, declared.name)}
        recorded = self._find(declared)
        given = {PROVIDER_KEY: serialized_provider(declared.type), **owner, **self._resolved(declared.inputs)}
        checked = self._providers[declared.type].check(recorded["inputs"] if recorded else {}, given)
        assert checked.failures == []
        return dict(checked.inputs) | {PROVIDER_KEY: given[PROVIDER_KEY]}

    def _kind_of_change(self, declared: Declared, inputs: Resource) -> str:
        """Return what the engine makes of a diff: create, update, replace, or nothing."""
        recorded = self._find(declared)
        if recorded is None or recorded.get("pendingReplacement"):
            return "create"
        diff = self._providers[declared.type].diff(recorded["id"], recorded["outputs"], inputs)
        if diff.replaces or declared.name == self.to_replace:
            return "replace"
        # Where the provider leaves it open, the engine compares the inputs (docs/dynamic-resources.md, Previews).
        changed = recorded["inputs"] != inputs if diff.changes is None else diff.changes
        return "update" if changed else ""

    def _declare(self, declared: Declared) -> None:
        inputs = self._checked(declared)
        recorded, kind = self._find(declared), self._kind_of_change(declared, inputs)
        new = {"urn": declared.urn, "type": f"{DYNAMIC_TYPE_PREFIX}{declared.type}", "inputs": inputs, "custom": True}
        if recorded is not None and kind == "replace" and declared.type == "TagSet":
            self._delete_before_replace(recorded)
        if kind in {"create", "replace"}:
            with self._under_way("creating", new):
                created = self._provider(new).create(inputs)
            self._replaced(recorded)
            outputs = _outputs(inputs, created.outs)
            self.resources.append({**new, "id": created.id, "created": _text(_now()), "outputs": outputs})
        elif recorded is not None and kind == "update":
            with self._under_way("updating", {**new, "id": recorded["id"]}):
                updated = self._provider(new).update(recorded["id"], recorded["outputs"], inputs)
            recorded.update(inputs=inputs, outputs=_outputs(inputs, updated.outs))
        elif recorded is not None:
            recorded["inputs"] = inputs

    def _delete_before_replace(self, resource: Resource) -> None:
        """Delete what stays in the state until its replacement is there."""
        with self._under_way("deleting", resource):
            self._provider(resource).delete(resource["id"], resource["outputs"])
        resource["pendingReplacement"] = True

    def _replaced(self, resource: Resource | None) -> None:
        """Forget what is deleted already, and note of the rest that it is to be deleted."""
        if resource and resource.get("pendingReplacement"):
            self.resources.remove(resource)
        elif resource:
            resource["delete"] = True

    def _delete(self, resources: Sequence[Resource]) -> None:
        """
        Delete, logging configurations last.

        A room that the state does not know to use one may do so all the same, where its update failed. The engine has both
        deletes under way at once, and the one waits for the other.
        """
        latest_first = reversed([*resources])
        for resource in sorted(latest_first, key=lambda each: each["type"].endswith("LoggingConfiguration")):
            if not resource.get("pendingReplacement"):
                with self._under_way("deleting", resource):
                    self._provider(resource).delete(resource["id"], resource["outputs"])
            self.resources.remove(resource)

    @contextlib.contextmanager
    def _under_way(self, kind: str, resource: Resource) -> Iterator[None]:
        operation = {"type": kind, "resource": copy.deepcopy(resource)}
        self.pending.append(operation)
        self.written = _now()
        try:
            yield
            self._live_on()
        except Exception:  # and not Died
            self.pending.remove(operation)
            raise
        self.pending.remove(operation)

    def _live_on(self) -> None:
        if self.writes_to_live == 0:
            self.writes_to_live = None
            raise Died
        if self.writes_to_live is not None:
            self.writes_to_live -= 1


def _now() -> datetime:
    return datetime.now(timezone.utc)


def _text(time: datetime) -> str:
    return f"{time:%Y-%m-%dT%H:%M:%S.%fZ}"


def _is_on_its_way_out(resource: Resource) -> bool:
    return bool(resource.get("delete") or resource.get("pendingReplacement"))


def _urns(program: Program) -> set[str]:
    return {declared.urn for declared in program}


def _outputs(inputs: Mapping[str, Any], outputs: Mapping[str, Any] | None) -> Resource:
    return {PROVIDER_KEY: inputs[PROVIDER_KEY], **(outputs or {})}


_OWN: Final = "pulumi:pulumi:Stack"


@attrs.frozen
class _Recorded(engine.Stack):
    """The stack as recovery sees it."""

    model: Deployment

    def default_tags_are_secret(self) -> bool:
        """Return that they are not."""
        return False

    def deployment(self) -> dict[str, Any]:
        """Return the state."""
        own = {"urn": f"urn:pulumi:{STACK}::{PROJECT}::{_OWN}::{PROJECT}-{STACK}", "type": _OWN}
        first = [{**own, "created": _text(self.model.since)}] if self.model.since else []
        state = {"resources": [*first, *self.model.resources], "pending_operations": self.model.pending}
        manifest = {"time": _text(self.model.written)}
        return {"version": 3, "deployment": {"manifest": manifest, **copy.deepcopy(state)}}

    def history(self) -> tuple[Sequence[Update], bool]:
        """Return what came to its end, latest first."""
        return self.model.history, True

    def others(self) -> list[engine.Stack]:
        """Return the other stacks of the backend."""
        return []

    def put_deployment(self, deployment: Mapping[str, Any]) -> None:
        """Replace the state."""
        resources = deployment["deployment"]["resources"]
        self.model.resources = [each for each in resources if each["type"] != _OWN]
        self.model.pending = [*deployment["deployment"]["pending_operations"]]

    def wanted(self) -> dict[str, Any]:
        """Return what the program declares and the state does not have."""
        known = {each["urn"] for each in self.model.resources}
        missing = [each for each in self.model.program if each.urn not in known]
        return {"resources": [{"type": f"{DYNAMIC_TYPE_PREFIX}{each.type}", "name": each.name} for each in missing]}

    def import_resources(self, file: Mapping[str, Any]) -> None:
        """Take resources that exist into the state."""
        for entry in file["resources"]:
            urn = Declared(entry["type"].removeprefix(DYNAMIC_TYPE_PREFIX), entry["name"], {}).urn
            self.model.resources.append({"urn": urn, "custom": True, **entry})
