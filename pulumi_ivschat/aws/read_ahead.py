"""
Reading ahead: many rooms read in few calls, from the pages of ListRooms.

GetRoom gives one room, ListRooms fifty; and each operation has 5 requests a second in an account and region. A page has
everything of a room but its two limits, and a room whose `updateTime` is the one that the state has still has the limits
of the state. So reads are answered from pages, where that saves calls:

- A read that no page answers may fetch one more page, while pages have cost no more than they have saved and 20 %
  of the reads so far, and of those to come: a room on a page with an owner tag of a stack that is being read will be read
  as well. So reading ahead never makes more than 1.2 times the calls that reading one by one would, and stops by itself in
  an account full of other people's rooms. Also there are no more pages than reads that were paid one by one, so that a
  few stragglers do not eat up what the others have saved.
- A stack's rooms are read in the order in which they were made, and listed the other way round: most pages are there before
  the first of them saves a call. That is what the reads to come are counted for. Where they do not come, since only some
  rooms of a large stack are read (`--target`), that has cost a hundred calls at the most.
- The list of logging configurations says everything of them and is one page long by quota: it is read first, so that one
  which is gone takes two calls.
- A page only shows that nothing has changed. What it shows differently from the state, and what no page has, is asked for
  by itself: a list that lags behind, as AWS's may, makes no drift, and no list says that a room is gone.
- What this process wrote or made, or tried to, is never answered from a page, which may have been on its way at the time,
  or show a logging configuration that AWS was still at.
- All pages are fetched after the process began, so nothing that is read is older than its start.

`ReadAhead` is a control plane around another one, and a source of pages for a `Reader`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, Protocol, TypeAlias

import attrs

from pulumi_ivschat import conversion, forks, service_model
from pulumi_ivschat.arns import region_of, type_of
from pulumi_ivschat.aws.client import ControlPlane
from pulumi_ivschat.aws.listing import listed_member
from pulumi_ivschat.errors import AccessDenied
from pulumi_ivschat.owner_tag import OWNER_TAG, stack_of

MARGIN: Final = 0.2
"""How much of the calls that plain reading makes reading ahead may add at the most."""
MOST_EXPECTED: Final = 500
"""How many reads that have not come yet count at the most."""


@attrs.frozen
class Listing:
    """The List operation of a resource type, and the Get operation of one of its resources."""

    type: str

    @property
    def operation(self) -> str:
        """The name of the List operation."""
        return f"List{self.type}s"

    @property
    def content(self) -> str:
        """The member of its answer that has the resources."""
        return listed_member(service_model.operations()[self.operation])

    @property
    def get(self) -> str:
        """The name of the Get operation."""
        return f"Get{self.type}"

    @property
    def unlisted(self) -> frozenset[str]:
        """The members of a resource that the list does not give."""
        output = service_model.operations()[self.operation].output.members[self.content]
        listed = output.item.members.keys() if output.item else set()
        return frozenset(service_model.operations()[self.get].output.members.keys() - listed)


_TAGS: Final = "ListTagsForResource"
_NAMES: Final = ("identifier", "resourceArn")
_READS: Final = ("Get", "List")

Agrees: TypeAlias = Callable[[Mapping[str, Any]], bool]
"""Whether an answer that is put together from a page and the last state is the state."""


class Pages(Protocol):
    """A source of answers that costs no call for each resource."""

    def find(self, operation: str, arn: str, state: Mapping[str, Any], agrees: Agrees) -> dict[str, Any] | None:
        """
        Return what *operation* (Get…, or ListTagsForResource) answers for *arn*, or None if only a call can show it.

        *state* is the last one, in snake_case.
        """
        ...


@attrs.frozen
class Reader:
    """Reads resources: from *pages* if they can show one, else with one call."""

    control_plane: ControlPlane
    pages: Pages | None = None

    def read(self, operation: str, arn: str, state: Mapping[str, Any], agrees: Agrees) -> dict[str, Any]:
        """Return what *operation* answers for *arn*; raise what a call raises, ResourceNotFound if the resource is gone."""
        found = self.pages.find(operation, arn, state, agrees) if self.pages else None
        if found is not None:
            return found
        [member] = service_model.operations()[operation].input.required
        return self.control_plane.call(operation, region_of(arn), arn, **{member: arn})


class ReadAhead:
    """A control plane that answers reads from lists where that saves calls; safe to use from many threads."""

    def __init__(self, control_plane: ControlPlane) -> None:
        self._control_plane = control_plane
        self._lock = forks.Lock()
        self._shelves: dict[tuple[str, str], _Shelf] = {}

    def call(self, operation: str, region: str, subject: str = "", **members: Any) -> dict[str, Any]:
        """Call an operation; a resource that it writes or creates is never again read from a list."""
        if operation.startswith(_READS):
            return self._control_plane.call(operation, region, subject, **members)
        self._forget(region, next((members[name] for name in _NAMES if name in members), None))
        answer = self._control_plane.call(operation, region, subject, **members)
        self._forget(region, answer.get("arn"))
        return answer

    def find(self, operation: str, arn: str, state: Mapping[str, Any], agrees: Agrees) -> dict[str, Any] | None:
        """Return the answer that a list and the state make together, if *agrees*; may fetch one page."""
        shelf = self._shelf(region_of(arn), _listing_of(arn))
        summary = shelf.find(arn, stack_of(state.get("owner_tag")))
        found = answer(operation, summary, state) if summary else None
        if found is not None and agrees(found):
            shelf.saved()
            return found
        return None

    def _forget(self, region: str, arn: str | None) -> None:
        if arn is not None:
            self._shelf(region, _listing_of(arn)).forget(arn)

    def _shelf(self, region: str, listing: Listing) -> _Shelf:
        with self._lock:
            key = (region, listing.operation)
            if key not in self._shelves:
                self._shelves[key] = _Shelf(self._control_plane, region, listing)
            return self._shelves[key]


def _listing_of(arn: str) -> Listing:
    return Listing(type_of(arn))


def answer(operation: str, summary: Mapping[str, Any], state: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the answer that what a list says and the state make together, or None where they do not."""
    if operation == _TAGS:
        return {"tags": dict(summary.get("tags", {}))}
    listing = _listing_of(summary["arn"])
    output = service_model.operations()[operation].output
    known = conversion.to_api(output, state)
    unlisted = {member: known[member] for member in listing.unlisted if member in known}
    listed = conversion.from_api(output, summary)
    if unlisted.keys() != listing.unlisted:
        return None
    if unlisted and listed.get("update_time") != state.get("update_time"):
        return None
    return {**unlisted, **summary}


