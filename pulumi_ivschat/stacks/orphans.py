"""
Which resources of an account a stack created and lost, and which only look like it.

A candidate is not in the state, and has this stack's owner tag or that of a pending create. After a rename, pending creates keep
the former tag. It is a leftover if there is evidence (see `evidence`), or if a person names its ARN. Otherwise it is a
doubt, which `recover` shows and does not touch. A resource that another stack of the backend records is never a leftover.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from typing import Any, TypeAlias

import attrs

from pulumi_ivschat.errors import IvsChatError, SettingsError
from pulumi_ivschat.model.arns import region_of
from pulumi_ivschat.model.owner_tag import OWNER_TAG, owner_tag, stack_of
from pulumi_ivschat.stacks import account, other_stacks, state
from pulumi_ivschat.stacks.account import Found
from pulumi_ivschat.stacks.engine import Stack
from pulumi_ivschat.stacks.evidence import Timeline
from pulumi_ivschat.stacks.properties_in_state import is_native
from pulumi_ivschat.stacks.providers import Access
from pulumi_ivschat.stacks.state import Pending


@attrs.frozen
class Leftover:
    """
    A resource that this stack created and its state does not have.

    Attributes:
        pending: the create whose place it takes, if any.
        accesses: how it was found, not empty: that of the create first.
        instead: the ARN of the resource that the state has by now at the URN of its create, "" if there is none.
    """

    found: Found
    pending: Pending | None
    accesses: Sequence[Access] = attrs.field(repr=False)
    instead: str = ""

    @property
    def access(self) -> Access:
        """How it is read and deleted."""
        return self.accesses[0]

    @property
    def is_whole(self) -> bool:
        """Whether it has all that it was to have: one request creates it."""
        return True


@attrs.frozen
class Doubt:
    """
    A resource that has the owner tag of a leftover, and no evidence, or evidence to the contrary.

    Attributes:
        reason: why it is not treated as a leftover.
        pending: the create that may have created it, if any.
        stack: the other stack that records it (`project/stack`), if any.
    """

    found: Found
    reason: str
    pending: Pending | None = None
    stack: str = ""


@attrs.define
class Orphans:
    """The result of a look: leftovers and doubts, latest change first."""

    leftovers: list[Leftover] = attrs.field(factory=list)
    doubts: list[Doubt] = attrs.field(factory=list)


Place: TypeAlias = tuple[Access, str]
"""An account, and a region in it."""


@attrs.frozen
class _Candidate:
    """A resource, and the accesses that found it: settings that differ may lead to one account."""

    found: Found
    accesses: list[Access]


@attrs.define
class Search:
    """
    A search for what *stack* lost; *named* are ARNs of which a person says that it did.

    *accesses* are those of the state's providers: see `providers`.
    """

    stack: Stack
    accesses: Mapping[str, Access]
    exported: Mapping[str, Any] = attrs.field(repr=False)
    named: Sequence[str] = ()
    _elsewhere: dict[str, str] = attrs.field(factory=dict)
    """The stack that records each ARN which was looked for, "" if none was found."""
    _timeline: Timeline | None = None

    def find(self, places: Sequence[Place]) -> Orphans:
        """Return what there is in *places*, and of named ARNs in all accounts; raise IvsChatError for an unusable one."""
        accounts: dict[Hashable, Access] = {}
        for access in (*(access for access, _ in places), *self.accesses.values()):
            accounts.setdefault(access.account, access)
        named = [self._with_arn(arn, [*accounts.values()]) for arn in dict.fromkeys(self.named)]
        candidates = named + [each for each in self._candidates(places) if each.found.arn not in self.named]
        orphans = Orphans()
        if not candidates:
            return orphans
        self._look_elsewhere([each.found.arn for each in candidates])
        _Sorting(
            orphans=orphans,
            elsewhere=self._elsewhere,
            timeline=self._stack_timeline(),
            live=state.live(self.exported),
            former=self._former(),
            creates=self._creates(),
            accesses=self.accesses,
            named=self.named,
        ).sort(candidates)
        return orphans

    def _with_arn(self, arn: str, accesses: Sequence[Access]) -> _Candidate:
        if arn in state.arns(self.exported):
            msg = f"{arn} is recorded in this stack, so it is not lost"
            raise SettingsError(msg, remedy="To delete it, remove it from the program and run `pulumi up`.")
        found: list[tuple[Found, Access]] = []
        errors: list[IvsChatError] = []
        for access in accesses:
            try:
                found.append((account.with_arn(access.control_plane, arn), access))
            except IvsChatError as error:  # noqa: PERF203  another account may have it
                errors.append(error)
        if not found:
            raise errors[0]
        return _Candidate(found[0][0], [access for _, access in found])

    def _look_elsewhere(self, arns: Sequence[str]) -> None:
        new = [arn for arn in arns if arn not in self._elsewhere]
        self._elsewhere.update({**dict.fromkeys(new, ""), **other_stacks.recorded_elsewhere(self.stack, new)})
        for arn in self.named:
            if stack := self._elsewhere[arn]:
                msg = f"{arn} is recorded in the stack {stack}, so it is not lost"
                raise SettingsError(msg, remedy="Work on it in that stack, or move it with `pulumi state move`.")

    def _stack_timeline(self) -> Timeline:
        if self._timeline is None:
            history, is_whole = self.stack.history()
            self._timeline = Timeline.of(self.exported, history, is_whole=is_whole)
        return self._timeline

    def _candidates(self, places: Iterable[Place]) -> list[_Candidate]:
        known = state.arns(self.exported)
        former = self._former()
        marks = {mark for each in self._creates() for mark in _owner_tags(each, former)}
        candidates: dict[str, _Candidate] = {}
        for access, region in places:
            for found in account.listed(access.control_plane, region):
                if found.arn not in known and (self._has_owner(found) or found.tags.get(OWNER_TAG) in marks):
                    candidates.setdefault(found.arn, _Candidate(found, [])).accesses.append(access)
        return [*candidates.values()]

    def _has_owner(self, found: Found) -> bool:
        owner = found.owner
        return owner is not None and (owner.project, owner.stack) == (self.stack.project, self.stack.name)

    def _former(self) -> set[str]:
        """Return the former `project/stack` names of this stack, as owner tags of the state's resources show them."""
        recorded = state.managed(self.exported)
        return {stack_of(each.outputs.get("owner_tag")) for each in recorded} - {""}

    def _creates(self) -> list[Pending]:
        return [each for each in state.pending(self.exported) if each.is_create and each.creates_resource]


