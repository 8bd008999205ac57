"""
Drift: stacks' states beside what the accounts hold, without running a program, writing a state or reading rooms one by one.

A resource is read by itself if list and state together do not show all of it; see `aws.read_ahead`.
"""

from __future__ import annotations

import glob
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from typing import Any, Final

import attrs

from pulumi_ivschat.aws import read_ahead
from pulumi_ivschat.aws.client import ControlPlane
from pulumi_ivschat.aws.read_ahead import Agrees
from pulumi_ivschat.aws.regions import resolved_region
from pulumi_ivschat.lifecycle import Lifecycle, Reading, lifecycle_for
from pulumi_ivschat.model import conversion
from pulumi_ivschat.model.arns import region_of
from pulumi_ivschat.model.owner_tag import OWNER_TAG
from pulumi_ivschat.settings import Settings
from pulumi_ivschat.stacks import account, providers
from pulumi_ivschat.stacks.account import Found, Lists
from pulumi_ivschat.stacks.state import Managed

CHANGED: Final = "changed"
MISSING: Final = "missing"
UNMANAGED: Final = "unmanaged"
STALE: Final = "stale"
KINDS: Final = (CHANGED, MISSING, UNMANAGED, STALE)

STALE_AFTER: Final = timedelta(days=700)
"""23 months: after 24 without a new connection or an update AWS deletes a room (ChatUserGuide, getting-started-chat)."""

HIDDEN: Final = "[secret]"

_UNRECORDED: Final = "its owner tag names {stack}, whose state does not have it"
_UNRECORDED_HINT: Final = "If an `up` was interrupted, `pulumi-ivschat recover` imports the resource; if not, a stack that was not compared uses it."
_STALE_HINT: Final = "AWS deletes a room 24 months after its last update or connection."


@attrs.frozen
class Finding:
    """
    One thing that is not as a stack says, or that no stack speaks of.

    Attributes:
        kind: changed, missing, unmanaged or stale.
        type: Room, LoggingConfiguration or TagSet.
        stack: project/stack, "" for what is unmanaged.
        resource: the resource name in the stack, or the resource's own name if it is unmanaged.
        path: the property that differs (`tags.team`, `maximum_message_length`), "" if it is the resource as a whole.
        before, after: what the state has and what the account has; None is *absent*; secrets are not shown.
        changed_at: AWS's `updateTime`; "" for tags, which do not move it.
        note: what else is to be known of this one, or "".
        hint: a sentence for all findings that have the same cause, or "".
    """

    kind: str
    type: str
    arn: str
    stack: str = ""
    resource: str = ""
    path: str = ""
    before: Any = None
    after: Any = None
    changed_at: str = ""
    note: str = ""
    hint: str = ""

    @property
    def explanation(self) -> str:
        """Return note and hint, or ""."""
        return ". ".join(filter(None, (self.note, self.hint)))

    @property
    def rule(self) -> str:
        """Return the rule that ignores this finding and no other."""
        return glob.escape(self._place())

    def is_ignored(self, rules: Iterable[str]) -> bool:
        """Return whether a rule, which may have `*`, `?` and `[…]`, ignores it."""
        place = self._place()
        return any(fnmatchcase(place, rule) for rule in rules)

    def _place(self) -> str:
        place = f"{self.stack}/{self.resource}" if self.stack else self.arn
        return f"{self.kind}:{place}" + (f".{self.path}" if self.path else "")


@attrs.frozen
class StackState:
    """A stack as its state has it."""

    project: str
    name: str
    settings: Settings
    managed: Sequence[Managed]
    arns: frozenset[str]
    """All that the state knows in any way."""
    providers: Mapping[str, Settings] = attrs.field(factory=dict)
    """The settings of explicit Provider resources, by the references of those in *managed*."""
    provider: str = ""
    """The name of the Provider resource of a part, see `parts`."""

    @property
    def label(self) -> str:
        """Project and stack."""
        return f"{self.project}/{self.name}"

    def regions(self) -> set[str]:
        """Return the regions that it uses."""
        with providers.naming(self.provider):
            own = resolved_region(self.settings)
        return {region_of(resource.arn) for resource in self.managed} | ({own} if own else set())

    def parts(self) -> list[StackState]:
        """Return the stack split by the settings of its resources; a stack without resources has its own."""
        references = dict.fromkeys(each.provider for each in self.managed) or {providers.OWN: None}
        return [self._part(reference) for reference in references]

    def _part(self, reference: str) -> StackState:
        return attrs.evolve(
            self,
            settings=self.providers[reference] if reference else self.settings,
            managed=[each for each in self.managed if each.provider == reference],
            provider=providers.name_of(reference),
        )


@attrs.frozen
class Report:
    """What was found: findings, those that a rule ignores, and what other stacks own."""

    stacks: Sequence[str]
    regions: Sequence[str]
    findings: Sequence[Finding]
    ignored: Sequence[Finding]
    foreign: Sequence[Found]

    @property
    def is_clean(self) -> bool:
        """Whether nothing was found."""
        return not self.findings