class _Shelf:
    """One list of one region: the pages so far, and whether another one may be fetched."""

    def __init__(self, control_plane: ControlPlane, region: str, listing: Listing) -> None:
        self._control_plane = control_plane
        self._region = region
        self._listing = listing
        self._lock = forks.Lock()
        self._summaries: dict[str, Mapping[str, Any]] = {}
        self._written: set[str] = set()
        self._next: dict[str, str] | None = {}
        self._pages = self._reads = self._saved = 0
        self._asked: set[str] = set()
        self._stacks: set[str] = set()
        self._unasked: dict[str, set[str]] = {}
        """ARNs on pages that no read has asked for, by stack."""

    def find(self, arn: str, stack: str) -> Mapping[str, Any] | None:
        """Return what the list reports about a resource, after another page where that may pay; None if that is not known."""
        with self._lock:
            self._reads += 1
            self._asked.add(arn)
            self._stacks |= {stack} - {""}
            self._unasked.get(stack, set()).discard(arn)
            # One thread fetches, the others wait and may find what they need on the same page.
            if self._may_fetch(arn):
                self._fetch()
            return None if arn in self._written else self._summaries.get(arn)

    def saved(self) -> None:
        """Count a read that needed no call."""
        with self._lock:
            self._saved += 1

    def forget(self, arn: str) -> None:
        """Never again answer for a resource that is being written."""
        with self._lock:
            self._written.add(arn)
            self._summaries.pop(arn, None)

    def _may_fetch(self, arn: str) -> bool:
        if arn in self._summaries or arn in self._written or self._next is None:
            return False
        if not self._listing.unlisted:  # a list that says everything, and is one page long
            return self._pages == 0 or self._pages < self._reads - self._saved
        paid = self._reads - self._saved
        expected = min(MOST_EXPECTED, sum(len(self._unasked.get(stack, ())) for stack in self._stacks))
        return self._pages < paid and self._pages + 1 - self._saved <= MARGIN * (self._reads + expected)

    def _fetch(self) -> None:
        try:
            page = self._control_plane.call(self._listing.operation, self._region, **(self._next or {}))
        except AccessDenied:
            self._next = None  # anybody who may read rooms, and not list them, reads them one by one
            return
        self._pages += 1
        token = page.get("nextToken")
        # A room that was changed meanwhile is on no later page: the first that is seen is the newest.
        for summary in page[self._listing.content]:
            self._take(summary)
        self._next = {"nextToken": token} if token else None

    def _take(self, summary: Mapping[str, Any]) -> None:
        arn = summary["arn"]
        if arn in self._written or arn in self._summaries:
            return
        self._summaries[arn] = summary
        if arn not in self._asked:
            self._unasked.setdefault(stack_of(summary.get("tags", {}).get(OWNER_TAG)), set()).add(arn)