@attrs.frozen
class _Sorting:
    """The evidence that distinguishes leftovers from doubts."""

    orphans: Orphans
    elsewhere: Mapping[str, str]
    timeline: Timeline
    live: Mapping[str, state.Live]
    creates: Sequence[Pending]
    accesses: Mapping[str, Access]
    named: Sequence[str]
    former: Collection[str]

    def sort(self, candidates: Iterable[_Candidate]) -> None:
        """Return each leftover a create that may have created it, each URN to one only: the newest."""
        free = {each.urn: each for each in self.creates if each.urn not in self.live}
        for candidate in candidates:
            found, creates = candidate.found, [each for each in self.creates if self._may_have_made(each, candidate)]
            if stack := self.elsewhere.get(found.arn):
                self.orphans.doubts.append(Doubt(found, f"recorded in {stack}", stack=stack))
            elif reason := self._doubt(found, creates):
                self.orphans.doubts.append(Doubt(found, reason, next(iter(creates), None)))
            else:
                place = next((free.pop(each.urn) for each in creates if each.urn in free), None)
                instead = next((self.live[each.urn].id for each in creates if each.urn in self.live), "")
                own = [self.accesses[place.provider]] if place else []
                accesses = (*own, *candidate.accesses)
                self.orphans.leftovers.append(Leftover(found, place, accesses, "" if place else instead))

    def _may_have_made(self, create: Pending, candidate: _Candidate) -> bool:
        """Return whether a create is of its type, owner tag, region and account."""
        found, inputs = candidate.found, create.inputs
        accounts = [access.account for access in candidate.accesses]
        is_alike = (create.type, inputs.get("region")) == (found.type, region_of(found.arn))
        is_marked = found.tags.get(OWNER_TAG) in _owner_tags(create, self.former)
        return is_alike and is_marked and self.accesses[create.provider].account in accounts

    def _doubt(self, found: Found, creates: Sequence[Pending]) -> str:
        """Return why there is no evidence for it, "" if there is."""
        if found.arn in self.named:
            return ""
        created = found.summary.get("createTime")
        if created is None:
            return "AWS does not show when it was created"
        if not creates:
            return self.timeline.doubt(created, is_pending=False)
        reasons = [self.timeline.doubt(created, is_pending=True, recorded=self._recorded(each)) for each in creates]
        return "" if "" in reasons else reasons[0]

    def _recorded(self, create: Pending) -> Any:
        live = self.live.get(create.urn)
        return live.created if live else None


def _owner_tags(create: Pending, former: Collection[str]) -> set[str]:
    """Return the owner tags that a resource of this create may have; a native one has that of its stack before a rename."""
    own = {create.inputs["owner_tag"]} if create.inputs.get("owner_tag") else set()
    stacks = [each.partition("/") for each in former] if is_native(create.resource) else []
    return own | {owner_tag(project, stack, create.name) for project, _, stack in stacks}