def compare(
    stacks: Sequence[StackState], now: datetime, lists: Lists, *, regions: Iterable[str] = (), rules: Sequence[str] = ()
) -> Report:
    """
    Compare states with what the accounts hold, in the regions that the stacks use and *regions*.

    Stacks, and Provider resources of stacks, with the same profile, endpoint and role share an account: each page of it is read
    once for all of them. *lists* may have begun to fetch them. Raises an IvsChatError if AWS does not answer.
    """
    findings: list[Finding] = []
    everything: dict[str, Found] = {}
    looked: set[str] = set()
    for together in _by_account([part for stack in stacks for part in stack.parts()]):
        control_plane = account.control_plane_of(together[0].settings)
        places = sorted({*regions, *(region for stack in together for region in stack.regions())})
        begun = [lists.begin(together[0].settings, region) for region in places]
        with providers.naming(together[0].provider):
            listed = {found.arn: found for each in begun for found in each.result()}
        looked.update(places)
        everything |= listed
        for stack in together:
            with providers.naming(stack.provider):
                findings += _of_stack(stack, control_plane, _Listed(listed), now)
    unmanaged, foreign = _of_nobody(stacks, everything.values())
    shown: dict[bool, list[Finding]] = {True: [], False: []}
    for finding in [*findings, *unmanaged]:
        shown[finding.is_ignored(rules)].append(finding)
    return Report([stack.label for stack in stacks], sorted(looked), shown[False], shown[True], foreign)


def _by_account(stacks: Sequence[StackState]) -> list[list[StackState]]:
    groups: dict[Hashable, list[StackState]] = {}
    for stack in stacks:
        groups.setdefault(account.account_of(stack.settings), []).append(stack)
    return list(groups.values())


def _of_stack(stack: StackState, control_plane: ControlPlane, listed: _Listed, now: datetime) -> Iterator[Finding]:
    for resource in stack.managed:
        about = {"type": resource.type, "arn": resource.arn, "stack": stack.label, "resource": resource.name}
        life = lifecycle_for(resource.type, stack.settings, control_plane, listed)
        reading = life.read(resource.arn, resource.outputs or resource.inputs)
        if reading is None:
            yield Finding(MISSING, **about)
            continue
        moved = str(reading.state.get("update_time", ""))
        for name, before, after in _changes(resource, reading, life):
            since = "" if name.startswith("tags.") else moved
            yield Finding(CHANGED, **about, path=name, before=before, after=after, changed_at=since)
        before, after = resource.outputs.get("tags_all", {}).get(OWNER_TAG), reading.state.get("owner_tag")
        if stack.settings.owner_tag and before and after and before != after:
            yield Finding(CHANGED, **about, path="owner_tag", before=before, after=after)
        if resource.type == "Room" and _time(moved) < now - STALE_AFTER:
            yield Finding(STALE, **about, changed_at=moved, hint=_STALE_HINT)


@attrs.frozen
class _Listed:
    """Pages that are fetched already: they answer a read if they and the state show everything."""

    _listed: Mapping[str, Found]

    def find(self, operation: str, arn: str, state: Mapping[str, Any], agrees: Agrees) -> dict[str, Any] | None:
        """Return the answer that a list and the state make together, if *agrees*."""
        found = read_ahead.answer(operation, self._listed[arn].summary, state) if arn in self._listed else None
        return found if found and agrees(found) else None


def _in_words(time: Any) -> str:
    return conversion.iso8601(time) if isinstance(time, datetime) else str(time)


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def _changes(resource: Managed, reading: Reading, life: Lifecycle) -> Iterator[tuple[str, Any, Any]]:
    """Yield each property whose meaning differs, with what the state and what the account has."""
    state, inputs = resource.outputs, reading.inputs
    for name in sorted({*resource.inputs, *inputs}):
        if state.get(name) == inputs.get(name):
            continue  # most of them: a spelling that is the same needs no look at its meaning
        one = {key: value for key, value in {**state, name: inputs.get(name)}.items() if value is not None}
        difference = life.diff(resource.arn, state, one)
        if difference.changed and not difference.unseen:
            hidden = name in resource.secrets
            for place, before, after in _by_key(name, state.get(name), inputs.get(name)):
                yield place, _shown(before, hidden=hidden), _shown(after, hidden=hidden)
    if reading.state.get("state", "ACTIVE") != state.get("state", "ACTIVE"):
        yield "state", state.get("state"), reading.state["state"]


def _by_key(name: str, before: Any, after: Any) -> Iterator[tuple[str, Any, Any]]:
    if name != "tags":
        yield name, before, after
        return
    one, other = before or {}, after or {}
    for key in sorted({*one, *other}):
        if one.get(key) != other.get(key):
            yield f"tags.{key}", one.get(key), other.get(key)


def _shown(value: Any, *, hidden: bool) -> Any:
    return HIDDEN if hidden and value is not None else value


def _of_nobody(stacks: Sequence[StackState], listed: Iterable[Found]) -> tuple[list[Finding], list[Found]]:
    """Return what is unmanaged, and what belongs to stacks that are not looked at."""
    known = frozenset[str]().union(*(stack.arns for stack in stacks))
    ours = {stack.label for stack in stacks}
    findings, foreign = [], []
    for found in listed:
        label = f"{found.owner.project}/{found.owner.stack}" if found.owner else ""
        if found.arn in known:
            continue
        if label and label not in ours:
            foreign.append(found)
            continue
        moved = _in_words(found.summary.get("updateTime"))
        finding = Finding(UNMANAGED, found.type, found.arn, resource=found.name, changed_at=moved)
        if label:
            finding = attrs.evolve(finding, note=_UNRECORDED.format(stack=label), hint=_UNRECORDED_HINT)
        findings.append(finding)
    return findings, foreign
